import type { Rule } from "../rule.js";
import { inCall } from "./call-rule.js";

/** 488 and its like: the two sides agree on no media. Which kind it is shows the offer. */
export const AGREEMENT_RULES = [
  inCall("webrtc-refused", {
    severity: "critical",
    title: "The call is offered as WebRTC, which the other side does not speak",
    seen: "488, 606 or 415 to an offer with DTLS fingerprint, ICE or profile SAVPF.",
    cause:
      "The extension (or trunk) that is called is set up for browsers. A SIP agent or phone takes plain RTP or SRTP with keys in the session description.",
    fix: "Switch WebRTC off for it (Asterisk PJSIP: webrtc=no, media_encryption=no, use_avpf=no, ice_support=no; FreePBX: the extension's Advanced tab, Enable AVPF and DTLS no), and have it call again.",
    guide: "488",
  }),
  inCall("srtp-refused", {
    severity: "critical",
    title: "The two sides do not agree on encrypted voice (SRTP)",
    seen: "488, 606 or 415, or a line of the PBX, where one side offers or wants SRTP and the other does not.",
    cause: "One side insists on SRTP and the other does not offer or take it.",
    fix: "Set the extension to no media encryption, or give both sides SRTP with transport tls (Asterisk PJSIP: media_encryption=no or sdes, media_encryption_optimistic=yes takes both).",
    guide: "488",
  }),
  inCall("codec-mismatch", {
    severity: "critical",
    title: "The two sides have no codec in common",
    seen: "488, 606 or 415 to an offer without G.711, an answer that shares no codec with the offer, or a line of the PBX.",
    cause: "The lists of codecs of the two sides do not overlap.",
    fix: "Allow PCMU and PCMA (ulaw, alaw, G.711) on the extension and on the trunk.",
    guide: "488",
  }),
  inCall("media-refused", {
    severity: "critical",
    title: "The media of the call is refused",
    seen: "488, 606 or 415, and the offer does not show why.",
    cause:
      "One of these: (1) no codec in common; (2) the side that refuses wants SRTP and is offered none; (3) a rule on the PBX that refuses.",
    fix: "Allow PCMU and PCMA (G.711) on the extension, and set media encryption the same on both sides (none, or SRTP with tls).",
    guide: "488",
  }),
  inCall("fax-refused", {
    severity: "info",
    title: "A change to fax (T.38) is refused",
    seen: "488 to a re-INVITE with an image.",
    cause: "The far side does not accept fax; the call itself continues.",
    fix: "Nothing for voice. Switch T.38 or fax detection off on the extension if calls end after it.",
    guide: "488",
  }),
] as const satisfies readonly Rule[];
