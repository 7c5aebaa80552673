import type { Rule } from "../rule.js";
import { inCall } from "./call-rule.js";

const MEDIA_FIX =
  "Set the PBX's external media address and local networks, forward its RTP range (UDP), and switch SIP ALG off on the router.";

/** What a test call from a second extension comes to. */
export const TEST_CALL_RULES = [
  inCall("agent-not-heard", {
    severity: "critical",
    title: "The agent's voice does not reach the PBX",
    seen: "A test call is answered and not one voice packet comes, while the PBX's echo test gives back what is sent.",
    cause:
      "Voice from the platform does not arrive at the PBX, or is thrown away there. One of these: (1) the PBX gives the platform a private or old media address; (2) its RTP range is not forwarded; (3) a firewall drops UDP coming in.",
    fix: MEDIA_FIX,
    guide: "one-way-audio",
  }),
  inCall("own-leg-broken", {
    severity: "warning",
    title: "There is no voice between the tester and the PBX",
    seen: "In a test call nothing comes back, neither from the agent nor from the PBX's echo test.",
    cause:
      "Voice of the machine that tests is lost, so nothing can be said about the agent's. One of these: (1) a firewall or NAT of this network; (2) the PBX's media address or RTP range, seen from here.",
    fix: "Test from a machine beside the PBX, or first correct what the echo test shows.",
    guide: "one-way-audio",
  }),
  inCall("agent-silent", {
    severity: "warning",
    title: "The line is up and nothing is said on it",
    seen: "In a test call voice packets come from the PBX, and all hold silence.",
    cause:
      "One of these: (1) the agent has no greeting, no voice, or waits for the caller; (2) the PBX itself fills in silence for packets that do not arrive.",
    fix: "Look at the agent's greeting, voice and language; if it has them, look at the PBX's counters of its leg to the agent.",
    guide: "one-way-audio",
  }),
  inCall("continuous-sound", {
    severity: "warning",
    title: "One sound continues through the whole call",
    seen: "In a test call there is sound without a pause from the first moment to the last.",
    cause:
      "Whatever answers is most likely not an agent that listens. One of these: (1) music on hold, or a queue; (2) an announcement; (3) a fax or another tone.",
    fix: "See on the PBX what answers at that extension: forwarding, queue, voicemail, and which devices are registered there.",
    guide: "rings-elsewhere",
  }),
  inCall("agent-does-not-react", {
    severity: "warning",
    title: "The agent speaks and does not react to the caller",
    seen: "In a test call a greeting comes, and no reply to what is said.",
    cause:
      "One of these: (1) voice from the PBX to the platform does not arrive; (2) the agent hears and does not react: prompt, language, or no words that it could understand.",
    fix: "Look in the agent's call log whether it has an entry of the caller for this call: with one the line is in order, without one switch symmetric RTP on for the extension and let UDP out of the PBX.",
    guide: "one-way-audio",
  }),
  inCall("platform-hears-nothing", {
    severity: "critical",
    title: "The platform hears nothing of the caller",
    seen: "A test call's log has entries of the agent and none of the caller, or the far side hangs up after 30 s without a reply.",
    cause:
      "Voice from the PBX to the platform does not arrive. One of these: (1) a firewall lets no RTP (UDP) out of the PBX; (2) the PBX sends to a private address in place of where packets come from (no symmetric RTP).",
    fix: "Let UDP out of the PBX to any port, and switch symmetric RTP on for the extension (Asterisk PJSIP: rtp_symmetric=yes, force_rport=yes, direct_media=no).",
    guide: "one-way-audio",
  }),
  inCall("agent-media-refused", {
    severity: "critical",
    title: "The agent's side and the PBX agree on no voice",
    seen: "A test call is refused with 488 or 606 and a Q.850 cause, which comes from the leg behind the PBX; or without one, where the PBX's echo test took the same voice.",
    cause:
      "One of these: (1) the extension that is called allows no codec of the platform's; (2) it demands SRTP or WebRTC of the agent.",
    fix: "Allow PCMU and PCMA (ulaw, alaw, G.711) on the agent's extension, without SRTP unless its transport is tls, and without WebRTC.",
    guide: "488",
  }),
  inCall("agent-does-not-ring", {
    severity: "critical",
    title: "The PBX calls the agent and gets no answer",
    seen: "A test call is taken on by the PBX, never rings, and ends without an answer.",
    cause:
      "The PBX has a contact for the extension and cannot reach it. One of these: (1) the registration's NAT mapping is gone; (2) a firewall; (3) the PBX sends to an old contact, or to the address inside it.",
    fix: "Keep the mapping open (short expiry, qualify or OPTIONS keep-alive) and have the PBX send to where the registration came from (rewrite_contact, force_rport); then register again.",
    guide: "no-inbound-calls",
  }),
  inCall("tester-refused", {
    severity: "warning",
    title: "The PBX does not let the tester call",
    seen: "A test call is refused with 401, 403 or 407 although it brought credentials.",
    cause:
      "User or password of the calling extension are not those of the PBX, or that extension may not call. Nothing was seen of the agent.",
    fix: "Compare user, authentication user and SIP password of the calling extension with the PBX, and see what it may dial. The same password is not sent again.",
    guide: "outbound-refused",
  }),
  inCall("call-hung-up-there", {
    severity: "warning",
    title: "The far side hangs up during the test",
    seen: "In a test call the BYE comes from the other side before the test is over.",
    cause:
      "One of these: (1) the agent ends the call, as its prompt tells it to; (2) the PBX ends it: a limit, a media or session timer.",
    fix: "Look in the PBX's log at the BYE of that call: who sent it, and its Reason.",
    guide: "drops-after-32-s",
  }),
  inCall("voice-uneven", {
    severity: "warning",
    title: "Voice packets come unevenly",
    seen: "In a test call the jitter (RFC 3550) is above 30 ms, or there is a gap of more than half a second.",
    cause: "Queues on the way, a busy PBX, or a busy machine that tests. Voice breaks up or comes late.",
    fix: "Compare with the PBX's echo test from the same place: what appears there too is in the tester's leg. Otherwise use QoS on the line.",
    guide: "one-way-audio",
  }),
  inCall("voice-late", {
    severity: "warning",
    title: "The agent's voice begins late",
    seen: "In a test call the first voice packet comes more than a second after the answer.",
    cause:
      "The platform waits for a first packet before it bridges voice, and the PBX does the same: the side behind NAT has to send first.",
    fix: "Have the PBX send from the answer on (no silence suppression, symmetric RTP on).",
    guide: "one-way-audio",
  }),
  inCall("call-works", {
    severity: "info",
    title: "Voice goes both ways, from end to end",
    seen: "In a test call the agent is heard, and replies to each question or has an entry of the caller in its log.",
    cause: "The line works as it was called: from that extension, with these settings.",
    fix: "Nothing. Then try the way that real callers use.",
  }),
] as const satisfies readonly Rule[];
