import { callEvent, causeEvent } from "../call-codes.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/**
 * Asterisk's lines on calls: app_dial.c, pbx.c, chan_sip.c, res_pjsip_session.c, res_pjsip_sdp_rtp.c, and what FreePBX's
 * dialplan prints.
 *
 * Long: one list of what one program writes on calls; each entry is a few lines.
 */

/** `1:0/0/1`: called, and of these busy, congested, unavailable. */
function everyoneBusy({ detail = "" }: Groups): EventKind {
  const [, busy = "0", congested = "0"] = /:(\d+)\/(\d+)/.exec(detail) ?? [];
  if (Number(busy) > 0) return "call-busy";
  return Number(congested) > 0 ? "call-congested" : "call-unavailable";
}

const DIAL_STATUS: ReadonlyMap<string, EventKind> = new Map<string, EventKind>(
  Object.entries({
    CHANUNAVAIL: "call-unavailable",
    CONGESTION: "call-congested",
    NOANSWER: "call-not-answered",
    BUSY: "call-busy",
    CANCEL: "call-cancelled",
  } satisfies Record<string, EventKind>),
);

function dialStatus({ detail = "" }: Groups): EventKind | undefined {
  return DIAL_STATUS.get(detail);
}

/** FreePBX names the channel's cause beside the status, which says less. */
function statusWithCause({ detail = "", why }: Groups): EventKind | undefined {
  if (detail === "ANSWER" || detail === "CANCEL") return DIAL_STATUS.get(detail);
  return causeEvent(Number(why)) ?? DIAL_STATUS.get(detail);
}

/** Q.850 causes with which a channel could not be made. */
function notCreated({ detail = "" }: Groups): EventKind {
  const cause = Number(/^\d{1,3}/.exec(detail)?.[0]);
  return cause === 3 ? "call-not-registered" : (causeEvent(cause) ?? "call-unavailable");
}

/** The outcome of a call that the PBX placed by itself (call files, Originate): its states of a channel. */
const ORIGINATED: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["0", "call-unavailable"],
  ["1", "call-unavailable"],
  ["3", "call-not-answered"],
  ["5", "call-busy"],
  ["8", "call-congested"],
]);

/** Asterisk's words for Q.850 causes (channel.c). */
const CAUSE_TEXTS: ReadonlyMap<string, number> = new Map([
  ["Unallocated (unassigned) number", 1],
  ["User busy", 17],
  ["No user responding", 18],
  ["User alerting, no answer", 19],
  ["Subscriber absent", 20],
  ["Call Rejected", 21],
  ["Invalid number format", 28],
  ["Circuit/channel congestion", 34],
  ["Network out of order", 38],
  ["Switching equipment congestion", 42],
  ["Bearer capability not available", 58],
  ["Bearer capability not implemented", 65],
]);

