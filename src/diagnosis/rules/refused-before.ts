import { untrustedToken } from "../../untrusted.js";
import type { Rule } from "./rule.js";
import { answeredFirst, answerWords, list, statusWords } from "./words.js";

/** Codes to the first REGISTER, before any credentials, that say what is wrong. */
export const REFUSED_BEFORE_RULES = [
  {
    id: "challenge-unusable",
    topic: "registrar",
    severity: "critical",
    title: "The challenge cannot be answered",
    seen: "401 or 407 without a realm, with an unknown algorithm, or with no Digest challenge at all.",
    cause:
      "The registrar asks for an authentication that a SIP client with user and password does not have, or its answer is broken. The platform shows INTERNAL_ERROR for it.",
    fix: "Set the PBX to Digest with MD5 or SHA-256 for this account; an IMS or Basic login cannot be used.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 401 || status === 407);
      if (first === undefined || (first.challenge?.offers.length ?? 0) > 0) return undefined;
      const why = first.challenge?.unusable ?? [];
      return {
        evidence: `${statusWords(first)}: ${why.length > 0 ? list(why) : "it carries no challenge"}`,
        confidence: "high",
      };
    },
  },
  {
    id: "forbidden-before-credentials",
    topic: "registrar",
    severity: "critical",
    title: "The PBX refuses before it has seen any credentials",
    seen: "403 to the first REGISTER, without a challenge.",
    cause:
      "It is not the password. One of these: (1) this source address is not allowed (access list, registration from outside switched off); (2) the user or the domain is unknown or disabled; (3) a policy of the PBX, such as the kind of device.",
    fix: "Allow registration from outside for the extension, check username and sipDomain, and look at the PBX's log for the reason.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 403);
      if (first === undefined) return undefined;
      return {
        evidence: answerWords(evidence, first),
        confidence: "medium",
        preset: { code: 403, remote: true },
      };
    },
  },
  {
    id: "unknown-before-credentials",
    topic: "registrar",
    severity: "critical",
    title: "The PBX does not know this user or domain",
    seen: "404, 604 or 410 to the first REGISTER, before any credentials.",
    cause:
      "The user does not exist at this domain, or the PBX does not serve this domain (an IP address given where it wants its name, or the reverse).",
    fix: "Check the extension's number, and that sipDomain is exactly the domain or tenant that the PBX serves.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 404 || status === 604 || status === 410);
      if (first === undefined) return undefined;
      return {
        evidence: answerWords(evidence, first),
        confidence: "high",
        preset: { code: 404, fields: ["username", "sipDomain"] },
      };
    },
  },
  {
    id: "not-a-registrar",
    topic: "registrar",
    severity: "critical",
    title: "This server takes no registrations",
    seen: "405 or 501 to REGISTER, or an Allow header without REGISTER.",
    cause: "It is a SIP proxy, trunk or media gateway, not the registrar of this account.",
    fix: "Ask the provider for the registrar's host name; a trunk that authenticates by address cannot be registered.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 405 || status === 501);
      if (first === undefined) return undefined;
      const allow = first.headers.Allow;
      return {
        evidence: `${answerWords(evidence, first)}${allow ? `; it allows ${allow}` : ""}`,
        confidence: "high",
        preset: { code: 405, fields: ["sipDomain"] },
      };
    },
  },
  {
    id: "redirected",
    topic: "registrar",
    severity: "critical",
    title: "The PBX redirects the registration elsewhere",
    seen: "3xx to REGISTER.",
    cause:
      "The account lives on another server. The platform does not follow redirects and shows INTERNAL_ERROR.",
    fix: "Give the address that it names as sipDomain or proxy, after asking the PBX's owner whether it is right: a redirect can be forged, so it was not followed.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status >= 300 && status < 400);
      if (first === undefined) return undefined;
      const where = first.contacts.length > 0 ? ` to ${list(first.contacts)}` : "";
      return { evidence: `${answerWords(evidence, first)}${where}`, confidence: "high" };
    },
  },
  {
    id: "interval-too-brief",
    topic: "registrar",
    severity: "info",
    title: "The registrar wants a longer expiry",
    seen: "423 with Min-Expires.",
    cause: "Its minimum is above what was asked for. The platform registers again with that value.",
    fix: "Nothing, as long as Min-Expires is there; without it the registration fails (REGISTRAR_ERROR), and the PBX's minimum must be lowered.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 423);
      if (first === undefined) return undefined;
      const minimum = Number(first.headers["Min-Expires"]?.unwrap() || Number.NaN);
      const usable = minimum >= 5;
      return {
        evidence: answerWords(evidence, first),
        confidence: "high",
        severity: usable ? "info" : "critical",
        title: usable
          ? `The registrar wants an expiry of ${untrustedToken(minimum)} s at least`
          : "The registrar refuses the expiry and does not say which one it wants",
        preset: { code: 423 },
      };
    },
  },
  {
    id: "extension-required",
    topic: "registrar",
    severity: "critical",
    title: "The registrar insists on an extension of SIP",
    seen: "420, 421, 439 or 494 to REGISTER.",
    cause:
      "It wants an extension that the client lacks (421, 494), or refuses one that was asked for (420). Carrier-grade (IMS) registrars do so.",
    fix: "Ask the provider for an account for plain SIP devices with Digest authentication.",
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => [420, 421, 439, 494].includes(status));
      return first && { evidence: answerWords(evidence, first), confidence: "high" };
    },
  },
] as const satisfies readonly Rule[];
