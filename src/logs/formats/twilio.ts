import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** Twilio's error log and alerts (twilio.com/docs/api/errors/32009, 32011 and 32210), by their titles. */

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
