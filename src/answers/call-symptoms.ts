import type { Trouble } from "./types.js";

/** The agent is registered, and calls misbehave. The registration is not at fault: leave the credentials alone. */
export const CALL_SYMPTOMS: readonly Trouble[] = [
  {
    id: "no-inbound-calls",
    title: "Registered, but no call arrives",
    phase: "calling",
    meaning: "The PBX knows where the agent is and sends it nothing.",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "Nothing on the PBX routes to the extension.",
        fix: "Point an inbound route, ring group, queue or menu option at it; first call the extension itself from another phone.",
        sources: ["platform", "inferred"],
        confidence: "medium",
      },
      {
        cause:
          "At providers: the number belongs to another product, site or connection, or the answering rules leave the device out.",
        fix: "Telnyx: assign the number to the connection. VoIP.ms: same POP as the number. Twilio: dial user@domain.sip.twilio.com, without an edge. NetSapiens: tick the device in the answering rule.",
        sources: ["telnyx", "twilioRegistration", "netsapiens"],
        confidence: "medium",
      },
      {
        cause: "The binding has run out although the status still says registered.",
        fix: "Read the status again and compare its expiry with the time.",
        sources: ["registrant"],
        confidence: "medium",
      },
    ],
    words: ["no calls", "does not ring", "not ringing", "receives no calls", "never rings", "silent agent"],
    see: ["480", "rings-elsewhere"],
  },
  {
    id: "rings-elsewhere",
    title: "Calls ring elsewhere too, or only there",
    phase: "calling",
    meaning: "Several devices are bound to the extension, and the PBX forks calls or takes the newest.",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "The account is used by another device as well.",
        fix: "One account for each agent.",
        sources: ["flowroute", "twilioRegistration", "freepbxDriver"],
        confidence: "medium",
      },
    ],
    words: ["another phone rings", "forked", "wrong phone"],
    see: ["second-device"],
  },
  {
    id: "one-way-audio",
    title: "No audio, or in one direction only",
    phase: "calling",
    meaning: "Signalling works and the voice packets (RTP) do not arrive: NAT or a firewall.",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "The PBX writes its private address into the session description.",
        fix: "Set its external address and local networks; on Asterisk also direct_media=no, rtp_symmetric, force_rport and rewrite_contact.",
        sources: ["asteriskNat", "freeswitchAudio"],
        confidence: "high",
      },
      {
        cause: "The RTP ports are closed.",
        fix: "Open the PBX's media range to the platform: FreePBX 10000-20000, 3CX 9000-10999, Twilio 10000-60000 (all UDP).",
        sources: ["freepbxSettings", "twilioRegistration"],
        confidence: "medium",
      },
      {
        cause: "A router's SIP ALG rewrites addresses.",
        fix: "Switch it off. The documentation also suggests tcp or tls: that keeps the ALG out of the signaling, but it also ends what the ALG corrected, so set the PBX's external address first.",
        sources: ["platform", "fusionpbx"],
        confidence: "medium",
      },
    ],
    words: ["one way audio", "no sound", "cannot hear", "can't hear", "silence in call", "audio", "rtp"],
    see: ["sip-alg", "488"],
  },
  {
    id: "drops-after-32-s",
    title: "Calls drop after about 32 seconds",
    phase: "calling",
    meaning: "The ACK never reaches the side that answered: it gives up after 64 times T1, 32 s.",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "A Contact with a private address, or a SIP ALG.",
        fix: "Set the PBX's external signalling address; rewrite_contact on Asterisk; switch the ALG off.",
        sources: ["rfc3261", "asteriskNat", "fusionpbx"],
        confidence: "high",
      },
    ],
    words: ["32 seconds", "30 seconds", "hangs up", "drops", "cut off"],
    see: ["sip-alg"],
  },
  {
    id: "drops-after-15-min",
    title: "Calls drop after about 15 minutes",
    phase: "calling",
    meaning: "A session timer's refresh fails half-way through its interval (1800 s is Asterisk's default).",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "The refreshing re-INVITE or UPDATE does not get through.",
        fix: "Let it through the NAT (external address, keep-alives), or relax or switch off session timers on the PBX.",
        sources: ["rfc4028", "asteriskSample"],
        confidence: "medium",
      },
    ],
    words: ["15 minutes", "session timer", "drops"],
    see: ["422"],
  },
  {
    id: "sip-alg",
    title: "A SIP ALG on the router",
    phase: "calling",
    meaning: "The router rewrites SIP messages, and often breaks them: silence, drops, a wrong port.",
    states: [],
    causes: [
      {
        cause: "An application layer gateway that is on by default.",
        fix: "Switch it off; where that is not possible use tls, or a port other than 5060.",
        sources: ["fusionpbx", "rfc3581"],
        confidence: "medium",
      },
    ],
    words: ["alg", "router", "rewrites"],
  },
  {
    id: "dtmf",
    title: "Keys are not recognised",
    phase: "calling",
    meaning: "The two sides send key presses in different ways.",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "One side sends them inband or by INFO, the other expects telephone events.",
        fix: "Set RFC 4733 (also called 2833) on both.",
        sources: ["rfc4733", "flowrouteSpec"],
        confidence: "medium",
      },
    ],
    words: ["dtmf", "keypad", "press 1", "tones"],
  },
  {
    id: "outbound-refused",
    title: "Calls from the agent are refused, calls to it work",
    phase: "calling",
    meaning: "An INVITE is authenticated and judged on its own.",
    states: ["REGISTERED_STATE"],
    causes: [
      {
        cause: "The caller's number or the plan is refused.",
        fix: "Set did to a number of that account in E.164 form; allow outbound calls for the extension.",
        sources: ["telnyx"],
        confidence: "medium",
      },
    ],
    words: ["outbound", "transfer fails", "caller id", "did"],
  },
];
