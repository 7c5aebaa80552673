import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** FreeSWITCH's and FusionPBX's lines on calls: switch_channel.c, switch_ivr_originate.c, sofia.c, switch_core_media.c. */

const CAUSES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>(
  Object.entries({
    NORMAL_CLEARING: "call-ended",
    SUCCESS: "call-ended",
    NORMAL_UNSPECIFIED: "call-ended",
    LOSE_RACE: "call-ended",
    PICKED_OFF: "call-ended",
    ATTENDED_TRANSFER: "call-ended",
    BLIND_TRANSFER: "call-ended",
    MANAGER_REQUEST: "call-ended",
    USER_NOT_REGISTERED: "call-not-registered",
    SUBSCRIBER_ABSENT: "call-not-registered",
    UNALLOCATED_NUMBER: "call-no-route",
    NO_ROUTE_DESTINATION: "call-no-route",
    NO_ROUTE_TRANSIT_NET: "call-no-route",
    INVALID_NUMBER_FORMAT: "call-no-route",
    USER_BUSY: "call-busy",
    CALL_REJECTED: "call-declined",
    OUTGOING_CALL_BARRED: "call-declined",
    INCOMING_CALL_BARRED: "call-declined",
    BEARERCAPABILITY_NOTAUTH: "call-declined",
    NO_ANSWER: "call-not-answered",
    ALLOTTED_TIMEOUT: "call-not-answered",
    ORIGINATOR_CANCEL: "call-cancelled",
    NO_USER_RESPONSE: "call-unreached",
    PROGRESS_TIMEOUT: "call-unreached",
    MEDIA_TIMEOUT: "call-media-timeout",
    INCOMPATIBLE_DESTINATION: "call-media-refused",
    BEARERCAPABILITY_NOTIMPL: "call-media-refused",
    MANDATORY_IE_MISSING: "call-auth-failed",
    EXCHANGE_ROUTING_ERROR: "call-looped",
    NORMAL_TEMPORARY_FAILURE: "call-congested",
    NORMAL_CIRCUIT_CONGESTION: "call-congested",
    SWITCH_CONGESTION: "call-congested",
    NETWORK_OUT_OF_ORDER: "call-congested",
    REQUESTED_CHAN_UNAVAIL: "call-congested",
    DESTINATION_OUT_OF_ORDER: "call-congested",
    CHANNEL_UNACCEPTABLE: "call-congested",
    GATEWAY_DOWN: "call-congested",
    INVALID_GATEWAY: "call-congested",
    SERVICE_UNAVAILABLE: "call-congested",
    SERVICE_NOT_IMPLEMENTED: "call-congested",
    FACILITY_REJECTED: "call-congested",
    INTERWORKING: "call-congested",
  } satisfies Record<string, EventKind>),
);

/** What a cause means by its name; `undefined` for one that needs the call's state, and for those that are not known. */
export function hangupCause(name: string): EventKind | undefined {
  return CAUSES.get(name);
}

/** As programs write the same that listen: `UnallocatedNumber`. */
function listedCause({ detail = "" }: Groups): EventKind | undefined {
  return CAUSES.get(detail.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase());
}

/** A channel that never got beyond its first state: the credentials that were asked for did not come. */
const NEVER_BEGUN = "WRONG_CALL_STATE";

