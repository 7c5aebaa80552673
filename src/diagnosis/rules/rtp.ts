import type { RtpFact } from "../evidence-rtp.js";
import type { Rule } from "./rule.js";

/** What the RTP of a capture shows. A capture at one point proves what passed that point, and nothing of what did not. */
function heard<Id extends RtpFact>(
  what: Id,
  rule: Omit<Rule, "id" | "topic" | "explains" | "find">,
): Rule<Id, never> {
  return {
    ...rule,
    id: what,
    topic: "calls",
    find: ({ rtp }) => {
      if (rtp?.what !== what) return undefined;
      const { what: _id, words, ...found } = rtp;
      return { evidence: words, ...found };
    },
  };
}

const WHERE =
  "A capture shows what passes one point: what is missing in it was never sent, was lost before that point, or goes another way.";

export const RTP_RULES = [
  heard("rtp-to-private", {
    severity: "critical",
    title: "The voice is sent to a private address",
    seen: "In a capture: RTP goes to a private address of a side whose SIP comes from a public one.",
    cause:
      "That side has announced its private address in SDP, and the other one sends there: nothing of it arrives, unless a VPN leads to that network.",
    fix: "Have the side that announces it write its public address into SDP (PBX: external media address and local networks), or have the sender send to where packets come from (Asterisk PJSIP: rtp_symmetric=yes).",
  }),
  heard("rtp-refused", {
    severity: "warning",
    title: "Nothing listens on the port to which the voice is sent",
    seen: "In a capture: ICMP port unreachable comes back for RTP while the call is up.",
    cause:
      "The host is there, and no program of it has that port open: it announced another one, or has given the call up.",
    fix: "Compare the port with the one in SDP, and look whether a router between changes ports (SIP ALG) or the PBX's RTP range differs from what is forwarded.",
  }),
  heard("rtp-one-way", {
    severity: "critical",
    title: "Only one direction of the voice is in the capture",
    seen: "In a capture of an answered call: RTP from one side and none from the other, and neither is on hold.",
    cause: WHERE,
    fix: "Capture on the side that is not heard: if its RTP leaves there, a firewall, NAT or wrong address on the way loses it; if not, it was given a wrong address or sends none.",
  }),
  heard("rtp-none", {
    severity: "warning",
    title: "No voice of the call is in the capture",
    seen: "In a capture that holds RTP of others: an answered call of which no packet comes from or goes to the places that it announced.",
    cause: `${WHERE} With direct media the voice goes past the PBX.`,
    fix: "Capture on the PBX itself without a filter for port 5060, and let its RTP range through the firewall in both directions.",
  }),
  heard("rtp-stops", {
    severity: "warning",
    title: "One direction of the voice ends long before the call",
    seen: "In a capture: RTP of one side ends 10 s or more before the call does, while the other continues, without a new SDP.",
    cause: `One of these: (1) a firewall or NAT closed the way; (2) that side stopped sending (mute, silence suppression). ${WHERE}`,
    fix: "Switch silence suppression off, lengthen the UDP time-out of the firewall, and have both sides send all the time.",
  }),
  heard("rtp-wrong-type", {
    severity: "warning",
    title: "The voice comes in a codec that the receiver has not announced",
    seen: "In a capture: most RTP packets have a payload type that is not in the receiver's SDP.",
    cause: "The receiver drops what it has not agreed to; Asterisk lets one packet through.",
    fix: "Limit both sides to PCMU and PCMA (G.711), so types cannot be mixed up.",
  }),
  heard("rtp-silent", {
    severity: "warning",
    title: "The voice that arrives is silence",
    seen: "In a capture: G.711 packets of one direction hold silence from the first to the last.",
    cause:
      "The way is open: the sender itself has nothing to say, is muted, or gets nothing from behind it (another leg, a microphone, the agent).",
    fix: "Look at the other leg of that side: whether sound arrives there.",
  }),
  heard("rtp-loss", {
    severity: "warning",
    title: "Packets of the voice are missing",
    seen: "In a capture, or in a call to the echo test: 3 % or more of the sequence numbers of a stream never appear.",
    cause:
      "They were lost between the sender and the point of the capture, or the capture itself dropped them. What is lost behind that point does not show.",
    fix: "Look at the line of the sender's side (load, Wi-Fi, shaping), and capture there to see where they get lost.",
  }),
  heard("rtp-jitter", {
    severity: "warning",
    title: "The voice arrives unevenly",
    seen: "In a capture: the mean jitter (RFC 3550) of a stream is 30 ms or more.",
    cause: "A busy line or machine between the sender and the point of the capture.",
    fix: "Give voice priority on that line, and enlarge the jitter buffer of the receiver.",
  }),
  heard("rtp-from-elsewhere", {
    severity: "info",
    title: "The voice comes from another place than announced",
    seen: "In a capture: RTP comes from an address or port that is not in its sender's SDP, and nothing goes back there. In a call to the echo test: our tone comes back from another address than the PBX's and the announced one.",
    cause:
      "NAT in front of the sender changes address or port. Only a receiver that sends to where packets come from reaches it.",
    fix: "Switch that on at the receiver (Asterisk PJSIP: rtp_symmetric=yes, chan_sip: nat=comedia), or have the sender announce its public address.",
  }),
] as const satisfies readonly Rule[];
