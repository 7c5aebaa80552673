import { callEvent, causeEvent } from "../call-codes.js";
import { clientEvent } from "../client-meanings.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";
import { reasonOf } from "./pjsua.js";

/** Clients without their own reader: a sentence that a registration failed, with the code of the answer. */

const JITSI: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["Registered", "registered"],
  ["Connection Failed", "client-silent"],
  ["Authentication Failed", "client-refused"],
]);

/** pjsip/sip_msg.h, those that a REGISTER gets. */
const PJSIP_CODES: ReadonlyMap<string, number> = new Map([
  ["PJSIP_SC_OK", 200],
  ["PJSIP_SC_UNAUTHORIZED", 401],
  ["PJSIP_SC_FORBIDDEN", 403],
  ["PJSIP_SC_NOT_FOUND", 404],
  ["PJSIP_SC_PROXY_AUTHENTICATION_REQUIRED", 407],
  ["PJSIP_SC_REQUEST_TIMEOUT", 408],
  ["PJSIP_SC_INTERVAL_TOO_BRIEF", 423],
  ["PJSIP_SC_INTERNAL_SERVER_ERROR", 500],
  ["PJSIP_SC_BAD_GATEWAY", 502],
  ["PJSIP_SC_SERVICE_UNAVAILABLE", 503],
]);

/**
 * A sentence that ends with the code of an answer: what is before and behind it distinguishes it from an extension, a port and
 * a time. Each `begin` ends before the first digit.
 */
function withCode(begin: string): RegExp {
  const before = String.raw`(?<=[(:=[,]\s{0,2}|\b(?:[Cc]ode|[Ss]tatus|with|[Rr]esponse|[Ee]rror|[Cc]ause|[Rr]eason|[Aa]nswer|by|Fehler(?:code)?|[Ff]ailed|FAILED|[Rr]ejected|fehlgeschlagen|SIP\/2\.0),?\s{1,2})(?<!sips?:)`;
  const behind = String.raw`\b(?![@'".-]\w| ?(?:m?s|sec|seconds?|min|minutes?)\b)`;
  return new RegExp(`^${begin}${before}(?<status>[3-6]\\d{2})${behind}`);
}

/** What clients say in words where they name no code. */
const WORDS: readonly (readonly [RegExp, EventKind])[] = [
  [/^(?:request )?time|^no /i, "client-silent"],
  [/^connection refused/i, "client-port-refused"],
  [/^forbidden/i, "client-forbidden"],
  [/^(?:unauthorized|proxy auth|authentication)/i, "client-refused"],
  [/^not found/i, "client-unknown"],
  [/^service unavailable/i, "client-unavailable"],
  [/^interval too brief/i, "client-interval"],
];

function wordsEvent({ why = "" }: Groups): EventKind | undefined {
  return WORDS.find(([words]) => words.test(why))?.[1];
}