/** A timer that ran out: during setup there was no answer, within the call no ACK came, or no answer to a change. */
function hangup({ detail = "", state }: Groups): EventKind {
  if (detail === "RECOVERY_ON_TIMER_EXPIRE") {
    return /EXCHANGE|EXECUTE|SOFT_EXECUTE|PARK|HIBERNATE/.test(state ?? "")
      ? "call-no-reply"
      : "call-unreached";
  }
  if (detail === NEVER_BEGUN) return state === "NEW" ? "call-abandoned" : "call-failed";
  return CAUSES.get(detail) ?? "call-failed";
}

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "[USER_NOT_REGISTERED]",
    pattern: /^\[USER_NOT_REGISTERED\]/,
    kind: "call-not-registered",
  },
  {
    marker: "New Channel sofia/",
    pattern: /^New Channel sofia\/[^/\s]{1,60}\/(?:sips?:)?(?<user>[^@\s]{1,128})/,
    kind: "call-started",
  },
  {
    marker: "Hangup sofia/",
    pattern:
      /^Hangup sofia\/[^/\s]{1,60}\/(?:sips?:)?(?<user>[^@\s]{1,128})\S{0,128} \[CS_(?<state>[A-Z_]{1,20})\] \[(?<detail>[A-Z_]{1,40})\]/,
    kind: hangup,
  },
  {
    marker: "switch_core_state_machine.c:",
    pattern: /^switch_core_state_machine\.c:\d{1,6} \S{1,240}(?: \S{1,240})? Abandoned\s{0,3}$/,
    kind: undefined,
  },
  // The same at debug level, which has no state of the call.
  {
    marker: "hanging up, cause: ",
    pattern: /^hanging up, cause: (?<detail>[A-Z_]{1,40})/,
    kind: ({ detail = "" }) => hangupCause(detail),
  },
  {
    marker: "Cannot create outgoing channel of type [",
    pattern: /^Cannot create outgoing channel of type \[\w{1,20}\] cause: \[(?<detail>[A-Z_]{1,40})\]/,
    kind: hangup,
  },
  {
    marker: "Originate ",
    pattern:
      /^Originate (?:Failed\. {1,2}Cause: |Resulted in Error Cause: \d{1,3} \[)(?<detail>[A-Z_]{1,40})\]?/,
    kind: hangup,
  },
  {
    marker: "HangupCause.",
    pattern: /^HangupCause\.(?<detail>[A-Z][A-Za-z]{3,40})\s{0,3}$/,
    kind: listedCause,
  },
  { marker: "No Route, Aborting", pattern: /^No Route, Aborting/, kind: "call-no-route" },
  {
    marker: "Crypto not negotiated but required",
    pattern: /^Crypto not negotiated but required/,
    kind: "call-srtp-mismatch",
  },
  {
    marker: "unprotect failed with code ",
    pattern: /^unprotect failed with code \d{1,3}/,
    kind: "call-srtp-unreadable",
  },
  {
    marker: "codec is only usable in passthrough mode",
    pattern: /^codec is only usable in passthrough mode/,
    kind: "call-codec-mismatch",
  },
  {
    marker: "DTLS state from ",
    pattern: /^DTLS state from [A-Z]{2,12} to FAIL\b/,
    kind: "call-dtls-failed",
  },
  {
    marker: "RTP REPORTS ERROR: [",
    pattern: /^RTP REPORTS ERROR: \[(?<detail>[^\]]{1,80})\]/,
    kind: "call-media-refused",
  },
  {
    marker: "CODEC NEGOTIATION ERROR",
    pattern: /^CODEC NEGOTIATION ERROR/,
    kind: "call-codec-mismatch",
  },
  {
    marker: "switch_rtp.c:",
    pattern: /^switch_rtp\.c:\d{1,6} sofia\/\S{1,160} audio timeout$/,
    kind: "call-media-stopped",
  },
  {
    marker: "switch_rtp.c:",
    pattern: /^switch_rtp\.c:\d{1,6} sofia\/\S{1,160} audio \d{1,6} consecutive flaws/,
    kind: undefined,
  },
  { marker: "RTP media timeout", pattern: /^RTP media timeout\s{0,3}$/, kind: "call-media-timeout" },
  {
    marker: "Auto Changing ",
    pattern: /^Auto Changing (?:audio |video )?(?:stream |port )/,
    kind: undefined,
  },
  { marker: "Audio Codec Compare [", pattern: /^Audio Codec Compare \[/, kind: undefined },
  { marker: "Ring-Ready sofia/", pattern: /^Ring-Ready sofia\//, kind: undefined },
  { marker: "] has been answered", pattern: /^\] has been answered/, kind: undefined },
  {
    marker: "Standard REPORTING, cause: ",
    pattern: /^Standard REPORTING, cause: (?<detail>[A-Z_]{1,40})/,
    kind: ({ detail = "" }) => hangupCause(detail),
  },
  { marker: "Standard HANGUP, cause: ", pattern: /^Standard HANGUP, cause: /, kind: undefined },
  { marker: "State Change CS_", pattern: /^State Change CS_/, kind: undefined },
  { marker: "Callstate Change ", pattern: /^Callstate Change /, kind: undefined },
  { marker: "entering state [", pattern: /^entering state \[/, kind: undefined },
  { marker: "Dialplan: sofia/", pattern: /^Dialplan: sofia\//, kind: undefined },
  { marker: "EXECUTE ", pattern: /^EXECUTE (?:\[depth=\d{1,3}\] )?sofia\//, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "freeswitch",
  writtenBy: "FreeSWITCH",
  rank: 31,
  patterns: PATTERNS,
};
