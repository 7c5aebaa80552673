import type { EventKind } from "./event.js";
import type { Meaning } from "./refusals.js";

/** What lines on calls mean. Causes and fixes that are left out are the rule's own. */
export const CALL_MEANINGS = {
  "call-not-registered": {
    says: "call could not be delivered: no device is registered there",
    finding: "callee-not-registered",
    confidence: "medium",
  },
  "call-no-route": {
    says: "call refused: the dialplan has no such extension in that context",
    finding: "no-such-extension",
    confidence: "medium",
    hint: { routing: true },
  },
  "call-ended-by-dialplan": {
    says: "the dialplan ends the call before it calls anyone",
    finding: "no-such-extension",
    confidence: "low",
    cause:
      "The PBX takes the number on, and its dialplan hangs up without having called anyone. One of these: (1) what decides where the number goes (an inbound route, a script, a database) has no destination for it; (2) a condition before it ends the call (time, blocked caller, limit).",
    fix: "Read the steps above that line: the last condition or script before it decides. Give this number a destination there, in the form in which it arrives.",
    hint: { routing: true },
  },
  "call-unavailable": {
    says: "call failed, the one who was called is not available",
    finding: "callee-unavailable",
    confidence: "low",
    cause:
      "The PBX could not reach any of those it called. One of these: (1) not registered, or unreachable; (2) the device refused (its SIP answer says why); (3) the PBX could not send.",
  },
  "call-busy": { says: "call refused, busy", finding: "callee-busy", confidence: "medium" },
  "call-declined": { says: "call rejected", finding: "call-declined", confidence: "medium" },
  "call-microphone-denied": {
    says: "the client was not given the microphone, and refuses the call itself",
    finding: "call-declined",
    confidence: "medium",
    cause:
      "The browser or app has no permission to use the microphone (or none is there), so the client ends the call by itself, before anything is agreed with the PBX.",
    fix: "Allow the microphone for the page or app (a page needs HTTPS for that), see that one is connected, and call again.",
  },
  "call-not-answered": {
    says: "rang, and was not answered in time",
    finding: "call-not-answered",
    confidence: "medium",
  },
  "call-cancelled": {
    says: "the caller hung up before it was answered",
    finding: "call-cancelled",
    confidence: "medium",
  },
  "call-congested": {
    says: "call failed at or beyond the one who was called",
    finding: "call-failed-beyond",
    confidence: "medium",
  },
  "call-unreached": {
    says: "call got no answer from the device or far side",
    finding: "invite-unanswered",
    confidence: "medium",
    hint: { nat: true },
  },
  "call-ack-lost": {
    says: "the answer of the call was never acknowledged",
    finding: "ack-lost",
    confidence: "high",
    hint: { nat: true },
  },
  "call-session-expired": {
    says: "the session timer ended the call",
    finding: "session-refresh-failed",
    confidence: "high",
  },
  "call-codec-mismatch": {
    says: "no codec in common",
    finding: "codec-mismatch",
    confidence: "medium",
    hint: { codecs: true },
  },
  "call-srtp-mismatch": {
    says: "the two sides do not agree on SRTP",
    finding: "srtp-refused",
    confidence: "medium",
  },
  "call-media-refused": {
    says: "the media of the call could not be agreed",
    finding: "media-refused",
    confidence: "medium",
    hint: { codecs: true },
  },
  "call-webrtc-mismatch": {
    says: "the call is offered as WebRTC or the PBX wants it so",
    finding: "webrtc-refused",
    confidence: "medium",
  },
  "call-dtls-failed": {
    says: "the keys of the voice could not be agreed (DTLS)",
    finding: "no-audio",
    confidence: "medium",
    cause:
      "The DTLS handshake, by which the two ends agree on the keys of the voice, fails. One of these: (1) the certificate that one side shows is not that of its fingerprint, has run out, or is of a kind that the other does not take; (2) one side has no DTLS at all.",
    fix: "Have the PBX make its own certificate for DTLS (Asterisk PJSIP: dtls_auto_generate_cert=yes), or look at the one it has; for an extension that is not a browser, switch DTLS and WebRTC off.",
  },
  "call-srtp-unreadable": {
    says: "encrypted voice that arrives cannot be opened",
    finding: "srtp-refused",
    confidence: "medium",
    cause:
      "Encrypted voice arrives, and its check fails: the two ends do not hold the same keys. One of these: (1) the keys of one session description did not reach the other end as they were sent (a proxy or relay between, a re-INVITE with new keys); (2) the packets are of another call or stream; (3) the counter of one end has restarted (after hold, transfer or a change of address). A few at the beginning of a call are normal.",
    fix: "Check whether it continues through the call, and compare the a=crypto lines (or fingerprints) at both ends; try a call without media encryption.",
  },
  "call-change-refused": {
    says: "a change within the call is refused: the other side does not know the call",
    finding: "change-refused",
    confidence: "medium",
    cause:
      "The re-INVITE (hold, session timer, direct media) was answered 481: the other side has ended the call, or it went to another host than the one that holds it.",
    fix: "See whether the other side had hung up and its BYE did not arrive; correct the Contact (external signalling address), and switch direct media and session timers off for a try.",
  },
  "call-auth-failed": {
    says: "the call's credentials were not accepted",
    finding: "call-credentials-refused",
    confidence: "medium",
    hint: { fields: ["password", "authUsername"] },
  },
  "call-challenged": { says: "asked for credentials, which is normal" },
  "call-media-timeout": {
    says: "ended because no voice packets came",
    finding: "no-audio",
    confidence: "high",
    hint: { nat: true },
  },
  "call-private-media": {
    says: "voice would have to go to a private address",
    finding: "media-sent-to-private",
    confidence: "medium",
    hint: { nat: true },
  },
  "call-direct-media": {
    says: "the two ends are to send their voice to each other",
    finding: "direct-media",
    confidence: "low",
    severity: "info",
  },
  "call-too-large": {
    says: "a message was too large for UDP",
    finding: "invite-too-large",
    confidence: "medium",
    severity: "warning",
  },
  "call-looped": { says: "the call goes in a circle", finding: "call-loops", confidence: "medium" },
  "call-transfer-refused": {
    says: "a transfer is refused",
    finding: "transfer-refused",
    confidence: "medium",
  },
  "call-transfer-unknown": {
    says: "a transfer to a number that does not exist there",
    finding: "transfer-refused",
    confidence: "medium",
    cause:
      "The PBX looks for the target of the transfer in the context of the one who transfers (Asterisk: context of the endpoint, or TRANSFER_CONTEXT), and does not find it in this form.",
    fix: "Give the target in the form in which this extension dials it (without + or country code, or with the outside prefix), or set TRANSFER_CONTEXT to a context that has it.",
    hint: { routing: true },
  },
  "call-forwarded": { says: "call sent elsewhere", finding: "call-forwarded", confidence: "medium" },
  "call-number-unknown": {
    says: "call refused, the device does not know the number",
    finding: "call-number-unknown",
    confidence: "medium",
    hint: { routing: true },
  },
  "call-from-unknown": {
    says: "call from an address that the PBX does not know",
    finding: "call-challenge-unanswered",
    severity: "info",
    confidence: "low",
    cause:
      "The PBX knows no trunk or extension for the address that the call comes from, and does not let anonymous calls in. Strangers' tries look the same.",
    fix: "If the call is wanted: have the trunk know that address (Asterisk PJSIP: identify with match=, FreePBX: Match (Permit) of the trunk; chan_sip: host=; FreeSWITCH: the list that the line names), and send it to the context of inbound calls.",
  },
  "call-abandoned": {
    says: "the call was asked for credentials, and nothing came",
    finding: "call-challenge-unanswered",
    severity: "warning",
    confidence: "medium",
    cause:
      'FreeSWITCH asks the one who calls for credentials, and gives the call up after 10 s without any. One of these: (1) a trunk that has no credentials to give, calls on the profile for extensions, and its address is not in the list that the profile takes without (acl "domains"); (2) the challenge does not reach the one who calls; (3) a caller that the PBX does not know tries to call.',
    fix: "For a trunk: add its address to the list that the profile takes without credentials (FusionPBX: Access Controls, providers or domains), or have it call the port of the external profile (5080).",
  },
  "call-of-stranger": {
    says: "call from someone the PBX does not know, refused",
    finding: "call-of-stranger",
    severity: "info",
    confidence: "medium",
  },
  "call-unproven": {
    says: "refused, the credentials did not fit",
    finding: "call-credentials-refused",
    severity: "warning",
    confidence: "low",
    cause:
      "One of these: (1) someone the PBX does not know tries to call, as scanners do (chan_sip writes the same about them); (2) the call's credentials are wrong.",
    hint: { fields: ["password", "authUsername"] },
  },
  "call-no-credentials": {
    says: "asked for credentials, and has none for that realm",
    finding: "call-challenge-unanswered",
    confidence: "medium",
    cause:
      "The far side asks for credentials for its realm, and the PBX has none for it: none are set for calls on this trunk or extension, or they are set for another realm.",
    fix: "Give the trunk its user and password for calls (Asterisk PJSIP: outbound_auth on the endpoint, with realm= left out or the very one of the challenge).",
  },
  "call-media-unsent": {
    says: "voice cannot be sent to that address",
    finding: "no-audio",
    confidence: "medium",
    cause:
      "The PBX's machine cannot send voice to the address that the session description names: it has no way there, or a firewall on the machine itself forbids it.",
    fix: "Look at which side announces that address, and have it announce one that can be reached; see the machine's routes and its outgoing firewall rules.",
  },
  "call-media-stopped": {
    says: "no voice packets come any more",
    finding: "no-audio",
    confidence: "medium",
    hint: { nat: true },
  },
  "call-ice-failed": {
    says: "no way for the voice was found (ICE)",
    finding: "no-audio",
    confidence: "medium",
    cause:
      "The two ends have tried the addresses that they announced to each other (ICE candidates), and none of them carries packets. One of these: (1) a firewall forbids UDP between them; (2) one side announces only private addresses; (3) a STUN or TURN server is missing or not reached.",
    fix: "Give the browser or client a TURN server, have the PBX announce its public address (Asterisk: external address, stunaddr or ice_host_candidates in rtp.conf), and open its RTP ports.",
  },
  "call-ack-unsent": {
    says: "the answer of the call could not be acknowledged",
    finding: "ack-lost",
    confidence: "medium",
    cause:
      "The ACK could not be sent: the address that it has to go to (Contact or Record-Route of the answer) has no connection or cannot be reached from here. One of these: (1) an outbound proxy or Contact with another transport than the call; (2) a TLS or TCP connection that is gone; (3) a private address.",
    fix: "Compare Contact and Record-Route of the 200 with the transport and address that the device is registered with, and correct its outbound proxy or transport.",
  },
  "call-ack-malformed": {
    says: "the ACK is discarded, a header is missing in it",
    finding: "ack-lost",
    confidence: "medium",
    cause:
      "The ACK arrives without a header that it must have (RFC 3261 8.1.1; the line names it), and the one who answered throws it away. It sends its 200 again, and ends the call after half a minute.",
    fix: "Have the PBX or proxy that made the ACK put the header in (a newer version, no rule that strips headers), or use another client that does without it.",
  },
  "call-unsent": {
    says: "a message of the call could not be sent",
    finding: "invite-unanswered",
    confidence: "medium",
    cause:
      "The PBX cannot send to the address that the device registered from. Mostly that is a WebSocket, TCP or TLS connection that has ended: the registration remains, and the device is no longer behind it.",
    fix: "Have the device register again, and see what ends its connection (sleep of a browser or phone, a proxy with a time limit, NAT): a shorter registration interval or keep-alives keep it open.",
  },
  "call-perhaps-unsent": {
    says: "the browser's connection (WebSocket) is gone: nothing can be sent to it",
    finding: "invite-unanswered",
    severity: "warning",
    confidence: "low",
    cause:
      "The proxy has a browser's registration, or a call with it, and the WebSocket below it has ended. A call to that browser gets nowhere; where the line is of a keep-alive or of the end of a call, nothing is lost.",
    fix: "Have the browser connect and register again when its connection ends (SIP.js, JsSIP: reconnection), see what ends it (a proxy with a time limit, sleep), and have the proxy drop contacts whose connection is gone (Kamailio: usrloc handle_lost_tcp).",
  },
  "call-unresolved": {
    says: "the address to which the call has to go cannot be resolved",
    finding: "call-failed-beyond",
    confidence: "medium",
    cause:
      "The proxy passes the call on to a host name that does not exist in DNS. One of these: (1) the Contact of a browser (a name under .invalid), without the address that it registered from being used; (2) a name of the inner network; (3) a misspelt name in the route.",
    fix: "For browsers and devices behind NAT have the proxy note where they register from and go by that (Kamailio: fix_nated_register or add_contact_alias with handle_ruri_alias); otherwise correct the name.",
  },
  "call-no-reply": {
    says: "ended because something of the call was not answered or acknowledged",
    finding: "ack-lost",
    confidence: "medium",
    hint: { nat: true },
  },
  "call-no-media-proxy": {
    says: "no relay for voice (rtpengine, rtpproxy) answers",
    finding: "no-audio",
    confidence: "medium",
    cause:
      "The proxy finds no relay for voice, and leaves the addresses of the two ends in the session descriptions: behind NAT their voice does not arrive.",
    fix: "See that rtpengine (rtpproxy) runs, and that the address of its control port in the proxy's configuration is right.",
  },
  "call-no-ports": {
    says: "no port was left for the call's voice",
    finding: "no-audio",
    confidence: "medium",
    cause:
      "All ports of the range for voice are taken: the range is too small for the calls at once (each leg needs two), another program uses it, or calls that are over are kept.",
    fix: "Widen the range of RTP ports on the PBX or relay, with the firewall's forwarding, and look for calls that never end.",
  },
  "ports-not-forwarded": {
    says: "a test from outside does not reach the port",
    finding: "ports-not-forwarded",
    confidence: "medium",
    hint: { nat: true },
  },
  "path-rewritten": {
    says: "the PBX's own test finds a SIP ALG on the way",
    finding: "call-path-rewritten",
    confidence: "medium",
  },
  "call-media": { says: "voice counted" },
  "call-media-dropped": {
    says: "voice from another address than the call's is discarded",
    finding: "one-way-audio",
    confidence: "low",
    severity: "warning",
    cause:
      "Voice arrives from an address that is not the one on which the PBX has settled (strict RTP), and is discarded. One of these: (1) the device's address has changed within the call (another network, a relay, a new NAT mapping); (2) two streams reach the same port. A few such packets at the beginning of a call are normal.",
    fix: "Check whether it continues through the call; if so, find out what changes the address on the way, or have the device send a re-INVITE when its address changes. strictrtp=no (rtp.conf) shows whether it is this.",
  },
  "call-packets-lost": {
    says: "voice packets get lost",
    finding: "packets-lost",
    confidence: "medium",
  },
  "call-media-answered": { says: "the relay of voice has both session descriptions" },
} as const satisfies Partial<Record<EventKind, Meaning>>;
