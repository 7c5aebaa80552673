import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Twilio's error log and alerts (twilio.com/docs/api/errors, 32009 to 34002), by their titles. */

const PATTERNS: readonly LinePattern[] = [
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
];

export const FORMAT: LogFormat = {
  dialect: "twilio",
  writtenBy: "Twilio",
  patterns: PATTERNS,
};