const OPAL: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["LocalUser", "call-ended"],
  ["RemoteUser", "call-ended"],
  ["LocalBusy", "call-busy"],
  ["RemoteBusy", "call-busy"],
  ["NoAnswer", "call-not-answered"],
  ["Refusal", "call-declined"],
  ["AnswerDenied", "call-declined"],
  ["CallerAbort", "call-cancelled"],
  ["NoUser", "call-no-route"],
  ["CapabilityExchange", "call-codec-mismatch"],
  ["RemoteCongestion", "call-congested"],
  ["LocalCongestion", "call-congested"],
  ["Unreachable", "call-unreached"],
  ["HostOffline", "call-unreached"],
  ["ConnectFail", "call-unreached"],
  ["SecurityDenial", "call-auth-failed"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "egist",
    pattern: withCode(
      String.raw`egist(?:er|ration|rierung)(?: of \S{0,80}(?:sips?:|@)\S{1,120})?(?: attempt| request)?(?: has)? (?:[Ff]ailed|[Rr]ejected|fehlgeschlagen)\b[^\d]{0,60}(?:SIP\/2\.0 )?`,
    ),
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
  {
    marker: "REGISTER ",
    pattern:
      /^REGISTER (?:request |attempt )?(?:failed|rejected|refused)[:,]? (?:with )?(?:SIP\/2\.0 )?(?<status>[3-6]\d{2})\b/,
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
  // pjproject's names of the codes, which what is built on its Java and Swift wrappers prints (react-native-pjsip).
  {
    marker: "_status",
    pattern: /^_status"?: ?"(?<why>PJSIP_SC_[A-Z_]{2,40})"/,
    kind: ({ why = "" }) => {
      const status = PJSIP_CODES.get(why);
      return status === undefined ? undefined : status === 200 ? "registered" : clientEvent(status);
    },
  },
  // A number of three digits is an extension's as well.
  ...["xtension ", "xt ", "xt. ", "ccount ", "ser ", "ine ", "eer ", "ndpoint "].map(
    (marker): LinePattern => ({
      marker,
      pattern: /^(?:xtension|xt\.?|ccount|ser|ine|eer|ndpoint) #?[3-5]\d{2} [Rr]egist/,
      kind: undefined,
    }),
  ),
  // The code comes first.
  ...[400, 401, 403, 404, 405, 407, 408, 423, 480, 500, 503].map(
    (status): LinePattern => ({
      marker: `${status} `,
      pattern: /^[3-5]\d{2} [Rr]egist(?:er|ration) (?:has )?(?:failed|error|rejected)\b/,
      kind: clientEvent(status),
    }),
  ),
  // A failure and a code, with anything between them.
  {
    marker: "egist",
    pattern: withCode(
      String.raw`egist(?=\D{0,120}?(?:[Ff]ail|FAIL|[Rr]eject|[Dd]enied|[Rr]efused|[Uu]nsuccess|[Nn]ot success))\D{3,140}`,
    ),
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
  {
    marker: "no response from registrar",
    pattern: /^no response from registrar/,
    kind: "client-silent",
  },
  // pjsip-android.
  {
    marker: "egistrationStateCode",
    pattern: /^egistrationStateCode\s?[:=]\s?(?<status>[2-6]\d{2})\b/,
    kind: ({ status = "" }) => (status.startsWith("2") ? "registered" : clientEvent(Number(status))),
  },
  {
    marker: "Reg Info - Code: ",
    pattern: /^Reg Info - Code: (?<status>[3-6]\d{2})\b(?:, Reason: (?<detail>[^,]{1,120}))?/,
    kind: ({ status = "", detail = "" }) => reasonOf(detail) ?? clientEvent(Number(status)),
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
    pattern: withCode(String.raw` to register\b[^\d]{0,60}(?:SIP\/2\.0 )?`),
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
  {
    marker: "OnRegState: ",
    pattern:
      /^OnRegState: (?<why>Request Timeout|Forbidden|Unauthorized|Proxy Authentication Required|Not Found|Service Unavailable|Interval Too Brief)\b/,
    kind: wordsEvent,
  },
  // Routr, about its registrations.
  {
    marker: "Unable to connect to host -> ",
    pattern: /^Unable to connect to host -> (?<detail>\S{1,120})/,
    kind: "provider-refused",
  },
  // esp-adf.
  {
    marker: "SIP: Required authentication",
    pattern: /^SIP: Required authentication\s*$/,
    kind: "challenged",
  },
  {
    marker: "SIP: Error register device",
    pattern: /^SIP: Error register device\s*$/,
    kind: "client-refused",
  },
  // jambonz, about its registrations with carriers.
  {
    marker: "got ",
    pattern: /^got (?<status>[3-6]\d{2}) registering to \S{1,120}/,
    kind: ({ status = "" }) => clientEvent(Number(status)),
  },
  // sipgo, diago, and others in such words.
  {
    marker: "o WWW-Authenticate ",
    pattern: /^o WWW-Authenticate (?:header|field|challenge)/,
    kind: "client-no-challenge",
  },
  {
    marker: "WWW-Authenticate header ",
    pattern: /^WWW-Authenticate header (?:is |was )?(?:missing|not (?:found|present))/,
    kind: "client-no-challenge",
  },
  {
    marker: "Received status caller=Register ",
    pattern: /^Received status caller=Register status=[1245]\d{2}\b/,
    kind: undefined,
  },
  // imsdroid, idoubs and others on doubango.
  {
    marker: "OnDialogEvent (Transport error)",
    pattern: /^OnDialogEvent \(Transport error\)/,
    kind: "client-connection-failed",
  },
  // Twinkle and others, about the algorithm of a challenge.
  {
    marker: "lgorithm ",
    pattern:
      /^lgorithm [["']?(?:SHA-?(?:256|512)[\w-]{0,10}|MD5-sess|auth-int|AKA\S{0,10})["'\]]? (?:is )?(?:not supported|unsupported)/,
    kind: "client-no-digest",
  },
  // SIP.js.
  {
    marker: "User agent client request transport error.",
    pattern: /^User agent client request transport error\./,
    kind: "client-connection-failed",
  },
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
    pattern:
      /^RegistrationState=(?<why>Registered|Connection Failed|Authentication Failed)\b(?<detail>.{0,200})/,
    kind: ({ why = "", detail = "" }) =>
      /Invalid or inaccessible server address/.test(detail) ? "client-no-name" : JITSI.get(why),
  },
  {
    marker: "No address found for ProtocolProviderService",
    pattern: /^No address found for ProtocolProviderService/,
    kind: undefined,
  },
  // Programs built on OPAL (PTLib).
  {
    marker: "EndedBy",
    pattern: /^EndedBy(?<detail>[A-Z][A-Za-z]{3,30})/,
    kind: ({ detail = "" }) => OPAL.get(detail),
  },
  {
    marker: "No ACK received for an extended period of time",
    pattern: /^No ACK received for an extended period of time/,
    kind: "call-ack-lost",
  },
  // Go's sipgo, which keeps to the limit of RFC 3261 18.1.1.
  {
    marker: "ize of packet larger than MTU",
    pattern: /^ize of packet larger than MTU/,
    kind: "call-too-large",
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
  // Headers that are pasted by themselves: in a message they belong to it, and are not read here.
  {
    marker: "Reason: Q.850",
    pattern: /^Reason: Q\.850 ?; ?cause ?= ?(?<detail>\d{1,3})\b/,
    kind: ({ detail = "" }) => causeEvent(Number(detail)),
  },
  {
    marker: "X-Asterisk-HangupCauseCode: ",
    pattern: /^X-Asterisk-HangupCauseCode: (?<detail>\d{1,3})\b/,
    kind: ({ detail = "" }) => causeEvent(Number(detail)),
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
