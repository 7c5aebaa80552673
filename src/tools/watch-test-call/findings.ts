import { DIALOG_RULES } from "../../diagnosis/rules/calls/dialog.js";
import type { Rule } from "../../diagnosis/rules/rule.js";

/** What a test call may come to, in words. The evidence is added where it is seen. */

export interface CallFinding {
  readonly id: CallFindingId;
  readonly severity: "critical" | "warning" | "info";
  readonly title: string;
  readonly evidence: string;
  readonly cause: string;
  readonly fix: string;
}

type Words = Omit<CallFinding, "id" | "evidence" | "severity"> & {
  /** Where it is the voice's way, the preset's words on NAT and ports follow. */
  readonly media?: true;
};

const MEDIA_FIX =
  "Set the PBX's external media address and local networks, forward its RTP range (UDP), and switch SIP ALG off on the router.";

/** The same as a finding on a trace. */
const ackLost: Rule<"ack-lost", never> = DIALOG_RULES[0];

export const WORDS = {
  "line-not-registered": {
    title: "The agent is not registered, so no call reaches it",
    cause: "The PBX has nowhere to send the call as long as the platform is not registered there.",
    fix: "Fix the registration first: get_sip_status says why it fails.",
  },
  "call-not-arrived": {
    title: "The call did not reach the agent",
    cause:
      "One of these: (1) the PBX has no route for what was dialled (its log: 404, no extension, out of service); (2) another device took the agent's place at the extension (evicted: the log shows another contact, or rings it); (3) the PBX or the agent's side refused it (403, 480, 486, 488, 603); (4) the registration's path is gone, NAT mapping or firewall (INVITE without any answer, 408).",
    fix: "Dial the extension itself from another extension of the same PBX. In the PBX's log, look at the INVITE for that extension: which contact it went to, and the answer.",
  },
  "answered-elsewhere": {
    title: "Someone or something answered, and the agent's log has no call",
    cause:
      "One of these: (1) voicemail, a queue, an announcement or another device answered; (2) the log is late, since when an entry appears is not documented.",
    fix: "Ask who answered. On the PBX, turn off voicemail and forwarding for the extension, and make sure that only the agent is registered there.",
  },
  "platform-hears-nothing": {
    title: "The platform hears nothing of the caller",
    cause:
      "Voice from the PBX to the platform does not arrive. One of these: (1) a firewall lets no RTP (UDP) out of the PBX; (2) the PBX sends to a private address in place of where packets come from (no symmetric RTP); (3) the caller's own phone or line sends nothing (muted, or its own NAT).",
    fix: "Let UDP out of the PBX to any port, switch symmetric RTP on for the extension (Asterisk PJSIP: rtp_symmetric=yes, force_rport=yes, direct_media=no), and try the PBX's echo test from the same phone: it shows whether that phone is heard.",
    media: true,
  },
  "agent-not-heard": {
    title: "The agent speaks, and its voice does not reach the caller",
    cause:
      "The way back is dead: voice from the platform to the PBX. One of these: (1) the PBX announces a private or old address for its media; (2) its RTP range is not forwarded, or a firewall drops it; (3) the leg between PBX and phone is dead, which the PBX's echo test from that phone shows.",
    fix: MEDIA_FIX,
    media: true,
  },
  "no-voice": {
    title: "Neither side's voice arrives",
    cause:
      "One of these: (1) RTP is blocked both ways, or the PBX announces a wrong media address; (2) the agent has no greeting and heard no one; (3) the platform keeps no transcript of this call.",
    fix: `${MEDIA_FIX} See in the dashboard that the agent has a greeting.`,
    media: true,
  },
  "agent-silent": {
    title: "The agent hears the caller and says nothing",
    cause:
      "The voice arrives at the platform. The agent has no greeting, no voice, or waits for another language.",
    fix: "Look at the agent's greeting, voice and prompt in the dashboard; the line needs no change.",
  },
  "agent-does-not-react": {
    title: "The agent hears the caller and does not react",
    cause:
      "The voice arrives and is written down, so the line is in order. The agent's prompt or language, or a bad line that garbles words.",
    fix: "Look at the agent's prompt and language in the dashboard, and at what it understood in the call's transcript there.",
  },
  "answer-not-seen": {
    title: "The agent took the call, and the caller never noticed",
    cause:
      "One of these: (1) the answer (200) or its ACK is lost between platform and PBX; (2) the entry is of another call.",
    fix: ackLost.fix,
  },
  "ack-lost": {
    title: "The call ends after 32 s, as where the ACK is lost",
    cause: ackLost.cause,
    fix: ackLost.fix,
  },
  "media-timeout": {
    title: "The call ends as with a media timeout",
    cause:
      "A side that gets no voice packets hangs up: often after 30 s without a first packet, or 15 s after the last one.",
    fix: "Fix the voice path to the platform; the call ends because of it.",
    media: true,
  },
  "call-dropped": {
    title: "The call was cut off",
    cause:
      "The log does not say who hung up. One of these: (1) a session timer whose refresh does not get through (often 15 or 30 min); (2) a limit of the PBX or of a trunk; (3) the agent hung up, as its prompt tells it to.",
    fix: "Look in the PBX's log at the BYE of that call: who sent it, and its Reason.",
  },
} as const satisfies Readonly<Record<string, Words>>;

export type CallFindingId = keyof typeof WORDS;
