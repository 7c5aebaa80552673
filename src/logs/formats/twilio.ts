import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Twilio's error log and alerts (twilio.com/docs/api/errors, 32009 to 34002), by their titles. */

/** The same by only their codes, as its console, alerts and webhooks have them (twilio.com/docs/api/errors/<code>). */
const CODES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["32009", "call-not-registered"],
  ["32011", "call-congested"],
  ["32101", "call-no-route"],
  ["32219", "call-forwarded"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "SIP Registered User that is not currently registered",
    pattern: /^SIP Registered User that is not currently registered/,
    kind: "call-not-registered",
  },
  {
    marker: "not registered with the corresponding SIP Domain",
    pattern: /^not registered with the corresponding SIP Domain/,
    kind: "call-not-registered",
  },
  {
    marker: "rror communicating with your SIP communications infrastructure",
    pattern: /^rror communicating with your SIP communications infrastructure/,
    kind: "call-congested",
  },
  {
    marker: "ACK not received from your SIP endpoint",
    pattern: /^ACK not received from your SIP endpoint/,
    kind: "call-ack-lost",
  },
  {
    marker: "terminated because of no audio received",
    pattern: /^terminated because of no audio received/,
    kind: "call-media-timeout",
  },
  {
    marker: "ource IP address not in ACL",
    pattern: /^ource IP address not in ACL/i,
    kind: "call-declined",
  },
  {
    marker: "SIP: Secure media not accepted",
    pattern: /^SIP: Secure media not accepted/,
    kind: "call-srtp-mismatch",
  },
  {
    marker: "SIP: Insufficient permissions",
    pattern: /^SIP: Insufficient permissions/,
    kind: "call-declined",
  },
  {
    marker: "phone number not verified",
    pattern: /^phone number not verified/,
    kind: "call-declined",
  },
  { marker: "SIP: Invalid phone number", pattern: /^SIP: Invalid phone number/, kind: "call-no-route" },
  { marker: "Forwarded Call blocked", pattern: /^Forwarded Call blocked by Twilio/, kind: "call-declined" },
  { marker: "SIP: Redirect failed", pattern: /^SIP: Redirect failed/, kind: "call-forwarded" },
  {
    marker: "There is no username in the SIP URI",
    pattern: /^There is no username in the SIP URI when calling a SIP registered endpoint/,
    kind: "call-no-route",
  },
  { marker: "Callee Busy", pattern: /^Callee Busy\b/, kind: "call-busy" },
  { marker: "SIP: Bad user credentials", pattern: /^SIP: Bad user credentials/i, kind: "call-auth-failed" },
  {
    marker: "SIP: Regist",
    pattern: /^SIP: Regist(?:er|ration) not supported/,
    kind: "client-not-served",
  },
  {
    marker: "rror",
    pattern: /^rror(?:[ _]?[Cc]ode)?"?\s?[-:=]?\s{0,2}"?(?<detail>32\d{3})\b/,
    kind: ({ detail = "" }) => CODES.get(detail) ?? false,
  },
  {
    marker: "ERROR - 32",
    pattern: /^ERROR - (?<detail>32\d{3})\b/,
    kind: ({ detail = "" }) => CODES.get(detail) ?? false,
  },
];

export const FORMAT: LogFormat = {
  dialect: "twilio",
  writtenBy: "Twilio",
  patterns: PATTERNS,
};
