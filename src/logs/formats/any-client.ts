import { callEvent } from "../call-codes.js";
import { clientEvent } from "../client-meanings.js";
import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Clients without their own reader: a sentence that a registration failed, with the code of the answer. */

const JITSI: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["Registered", "registered"],
  ["Connection Failed", "client-silent"],
  ["Authentication Failed", "client-refused"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "egist",
    pattern:
      /^egist(?:er|ration|rierung)(?: of \S{0,80}(?:sips?:|@)\S{1,120})?(?: attempt| request)?(?: has)? (?:failed|rejected|fehlgeschlagen)\b[^\d]{0,60}(?:SIP\/2\.0 )?(?<!\b(?:in|after|for|every) )(?<status>[3-6]\d{2})\b(?! ?(?:m?s|sec|seconds?|min|minutes?)\b)/,
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
  // SIPSorcery.
  {
    marker: "egistration ",
    pattern: /^egistration (?:attempt )?to \S{1,200}(?: for \S{1,200})? timed out/,
    kind: "client-silent",
  },
  // sipgo says "Fail to".
  {
    marker: " to register",
    pattern:
      /^ to register\b[^\d]{0,60}(?:SIP\/2\.0 )?(?<!\b(?:in|after|for|every) )(?<status>[3-6]\d{2})\b(?! ?(?:m?s|sec|seconds?|min|minutes?)\b)/,
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
  {
    marker: "Register > Received status status=",
    pattern: /^Register > Received status status=(?:[1245]\d{2})\b/,
    kind: undefined,
  },
  // pjsua2's callback, as programs print it (ha-sip).
  {
    marker: "OnRegState: ",
    pattern: /^OnRegState: (?<status>[2-6]\d{2}) /,
    kind: ({ status = "" }) => (status === "200" ? "registered" : clientEvent(Number(status))),
  },
  // SIP.js.
  {
    marker: "egistration rejected: ",
    pattern: /^egistration rejected: (?<status>[3-6]\d{2})\b/,
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
  // pyVoIP.
  {
    marker: "Invalid Username or Password for SIP server ",
    pattern: /^Invalid Username or Password for SIP server (?<address>[\w.:-]{3,80})/,
    kind: "client-refused",
  },
  {
    marker: "Registering on SIP Server timed out",
    pattern: /^Registering on SIP Server timed out/,
    kind: "client-silent",
  },
  // PySIP.
  {
    marker: " for REGISTER",
    pattern: /^ for REGISTER\S{0,80} timed out/,
    kind: "client-silent",
  },
  // Jigasi and whatever else is built on Jitsi's SIP.
  {
    marker: "RegistrationState=",
    pattern: /^RegistrationState=(?<why>Registered|Connection Failed|Authentication Failed)\b/,
    kind: ({ why = "" }) => JITSI.get(why),
  },
  {
    marker: "No ACK received for an extended period of time",
    pattern: /^No ACK received for an extended period of time/,
    kind: "call-ack-lost",
  },
  // SIPp.
  {
    marker: "Aborting call on UDP retransmission timeout",
    pattern: /^Aborting call on UDP retransmission timeout/,
    kind: "call-unreached",
  },
  // drachtio's applications (jambonz) on calls.
  {
    marker: "Sip non-success response: ",
    pattern: /^Sip non-success response: (?<status>[3-6]\d{2})\b/,
    kind: ({ status = "" }) => callEvent(Number(status), "device"),
  },
  // Of the status that a voice platform reports on a call. The bare name is in queries and settings as well.
  ...["sipStatus", "sip_status", "SipResponseCode"].map(
    (name): LinePattern => ({
      marker: `"${name}"`,
      pattern: new RegExp(`^"${name}"\\s?(?::|=>)\\s?"?(?<detail>[3-6]\\d{2})\\b`),
      kind: ({ detail = "" }) => callEvent(Number(detail), "device"),
    }),
  ),
  {
    marker: "allStatus=",
    pattern:
      /^allStatus=(?:failed|busy|no-answer|canceled)\b.{0,600}?\b(?:sipStatus|SipResponseCode)=(?<detail>[3-6]\d{2})\b/,
    kind: ({ detail = "" }) => callEvent(Number(detail), "device"),
  },
  // Zoiper's accounts; codes that only calls get are left out.
  {
    marker: "Reason: ",
    pattern: /^Reason: [A-Za-z][\w ]{2,40} \(code: (?<status>40[13478]|423|50[0-4])\)/,
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
];

export const FORMAT: LogFormat = {
  dialect: "client",
  writtenBy: "a SIP client",
  ownConnections: true,
  rank: 910,
  patterns: PATTERNS,
};
