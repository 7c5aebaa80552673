import type { Rule } from "../rule.js";
import { inCall } from "./call-rule.js";

/** Where the voice goes. */
export const MEDIA_RULES = [
  inCall("media-address-private", {
    severity: "critical",
    title: "A private media address is announced",
    seen: "c= of a session description is a private, loopback or container address, and the packet comes from or goes to the internet.",
    cause:
      "The other side sends its voice to an address that it cannot reach: no audio, or audio in one direction only. Some far ends send back to where packets come from instead (symmetric RTP); then it works anyway.",
    fix: "Set the external media address and the local networks of the side that announces it.",
    guide: "one-way-audio",
  }),
  inCall("media-address-wrong", {
    severity: "warning",
    title: "Another media address is announced than the PBX has",
    seen: "c= of the PBX's session description is another public address than the one its packets come from.",
    cause:
      "The external media address is out of date (the line's address has changed), or media has its own address and nothing is wrong.",
    fix: "Compare the external media address on the PBX with the line's present address; use a DNS name or automatic detection where the address changes.",
    guide: "one-way-audio",
  }),
  inCall("media-sent-to-private", {
    severity: "critical",
    title: "The PBX sends the voice to a private address",
    seen: "RTP lines or counters: voice is sent to a private address although the signalling of that side comes from the internet.",
    cause:
      "The far side announces its local address, and the PBX believes it instead of sending back to where its packets come from.",
    fix: "Switch symmetric RTP on for that extension (Asterisk PJSIP: rtp_symmetric=yes, force_rport=yes, rewrite_contact=yes; chan_sip: nat=force_rport,comedia).",
    guide: "one-way-audio",
  }),
  inCall("one-way-audio", {
    severity: "critical",
    title: "Voice goes in one direction only",
    seen: "Counters (pjsip show channelstats, RTP debug, FreeSWITCH's or a softphone's statistics): many packets one way, none the other.",
    cause:
      "The packets of one side do not arrive. One of these: (1) the PBX announces an address that this side cannot reach; (2) its RTP range is not forwarded, or a firewall drops it; (3) that side sends nothing.",
    fix: "Set the PBX's external media address and local networks, forward its RTP range (UDP), and check the firewall.",
    guide: "one-way-audio",
  }),
  inCall("no-audio", {
    severity: "critical",
    title: "No voice packets arrive",
    seen: "A media or RTP time-out ends the call, or counters are zero on both ways.",
    cause:
      "Signalling works and RTP does not arrive. One of these: (1) a wrong media address in the session description; (2) RTP ports closed or not forwarded; (3) the far side sends nothing, as on hold or with silence suppression.",
    fix: "Set the PBX's external media address and local networks, forward its RTP range (UDP), and check the firewall.",
    guide: "one-way-audio",
  }),
  inCall("packets-lost", {
    severity: "warning",
    title: "Voice packets get lost",
    seen: "Counters: 5 % and more of the packets of one way are lost.",
    cause: "The line is overloaded or bad; voice breaks up.",
    fix: "Look at the line: other traffic, WLAN, QoS. Compare the counters of both legs of the call.",
    guide: "one-way-audio",
  }),
  inCall("media-off", {
    severity: "critical",
    title: "The answer turns the voice off",
    seen: "The first answer has port 0, 0.0.0.0, inactive, or one direction only, where the offer wanted both.",
    cause:
      "One of these: (1) the far side refuses this media line, mostly because of codec or encryption; (2) it puts the call on hold immediately; (3) a queue, announcement or click-to-dial that sends later.",
    fix: "Compare codecs and encryption of offer and answer; then look for hold, or a device that answers in place of another.",
    guide: "one-way-audio",
  }),
  inCall("call-on-hold", {
    severity: "info",
    title: "The call is on hold",
    seen: "The last change of the session is sendonly, inactive or 0.0.0.0, and nothing reverts it.",
    cause: "The call is on hold, or a transfer is under way: silence is expected then.",
    fix: "Take the call back; if no one has put it on hold, look at what the PBX does with it (parking, transfer).",
    guide: "one-way-audio",
  }),
  inCall("direct-media", {
    severity: "warning",
    title: "The PBX takes itself out of the voice path",
    seen: "A re-INVITE soon after the answer names a third address for media.",
    cause:
      "Direct media: the two ends are told to send to each other, which NAT, firewalls or encryption usually prevent.",
    fix: "Switch direct media off on the PBX (Asterisk PJSIP: direct_media=no; chan_sip: directmedia=no; FreeSWITCH: no bypass_media).",
    guide: "one-way-audio",
  }),
  inCall("dtmf-not-agreed", {
    severity: "warning",
    title: "Keys are not agreed as telephone events",
    seen: "One side offers telephone-event and the answer has none, or keys are sent in INFO.",
    cause: "Keys are then sent inband or by INFO, which the other side may not listen to.",
    fix: "Set DTMF to RFC 4733 (also called RFC 2833) on both sides.",
    guide: "dtmf",
  }),
  inCall("ports-not-forwarded", {
    severity: "warning",
    title: "The PBX's ports are not reached from outside",
    seen: "The PBX's own test (3CX's firewall checker) fails for SIP or media ports.",
    cause:
      "The router does not forward the port to the PBX, or changes its number on the way out: devices outside do not register, calls have no audio or audio in one direction only.",
    fix: "Forward the SIP port and the whole RTP range (UDP) to the PBX with the same port numbers inside and outside, then run the test again.",
    guide: "one-way-audio",
  }),
  inCall("call-path-rewritten", {
    severity: "warning",
    title: "Something on the way rewrites the call's messages",
    seen: "A PBX at a public address answers with a private address as received=, or headers and session description do not fit each other.",
    cause:
      "Most likely a SIP ALG in a router or firewall. It damages audio and the end of calls in ways that look like faults of the PBX.",
    fix: "Switch SIP ALG (also called SIP helper or SIP inspection) off in the router, or use tls.",
    guide: "sip-alg",
  }),
] as const satisfies readonly Rule[];
