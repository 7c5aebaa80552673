import type { ToldFact } from "../evidence-traced.js";
import type { Rule } from "./rule.js";

/** What a log or a table of state tells outright, and no check can see. */
function told<Id extends ToldFact>(what: Id, rule: Omit<Rule, "id" | "explains" | "find">): Rule<Id, never> {
  return {
    ...rule,
    id: what,
    find: (evidence) =>
      evidence.told?.what === what ? { evidence: evidence.told.words, confidence: "medium" } : undefined,
  };
}

export const TOLD_RULES = [
  told("extension-not-registered", {
    topic: "registrar",
    severity: "critical",
    title: "No device is registered on the extension",
    seen: "In a table of the PBX: the extension has no contact.",
    cause:
      "When the table was made there was no registration: none was made, or it was refused, expired or removed.",
    fix: "Look at the PBX's log, or trace SIP, while the agent registers: that shows which of them it is.",
  }),
  told("contact-unreachable", {
    topic: "path",
    severity: "warning",
    title: "Registered, but the PBX does not reach the device",
    seen: "In a log or table of the PBX: the contact does not answer OPTIONS (Unreachable, Unavail, UNREACHABLE).",
    cause:
      "The registration exists, but requests of the PBX get no answer, and calls will not get through either. One of these: (1) NAT or a firewall in front of the device lets nothing in; (2) the Contact holds an address or port that the PBX cannot reach; (3) the device does not answer OPTIONS.",
    fix: "Have the PBX send to the address that the registration came from (rewrite_contact, NAT support), let its packets through the firewall, or use tcp or tls. If the device ignores OPTIONS, switch qualify off for this extension.",
  }),
  told("provider-refused", {
    topic: "registrar",
    severity: "warning",
    title: "The PBX's own registration with its provider fails",
    seen: "In a log or trace of the PBX: its outbound registration (trunk, gateway, Internet number) is refused or unanswered.",
    cause:
      "That is the PBX's trunk and not the agent's extension: the agent can still register, but calls to and from outside may fail.",
    fix: "Check the trunk's user, password and registrar on the PBX with the provider.",
  }),
  told("ban-elsewhere", {
    topic: "reach",
    severity: "info",
    title: "A ban hits another address than the user's",
    seen: "In a log of the PBX: an address is banned or blocked that no user in question was seen at.",
    cause: "Mostly a scanner, which the ban is for. No line connects the address with the user.",
    fix: "Nothing, unless it is one of the platform's addresses: then allow it on the PBX.",
  }),
  told("agent-number-unknown", {
    topic: "platform",
    severity: "critical",
    title: "The platform's side has no trunk or rule for the number that was called",
    seen: "In a log of LiveKit SIP: no trunk or dispatch rule matches the call.",
    cause:
      "The call arrives, and the number in it (toUser), or the address that it came from, is none that a trunk or dispatch rule holds. It must match exactly, with or without +.",
    fix: "Compare toUser and fromIP of that line with the numbers and allowed addresses of the trunk, and have the PBX send the number in that very form.",
  }),
  told("agent-not-authorized", {
    topic: "platform",
    severity: "critical",
    title: "The platform's side asks the PBX for credentials and does not accept them",
    seen: "In a log of LiveKit SIP: the call is not authorized by the trunk.",
    cause:
      "The trunk wants a user and password, or only some addresses, and the call comes without or from elsewhere.",
    fix: "Give the PBX's trunk the same user and password, or let the trunk go by the PBX's address.",
  }),
] as const satisfies readonly Rule[];
