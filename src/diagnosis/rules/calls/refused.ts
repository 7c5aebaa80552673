import type { Rule } from "../rule.js";
import { inCall } from "./call-rule.js";

/** Calls that do not come about, by who refuses them and why. */
export const REFUSED_CALL_RULES = [
  inCall("call-number-unknown", {
    severity: "critical",
    title: "The device does not know the number that was called",
    seen: "404, 484 or 604 to an INVITE that the PBX sends to a device or agent.",
    cause:
      "The PBX sends a number in the Request-URI or To that the device is not registered under: the outside number (DID) instead of the user.",
    fix: "Send the call to the registered extension (on Asterisk Dial(PJSIP/extension) and not extension@trunk), or give the agent the number exactly as it arrives (did, with or without +).",
    guide: "404",
  }),
  inCall("no-such-extension", {
    severity: "critical",
    title: "The PBX has no route for the number that was dialled",
    seen: "404 or 484 of the PBX, or a line that no extension fits in that context; often with the context's name.",
    cause:
      "The dialplan (inbound route, context) holds no entry for this number in the form in which it arrives.",
    fix: "Add or correct the inbound route or extension for exactly that number, and point it at the agent's extension; check the context of the trunk or extension that the call comes in on.",
    guide: "no-inbound-calls",
  }),
  inCall("callee-not-registered", {
    severity: "critical",
    title: "No device is registered on the extension that was called",
    seen: "404 with Q.850 cause 3, 480 of a registrar, CHANUNAVAIL, USER_NOT_REGISTERED or SUBSCRIBER_ABSENT.",
    cause:
      "At the time of the call the PBX had no contact for the extension: it was not registered, had run out, or was unreachable.",
    fix: "Look at the extension's contact on the PBX at the time of a call (pjsip show contacts, sofia status profile internal reg), and at why the registration is gone.",
    guide: "no-inbound-calls",
  }),
  inCall("callee-unavailable", {
    severity: "warning",
    title: "The called party is not available",
    seen: "480, or a hang-up cause like it, where the reason leaves open why.",
    cause:
      "One of these: (1) not registered at that moment; (2) do not disturb, or forwarding; (3) no answer within the ring time.",
    fix: "Look at the extension's contact on the PBX during a call, and at its do-not-disturb and forwarding.",
    guide: "480",
  }),
  inCall("callee-busy", {
    severity: "warning",
    title: "The called party is busy",
    seen: "486 or 600, USER_BUSY, or Q.850 cause 17.",
    cause:
      "One of these: (1) another call, and no second one is allowed; (2) a call limit of the extension or trunk; (3) do not disturb.",
    fix: "Raise the extension's call limit (call waiting, busy level, device_state_busy_at), or put a queue before it.",
    guide: "486",
  }),
  inCall("call-declined", {
    severity: "warning",
    title: "The call is rejected",
    seen: "603 or 403 to the INVITE, CALL_REJECTED, or Q.850 cause 21.",
    cause:
      "One of these: (1) the person or device rejected it; (2) a rule of the system that refuses: permissions, block list, caller number, plan.",
    fix: "Look at who refuses: its permissions for this extension and number, block lists, and the caller number that is sent.",
    guide: "603",
  }),
  inCall("call-not-answered", {
    severity: "warning",
    title: "The call rang and was not answered",
    seen: "Ringing, and then an end by the PBX's ring time: NOANSWER, NO_ANSWER, Q.850 cause 19.",
    cause: "The device was reached and did not answer the call in time.",
    fix: "Make sure that the agent answers automatically (its number or rule for this call), and raise the ring time if it is short.",
    guide: "no-inbound-calls",
  }),
  inCall("call-cancelled", {
    severity: "info",
    title: "The caller hung up before the call was answered",
    seen: "CANCEL and 487, or ORIGINATOR_CANCEL.",
    cause: "The caller, or the caller's ring time, ended it. That by itself is not a fault.",
    fix: "If it rang long, see why the called side does not answer.",
    guide: "no-inbound-calls",
  }),
  inCall("call-credentials-refused", {
    severity: "critical",
    title: "The credentials of the call are not accepted",
    seen: "401, 407 or 403 to an INVITE with credentials, or a line that the call's login failed.",
    cause:
      "User, authentication user or password of the caller are not those of the account, or the call comes under another name (From).",
    fix: "Compare authentication user, password and realm of that trunk or extension; the From user must be the account's if the PBX requires it.",
    guide: "outbound-refused",
  }),
  inCall("call-challenge-unanswered", {
    severity: "warning",
    title: "The caller does not answer the request for credentials",
    seen: "401 or 407 to the INVITE, and no INVITE with credentials follows.",
    cause:
      "The caller has no credentials for this PBX or realm. For calls from a trunk, the PBX does not know the address and challenges every caller.",
    fix: "Give the caller user and password; for a trunk, have the PBX identify it by its address (Asterisk PJSIP: identify with match=, chan_sip: insecure=invite; FreeSWITCH: an acl).",
    guide: "outbound-refused",
  }),
  inCall("call-demands-extension", {
    severity: "critical",
    title: "The call is refused because of a SIP extension",
    seen: "420 or 421 to the INVITE.",
    cause: "One side demands an extension of SIP (100rel, timer, path …) that the other does not do.",
    fix: "Switch that extension off on the side that demands it (Asterisk PJSIP: 100rel=no, timers=no).",
    guide: "420",
  }),
  inCall("call-failed-beyond", {
    severity: "critical",
    title: "The call fails at or beyond the system that was asked",
    seen: "5xx to the INVITE, CONGESTION, or Q.850 causes 34, 38, 41 and 42.",
    cause:
      "One of these: (1) no free line or channel (plan, limit); (2) the far network or gateway is down; (3) the PBX cannot reach its trunk; (4) a fault in its configuration.",
    fix: "Look at the log of the system that refuses, at that time: its trunk's state, channel limit, and Q.850 reason.",
    guide: "503",
  }),
  inCall("call-forwarded", {
    severity: "info",
    title: "The call is sent elsewhere",
    seen: "3xx to the INVITE.",
    cause: "A forwarding set by the called party.",
    fix: "Remove the forwarding if it is not wanted.",
    guide: "rings-elsewhere",
  }),
  inCall("call-loops", {
    severity: "critical",
    title: "The call loops",
    seen: "482 or 483 to the INVITE.",
    cause: "The routes of two systems send the call to each other.",
    fix: "Look at the routes for this number on both sides: one of them must end at an extension.",
    guide: "482",
  }),
  inCall("call-refused", {
    severity: "warning",
    title: "The call is refused",
    seen: "Another final answer of 400 and above to the INVITE.",
    cause: "The code, and the system that sent it, show whose log has the reason.",
    fix: "Look at the log of the system that refuses, at that time.",
    guide: "no-inbound-calls",
  }),
  inCall("invite-unanswered", {
    severity: "critical",
    title: "The INVITE gets no answer",
    seen: "The INVITE is sent again and not even a 100 comes back.",
    cause:
      "One of these: (1) the registered address or port is no longer open (NAT mapping gone, a firewall, a restarted device); (2) the PBX sends to a Contact that leads nowhere; (3) the message is too large for UDP.",
    fix: "Keep the mapping open (short expiry, qualify or OPTIONS keep-alive), have the PBX send to where the registration came from (rewrite_contact, force_rport), or use tcp or tls.",
    guide: "no-inbound-calls",
  }),
  inCall("invite-to-other-port", {
    severity: "critical",
    title: "The call goes to another address than the device registered from",
    seen: "The INVITE is sent to another host or port than that of the registration, and is not answered.",
    cause:
      "The PBX calls an old Contact, or the address that the device wrote into its Contact, in place of the one that its packets come from.",
    fix: "Have the PBX use the address that it sees (Asterisk PJSIP: rewrite_contact=yes; chan_sip: nat=force_rport,comedia; FreeSWITCH: NDLB-force-rport or fs_path), and remove old contacts.",
    guide: "no-inbound-calls",
  }),
  inCall("invite-too-large", {
    severity: "critical",
    title: "The INVITE is too large for UDP and gets lost",
    seen: "An INVITE of more than 1,300 octets over UDP is sent again and not answered, or only its first fragment arrives.",
    cause:
      "It is sent in fragments, and a router or firewall on the way drops them. Smaller messages of the same call or device get through.",
    fix: "Use tcp or tls for this extension, or make the INVITE smaller: fewer codecs, no video, no ICE.",
    guide: "no-inbound-calls",
  }),
  inCall("call-of-stranger", {
    severity: "info",
    title: "A stranger tries to call",
    seen: "INVITEs of a scanner, which the PBX refuses.",
    cause: "Programs try numbers from all over the world. The PBX refuses them, as it should.",
    fix: "Nothing for the agent. Keep fail2ban or an access list on, and no anonymous calls.",
    guide: "no-inbound-calls",
  }),
] as const satisfies readonly Rule[];
