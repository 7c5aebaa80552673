import type { Rule } from "../rule.js";
import { inCall } from "./call-rule.js";

/** How a call is set up, kept and ended. */
export const DIALOG_RULES = [
  inCall("ack-lost", {
    severity: "critical",
    title: "The answer of the call is never acknowledged",
    seen: "The 200 is sent again and again and no ACK arrives, or the answering side hangs up after 32 s, often with ACK timeout as its reason.",
    cause:
      "The ACK does not reach the answering side, which gives up after 32 s (64 times T1). One of these: (1) its 200 has a Contact (or a proxy's Record-Route) that the caller cannot reach; (2) a firewall, NAT or SIP ALG drops or misdirects the ACK; (3) the 200 itself does not reach the caller.",
    fix: "Have the answering side announce an address in Contact that the caller can reach (external signalling address), have the PBX send to where packets come from (rewrite_contact, force_rport), and switch SIP ALG off.",
    guide: "drops-after-32-s",
  }),
  inCall("call-contact-private", {
    severity: "warning",
    title: "The PBX gives a private address as its Contact in calls",
    seen: "INVITE or 200 of the PBX goes to the outside with a private or container address in Contact.",
    cause:
      "ACK, BYE and re-INVITE of the far side go to the Contact. What cannot reach that address lets the call drop after 32 s, or does not end it.",
    fix: "Set the PBX's external signalling address and its local networks.",
    guide: "drops-after-32-s",
  }),
  inCall("session-refresh-failed", {
    severity: "critical",
    title: "The session timer ends the call",
    seen: "A re-INVITE or UPDATE that refreshes the session is refused or unanswered, and the call ends; or it ends when Session-Expires (or half of it) has passed, with a reason of the session timer.",
    cause:
      "A session timer (RFC 4028) runs, and its refresh does not get through or is refused. The side that runs the timer hangs up.",
    fix: "Let the refresh through (external signalling address, NAT keep-alive, no ALG), or switch session timers off for this extension (Asterisk PJSIP: timers=no on the endpoint, chan_sip: session-timers=refuse; FreeSWITCH: enable-timer=false in the profile).",
    guide: "drops-after-15-min",
  }),
  inCall("session-interval-small", {
    severity: "critical",
    title: "The call is refused because of its session timer",
    seen: "422 is the last answer to the INVITE: no further one asks for the interval of Min-SE.",
    cause:
      "The interval in Session-Expires is below the other side's minimum, and the caller does not ask again with a longer one.",
    fix: "Raise the caller's Session-Expires to Min-SE of the 422 or more, lower the minimum on the side that refuses (Asterisk: timers_min_se, FreeSWITCH: minimum-session-expires), or switch session timers off.",
    guide: "422",
  }),
  inCall("change-refused", {
    severity: "warning",
    title: "A change within the call is refused",
    seen: "A re-INVITE or UPDATE within the call is answered by an error or not at all.",
    cause: "The far side does not accept the new session (hold, transfer, fax, another codec or address).",
    fix: "Compare the session description of that re-INVITE with the one before it, and switch off what causes it: direct media, T.38, session timers.",
    guide: "488",
  }),
  inCall("transfer-refused", {
    severity: "warning",
    title: "A transfer is refused",
    seen: "REFER is answered by an error or not at all, or a NOTIFY after it reports that the call to the target has failed.",
    cause:
      "The side that is asked to transfer the call does not do it. One of these: (1) it does not allow REFER, or not from this extension or trunk; (2) it has no route for the target in the form that Refer-To has; (3) the target itself has refused.",
    fix: "Allow transfers for this extension or trunk (Asterisk PJSIP: allow_transfer=yes; chan_sip: allowtransfer=yes), and give the target as a number that this side can dial; a target outside needs an outbound route there.",
    guide: "outbound-refused",
  }),
  inCall("bye-refused", {
    severity: "warning",
    title: "The hang-up does not reach the other side",
    seen: "BYE is unanswered although it was sent again, or answered 481.",
    cause:
      "The other side has given the call up before, or its Contact leads nowhere. Without rtp time-out it stays up there.",
    fix: "Correct the Contact (external signalling address, rewrite_contact), and set an RTP time-out on the PBX.",
    guide: "drops-after-32-s",
  }),
] as const satisfies readonly Rule[];
