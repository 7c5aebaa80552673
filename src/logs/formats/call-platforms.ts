import { callEvent } from "../call-codes.js";
import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * What platforms for calls and for voice agents report of an end, as JSON: Janus' SIP plugin (hangup with code), Bandwidth (disconnect),
 * LiveKit's DisconnectReason, Vapi's endedReason, Retell's disconnection_reason.
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
  ["call.in-progress.error-sip-inbound-call-failed-to-connect", "call-congested"],
  ["call.in-progress.error-sip-outbound-call-failed-to-connect", "call-congested"],
  ["twilio-failed-to-connect-call", "call-congested"],
  ["twilio-reported-customer-misdialed", "call-number-unknown"],
  ["vonage-rejected", "call-declined"],
  ["call.in-progress.error-assistant-did-not-receive-customer-audio", "call-media-stopped"],
]);

/** Many of its reasons have the code of the answer in them: error-providerfault-outbound-sip-480-temporarily-unavailable. */
function vapiEvent(reason: string): EventKind | undefined {
  const status = /-sip-([3-6]\d{2})-/.exec(reason)?.[1];
  return status === undefined ? VAPI.get(reason) : callEvent(Number(status), "device");
}
/** Retell's disconnection_reason (its page "Debug call disconnection"). */
const RETELL: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["user_hangup", "call-ended"],
  ["agent_hangup", "call-ended"],
  ["call_transfer", "call-ended"],
  ["dial_busy", "call-busy"],
  ["dial_no_answer", "call-not-answered"],
  ["dial_failed", "call-congested"],
  ["invalid_destination", "call-number-unknown"],
  ["telephony_provider_permission_denied", "call-declined"],
  ["telephony_provider_unavailable", "call-congested"],
  ["sip_routing_error", "call-congested"],
  ["concurrency_limit_reached", "call-congested"],
  ["user_declined", "call-declined"],
  ["error_no_audio_received", "call-media-stopped"],
]);

const CALL_STATUS: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["no-answer", "call-not-answered"],
  ["busy", "call-busy"],
  ["failed", "call-congested"],
  ["canceled", "call-cancelled"],
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
    marker: "nded",
    pattern: /^nded[ -]?[Rr]eason"?\s?[:=]\s?"?(?<detail>[a-z\d.-]{6,120})/,
    kind: ({ detail = "" }) => vapiEvent(detail),
  },
  {
    marker: "disconnection_reason",
    pattern: /^disconnection_reason"?\s?[:=]\s?"?(?<detail>[a-z_]{6,40})/,
    kind: ({ detail = "" }) => RETELL.get(detail),
  },
  // Twilio's and Telnyx' TeXML: the status of a call or of a leg.
  {
    marker: "CallStatus",
    pattern:
      /^CallStatus"?\s?[:=]\s?"?(?!.{0,600}(?:SipResponseCode|sipStatus))(?<detail>no-answer|busy|failed|canceled)\b/,
    kind: ({ detail = "" }) => CALL_STATUS.get(detail),
  },
  // Of dart_sip_ua.
  { marker: "::: REFER failed", pattern: /^::: REFER failed$/, kind: "call-transfer-refused" },
  // Of a NOTIFY on a transfer, as Janus passes it on.
  {
    marker: "content",
    pattern: /^content"?\s?:\s?"(?<detail>SIP\/2\.0 [3-6]\d{2} [A-Za-z' -]{2,40})"/,
    kind: "call-transfer-refused",
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