const TIMED_OUT: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["Critical Response", "call-ack-lost"],
  ["Critical Request", "call-unreached"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "Endpoint '",
    pattern:
      /^Endpoint '(?<user>[^']{1,128})': Could not create dialog to invalid URI .{0,200}registered and reachable/,
    kind: "call-not-registered",
  },
  {
    marker: "Failed to create outgoing session to endpoint '",
    pattern: /^Failed to create outgoing session to endpoint '(?<user>[^']{1,128})'/,
    kind: "call-not-registered",
  },
  {
    marker: "Unable to create channel of type '",
    pattern:
      /^Unable to create channel of type '(?:PJSIP|SIP|IAX2|Local)' \(cause (?<detail>\d{1,3} - [^)]{1,60})\)/,
    kind: notCreated,
  },
  { marker: "No devices or endpoints to dial", pattern: /^No devices or endpoints to dial/, kind: undefined },
  {
    marker: "to extension '",
    pattern:
      /^to extension '(?<user>[^']{1,80})' rejected because extension not found in context '(?<detail>[^']{1,80})'/,
    kind: "call-no-route",
  },
  {
    marker: "rejected because extension not found in context '",
    pattern: /^rejected because extension not found in context '(?<detail>[^']{1,80})'/,
    kind: "call-no-route",
  },
  {
    marker: "sent to invalid extension but no invalid handler: ",
    pattern: /^sent to invalid extension but no invalid handler: (?<detail>\S{1,120})/,
    kind: "call-no-route",
  },
  // FreePBX's from-pstn, where no inbound route has the number.
  {
    marker: "Catch-All DID Match - Found ",
    pattern: /^Catch-All DID Match - Found (?<detail>\S{1,60})/,
    kind: "call-no-route",
  },
  { marker: "No DID or CID Match", pattern: /^No DID or CID Match/, kind: "call-no-route" },
  {
    marker: "couldn't allocate a port for RTP instance",
    pattern: /^couldn't allocate a port for RTP instance/,
    kind: "call-no-ports",
  },
  {
    marker: "No such extension/context ",
    pattern: /^No such extension\/context (?<detail>\S{1,120}) while calling Local channel/,
    kind: "call-no-route",
  },
  {
    marker: "Received incoming SIP connection from unknown peer to ",
    pattern: /^Received incoming SIP connection from unknown peer to (?<user>[^\s"']{1,64})/,
    kind: "call-from-unknown",
  },
  {
    marker: "Rejecting unknown SIP connection from ",
    pattern: /^Rejecting unknown SIP connection from (?<address>[\d.:]{7,60})/,
    kind: "call-from-unknown",
  },
  {
    marker: "Everyone is busy/congested at this time",
    pattern: /^Everyone is busy\/congested at this time \((?<detail>[\d:/]{1,30})\)/,
    kind: everyoneBusy,
  },
  {
    marker: "Nobody picked up in ",
    pattern: /^Nobody picked up in (?<detail>\d{1,9} ms)/,
    kind: "call-not-answered",
  },
  {
    marker: "Got SIP response ",
    pattern: /^Got SIP response (?<detail>\d{3} "[^"]{0,60}") back from (?<address>\S{1,80})/,
    kind: ({ detail = "" }) => callEvent(Number(detail.slice(0, 3)), "device"),
  },
  // chan_sip, of the 403 of the one that it calls.
  {
    marker: 'Received response: "Forbidden" from ',
    pattern: /^Received response: "Forbidden" from /,
    kind: "call-declined",
  },
  {
    marker: " status is '",
    pattern: /^ status is '(?<detail>[A-Z]{4,12})'/,
    kind: dialStatus,
  },
  {
    marker: "DIALSTATUS",
    pattern: /^DIALSTATUS = (?<detail>[A-Z]{4,12}) and HANGUPCAUSE = (?<why>\d{1,3})/,
    kind: statusWithCause,
  },
  {
    marker: "DIALSTATUS",
    pattern: /^DIALSTATUS(?: is| ?[:=])?\s{0,2}['"]?(?<detail>[A-Z]{4,12})\b/,
    kind: dialStatus,
  },
  {
    marker: "[s-",
    pattern: /^\[s-(?<detail>CHANUNAVAIL|CONGESTION|NOANSWER|BUSY)@/,
    kind: dialStatus,
  },
  {
    marker: "has ExtensionState: ",
    pattern: /^has ExtensionState: (?<why>\d{1,2})/,
    kind: ({ why }) => (why === "4" ? "call-not-registered" : undefined),
  },
  {
    marker: "Returned from dialparties with no extensions to call",
    pattern: /^Returned from dialparties with no extensions to call/,
    kind: "call-unavailable",
  },
  {
    marker: "Called ",
    pattern: /^Called (?:PJSIP|SIP)\/(?<user>[^\s/@]{1,128})/,
    kind: "call-started",
  },
  {
    marker: "SIP/",
    pattern:
      /^SIP\/(?<user>[^\s/]{1,128})-[0-9a-f]{8} (?<detail>is ringing|answered|is busy|is circuit-busy|is making progress)/,
    kind: ({ detail }) => (detail === "is busy" ? "call-busy" : "call-progress"),
  },
  {
    marker: "Retransmission timeout reached on transmission ",
    pattern:
      /^Retransmission timeout reached on transmission \S{1,200} for seqno \d{1,10} \((?<why>[A-Za-z -]{1,40})\)/,
    kind: ({ why = "" }) => TIMED_OUT.get(why),
  },
  {
    marker: "Maximum retries exceeded on transmission ",
    pattern:
      /^Maximum retries exceeded on transmission \S{1,200} for seqno \d{1,10} \((?<why>[A-Za-z -]{1,40})\)/,
    kind: ({ why = "" }) => TIMED_OUT.get(why),
  },
  {
    marker: "no reply to our critical packet",
    pattern: /^no reply to our critical packet/,
    kind: "call-no-reply",
  },
  {
    marker: "Disconnecting c",
    pattern:
      /^Disconnecting c(?:all|hannel) '(?:PJSIP|SIP)\/(?<user>[^'/]{1,128})-[0-9a-f]{8}' for lack of (?:audio |video )?RTP activity in (?<detail>\d{1,6} seconds)/,
    kind: "call-media-timeout",
  },
  { marker: "ession-Timer expired", pattern: /^ession-Timer expired - \S/, kind: "call-session-expired" },
  {
    marker: "ession timer expired",
    pattern: /^ession timer expired(?: - \S|$)/,
    kind: "call-session-expired",
  },
  {
    marker: "transfer attempt blocked due to configuration",
    pattern: /^transfer attempt blocked due to configuration/,
    kind: "call-transfer-refused",
  },
  {
    marker: "all failed to go through, reason ",
    pattern: /^all failed to go through, reason \(?(?<why>\d{1,2})\)? ?(?<detail>.{0,80})/,
    kind: ({ why = "" }) => ORIGINATED.get(why),
  },
  {
    marker: "reason (",
    pattern: /^reason \((?<why>\d)\) (?<detail>(?:Remote end|Call Failure|Congestion|Hangup).{0,60})/,
    kind: ({ why = "" }) => ORIGINATED.get(why),
  },
  {
    marker: "Queued call to ",
    pattern: /^Queued call to \S{1,120} expired without completion/,
    kind: undefined,
  },
  {
    marker: "Asked to get a channel of unsupported format ",
    pattern: /^Asked to get a channel of unsupported format '?\(?(?<detail>[^)]{0,60})/,
    kind: "call-codec-mismatch",
  },
  {
    marker: "Failing due to no acceptable offer found",
    pattern: /^Failing due to no acceptable offer found/,
    kind: "call-codec-mismatch",
  },
  {
    marker: "Asked to transmit frame type ",
    pattern: /^Asked to transmit frame type (?<detail>\S{1,40}, while native formats is \S{1,60})/,
    kind: "call-codec-mismatch",
  },
  // Of a call; without one it may be a keep-alive.
  {
    marker: "[C-",
    pattern: /^\[C-[0-9a-f]{8}\]: chan_sip\.c:.{0,60}Serious Network Trouble/,
    kind: "call-unsent",
  },
  {
    marker: "attempted blind transfer to '",
    pattern: /^attempted blind transfer to '(?<detail>[^']{1,120})' but target does not exist/,
    kind: "call-transfer-unknown",
  },
  {
    marker: "Received REFER for remote session on channel '",
    pattern:
      /^Received REFER for remote session on channel '[^']{1,120}' from endpoint '(?<user>[^']{1,80})' but '(?<detail>external_replaces)' context does not exist/,
    kind: "call-transfer-refused",
  },
  // What a key of features.conf is followed by.
  {
    marker: "xtension '",
    pattern: /^xtension '(?<detail>[^']{1,80})' does not exist in context '(?<why>[^']{1,80})'/,
    kind: "call-transfer-unknown",
  },
  {
    marker: "Unable to send ACK!",
    pattern: /^Unable to send ACK!/,
    kind: "call-ack-unsent",
  },
  // ARI and AMI as JSON, of a channel that has ended.
  {
    marker: "ause",
    pattern: /^ause[_-]txt\\?"\s?:\s?\\?"(?<detail>[A-Z][\w ,()/-]{3,60}?)\\?"/,
    kind: ({ detail = "" }) => causeEvent(CAUSE_TEXTS.get(detail) ?? 0),
  },
  { marker: "Packet timed out after ", pattern: /^Packet timed out after \d{1,6}ms/, kind: undefined },
  {
    marker: "o compatible codecs",
    pattern: /^o compatible codecs/,
    kind: "call-codec-mismatch",
  },
  // While it learns the address again it says how many packets are left.
  {
    marker: "dropping due to strict RTP protection",
    pattern: /^dropping due to strict RTP protection\.?(?<why> Will switch)?/,
    kind: ({ why }) => (why === undefined ? "call-media-dropped" : undefined),
  },
  // The answer that fits the cause for which the channel is hung up; at debug levels.
  {
    marker: "chan_pjsip_hangup: ",
    pattern: /^chan_pjsip_hangup: {1,3}Cause: (?<detail>[3-6]\d{2})\b/,
    kind: ({ detail = "" }) => callEvent(Number(detail), "device"),
  },
  {
    marker: "Unable to find a codec translation path",
    pattern: /^Unable to find a codec translation path:? (?<detail>.{1,80})/,
    kind: "call-codec-mismatch",
  },
  {
    marker: "No path to translate from ",
    pattern: /^No path to translate from (?<detail>.{1,80})/,
    kind: "call-codec-mismatch",
  },
  {
    marker: "ouldn't negotiate stream ",
    pattern: /^ouldn't negotiate stream (?<detail>\S{1,60})/,
    kind: "call-media-refused",
  },
  {
    marker: "Rejecting secure audio stream without encryption details",
    pattern: /^Rejecting secure audio stream without encryption details/,
    kind: "call-srtp-mismatch",
  },
  {
    marker: "We are requesting SRTP for audio, but they responded without it",
    pattern: /^We are requesting SRTP for audio, but they responded without it/,
    kind: "call-srtp-mismatch",
  },
  {
    marker: "Can't provide secure audio requested in SDP offer",
    pattern: /^Can't provide secure audio requested in SDP offer/,
    kind: "call-srtp-mismatch",
  },
  {
    marker: "DTLS failure occurred on RTP instance",
    pattern: /^DTLS failure occurred on RTP instance \S{1,30} due to reason '(?<detail>[^']{1,80})'/,
    kind: "call-dtls-failed",
  },
  {
    marker: "has no auth credentials for realm",
    pattern: /^has no auth credentials for realm/,
    kind: "call-no-credentials",
  },
  {
    marker: "No auth objects matching realm",
    pattern: /^No auth objects matching realm.{0,120} from challenge found/,
    kind: "call-no-credentials",
  },
  {
    marker: "RTP Transmission error of packet ",
    pattern:
      /^RTP Transmission error of packet \d{1,10} to (?<address>[\d.a-f:[\]]{3,60}): (?<detail>.{1,60})/,
    kind: ({ address = "" }) =>
      /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address)
        ? "call-private-media"
        : "call-media-unsent",
  },
  {
    marker: "SRTP unprotect failed on SSRC",
    pattern: /^SRTP unprotect failed on SSRC/,
    kind: "call-srtp-unreadable",
  },
  {
    marker: "Re-invite to non-existing call leg",
    pattern: /^Re-invite to non-existing call leg/,
    kind: "call-change-refused",
  },
  {
    marker: "SRTP support module is not loaded or available",
    pattern: /^SRTP support module is not loaded or available/,
    kind: "call-srtp-mismatch",
  },
  {
    marker: "profile in audio ",
    pattern: /^profile in audio (?:offer|answer) but (?:AVPF is (?:not )?enabled|AVP)/,
    kind: "call-webrtc-mismatch",
  },
  {
    marker: "Can't write RTP to private address ",
    pattern: /^Can't write RTP to private address (?<address>[\d.:]{7,60})/,
    kind: "call-private-media",
  },
  {
    marker: "emotely ",
    pattern: /^emotely (?:RTP )?bridg(?:ed|ing) /,
    kind: "call-direct-media",
  },
  {
    marker: "Failed to authenticate device ",
    pattern: /^Failed to authenticate device (?<from>.{1,300})/,
    kind: "call-auth-failed",
  },
  {
    marker: "Failed to authenticate on INVITE to ",
    pattern: /^Failed to authenticate on INVITE to '?(?<from>.{1,300})/,
    kind: "call-auth-failed",
  },
  // Of a CDR as CSV (cdr_csv): the disposition and the flags after it.
  {
    marker: '"NO ANSWER","',
    pattern: /^"NO ANSWER","(?:DOCUMENTATION|BILLING|OMIT|\d)"/,
    kind: "call-not-answered",
  },
  { marker: '"BUSY","', pattern: /^"BUSY","(?:DOCUMENTATION|BILLING|OMIT|\d)"/, kind: "call-busy" },
  {
    marker: '"FAILED","',
    pattern: /^"FAILED","(?:DOCUMENTATION|BILLING|OMIT|\d)"/,
    kind: "call-unavailable",
  },
  {
    marker: '"ANSWERED","',
    pattern: /^"ANSWERED","(?:DOCUMENTATION|BILLING|OMIT|\d)"/,
    kind: "call-ended",
  },
  {
    marker: "unknown call with DID set to ",
    pattern: /^unknown call with DID set to (?<detail>[^\s"')]{1,60})/,
    kind: "call-no-route",
  },
  // Announcements that FreePBX and Asterisk's samples play in the place of a destination.
  {
    marker: "layback(",
    pattern:
      /^layback\("[^"]{1,160}", "(?:[\w/-]{0,40}&)?(?:ss-noservice|cannot-complete-as-dialed|check-number-dial-again|number-not-in-service)/,
    kind: "call-no-route",
  },
  {
    marker: "Playing '",
    pattern: /^Playing '(?:ss-noservice|cannot-complete-as-dialed)[.']/,
    kind: "call-no-route",
  },
  {
    marker: "layback(",
    pattern: /^layback\("[^"]{1,160}", "(?:all-circuits-busy-now|pls-try-call-later)/,
    kind: "call-congested",
  },
  // queue_log: a row of what happens in a queue.
  {
    marker: "|RINGNOANSWER|",
    pattern: /^\|RINGNOANSWER\|(?<detail>\d{1,9})/,
    kind: "call-not-answered",
  },
  { marker: "|ABANDON|", pattern: /^\|ABANDON\|/, kind: "call-cancelled" },
  { marker: "|COMPLETE", pattern: /^\|COMPLETE(?:CALLER|AGENT)\|/, kind: "call-ended" },
  { marker: "|ENTERQUEUE|", pattern: /^\|ENTERQUEUE\|/, kind: "call-started" },
  // Voicemail's greeting: unavailable or busy; without one of them it may be a person who listens to messages.
  {
    marker: "oice",
    pattern: /^oice[Mm]ail\("[^"]{1,160}", ?"(?<user>[\w+*-]{1,40})(?:@[\w-]{1,40})?,(?<why>[bu])/,
    kind: ({ why }) => (why === "b" ? "call-busy" : "call-unavailable"),
  },
  // What the dialplan prints about itself.
  { marker: "Executing [", pattern: /^Executing \[/, kind: undefined },
  { marker: "Spawn extension (", pattern: /^Spawn extension \(/, kind: undefined },
  { marker: "Begin MixMonitor Recording", pattern: /^Begin MixMonitor Recording/, kind: undefined },
  { marker: "End MixMonitor Recording", pattern: /^End MixMonitor Recording/, kind: undefined },
  { marker: "MixMonitor close filestream", pattern: /^MixMonitor close filestream/, kind: undefined },
  { marker: "Using SIP RTP ", pattern: /^Using SIP RTP /, kind: undefined },
  { marker: "Locally RTP bridged ", pattern: /^Locally RTP bridged /, kind: undefined },
  { marker: "_bridge' ", pattern: /^_bridge' /, kind: undefined },
  { marker: ": switching from ", pattern: /^: switching from \w{1,30} technology/, kind: undefined },
  { marker: "-- Goto (", pattern: /^-- Goto \(/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "asterisk",
  writtenBy: "Asterisk",
  rank: 21,
  patterns: PATTERNS,
};
