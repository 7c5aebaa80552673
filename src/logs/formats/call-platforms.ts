import { callEvent } from "../call-codes.js";
import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * What platforms for calls and for voice agents tell of an end, as JSON: Janus' SIP plugin (hangup with code), Bandwidth (disconnect),
 * LiveKit's DisconnectReason, Vapi's endedReason.
 */

const LIVEKIT: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["USER_UNAVAILABLE", "call-unavailable"],
  ["USER_REJECTED", "call-declined"],
  ["SIP_TRUNK_FAILURE", "call-congested"],
  ["MEDIA_FAILURE", "call-media-refused"],
]);
const VAPI: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["customer-busy", "call-busy"],
  ["customer-did-not-answer", "call-not-answered"],
  ["customer-ended-call", "call-ended"],
  ["assistant-ended-call", "call-ended"],
  ["call.ringing.sip-inbound-caller-hungup-before-call-connect", "call-cancelled"],
  ["call.ringing.error-sip-inbound-call-failed-to-connect", "call-congested"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "hangup",
    pattern:
      /^hangup"?,? ?\{?\s{0,20}"code"\s?:\s?(?<status>[2-6]\d{2}),\s{0,20}"reason"\s?:\s?"(?<detail>[^"]{1,60})"/,
    kind: ({ status = "" }) => callEvent(Number(status), "pbx"),
  },
  {
    marker: "isconnectReason",
    pattern: /^isconnectReason"?\s?[:=]\s?"?(?<detail>[A-Z_]{6,30})/,
    kind: ({ detail = "" }) => LIVEKIT.get(detail),
  },
  {
    marker: "ndedReason",
    pattern: /^ndedReason"?\s?[:=]\s?"?(?<detail>[a-z.-]{6,90})/,
    kind: ({ detail = "" }) => VAPI.get(detail),
  },
  {
    marker: "ause",
    pattern: /^ause"\s?:\s?"(?<detail>busy|rejected)"/,
    kind: ({ detail }) => (detail === "busy" ? "call-busy" : "call-declined"),
  },
];

export const FORMAT: LogFormat = {
  dialect: "call-platform",
  writtenBy: "a platform for calls",
  rank: 902,
  patterns: PATTERNS,
};
