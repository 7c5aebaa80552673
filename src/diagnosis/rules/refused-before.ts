import {
  BAD_EXTENSION,
  EXTENSION_REQUIRED,
  INTERVAL_NAMED,
  NO_REGISTRAR,
  OUTBOUND_REQUIRED,
  REDIRECTED,
  REDIRECTED_HERE,
  REDIRECTED_NOWHERE,
  SECURITY_AGREEMENT,
} from "../../answers/demands.js";
import { FORBIDDEN } from "../../answers/forbidden.js";
import { meaningOfReading } from "../../answers/meaning.js";
import { NOT_FOUND } from "../../answers/not-accepted.js";
import { UNUSABLE_CHALLENGE } from "../../answers/refusal-symptoms.js";
import { present } from "../../base/present.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import { parseUri, sameHost, tolerant } from "../../sip/index.js";
import type { Evidence, ExchangeEvidence } from "../evidence.js";
import { meaningOf423, ruleWords, ruleWordsByCode, saidBefore, usableMinimum } from "./answer-words.js";
import { afterWords, answeredAfter } from "./credentials-views.js";
import type { Conclusion, Rule } from "./rule.js";
import { answeredFirst, answerWords, list, statusWords } from "./words.js";

const EXTENSIONS = [BAD_EXTENSION, EXTENSION_REQUIRED, OUTBOUND_REQUIRED, SECURITY_AGREEMENT];

function askForMore(minimum: number): string {
  return `Have the client ask for ${untrustedToken(minimum)} s or more, or lower the shortest expiry on the PBX. The platform asks again with the value of Min-Expires by itself.`;
}

const DEAF_TO_423 =
  "The client asks for a shorter expiry than the registrar accepts, and asks for the same again after the registrar has named the minimum: it ignores Min-Expires.";

/** Codes to the first REGISTER, before any credentials, that say what is wrong. */
export const REFUSED_BEFORE_RULES = [
  {
    id: "challenge-unusable",
    topic: "registrar",
    severity: "critical",
    title: "The challenge cannot be answered",
    seen: "401 or 407 without a realm, with an unknown algorithm, or with no Digest challenge at all.",
    cause: UNUSABLE_CHALLENGE.cause,
    fix: UNUSABLE_CHALLENGE.fix,
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 401 || status === 407);
      if (first === undefined || (first.challenge?.offers.length ?? 0) > 0) return undefined;
      const why = first.challenge?.unusable ?? [];
      return {
        evidence: `${statusWords(first)}: ${why.length > 0 ? list(why) : "it carries no challenge"}`,
        confidence: UNUSABLE_CHALLENGE.confidence,
      };
    },
  },
  {
    id: "forbidden-before-credentials",
    topic: "registrar",
    severity: "critical",
    title: "The PBX refuses before it has seen any credentials",
    seen: "403 to the first REGISTER, without a challenge.",
    ...ruleWords(FORBIDDEN, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => status === 403);
      if (first === undefined) return undefined;
      return {
        ...saidBefore(evidence, first),
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
    ...ruleWords(NOT_FOUND, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => NOT_FOUND.codes.includes(status));
      if (first === undefined) return undefined;
      return {
        ...saidBefore(evidence, first),
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
    ...ruleWords(NO_REGISTRAR, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) => NO_REGISTRAR.codes.includes(status));
      if (first === undefined) return undefined;
      const allow = first.headers.Allow;
      return {
        ...saidBefore(evidence, first),
        evidence: `${answerWords(evidence, first)}${allow ? `; it allows ${allow}` : ""}`,
        preset: { code: 405, fields: ["sipDomain"] },
      };
    },
  },
  {
    id: "redirected",
    topic: "registrar",
    severity: "critical",
    title: "The PBX redirects the registration elsewhere",
    seen: "3xx to REGISTER, with or without credentials.",
    ...ruleWords(REDIRECTED, "before credentials"),
    explains: ["rejected-after-credentials"],
    find: (evidence) => {
      const first = answeredFirst(evidence, isRedirect);
      const { credentials } = evidence;
      const after = credentials?.outcome === "redirected" ? credentials : undefined;
      const answer = first ?? after?.last;
      if (answer?.status === undefined) return undefined;
      const where = answer.contacts.length > 0 ? ` to ${list(answer.contacts)}` : "";
      const title =
        answer.status === 380 ? "The PBX names another service instead of registering" : undefined;
      const words = first || !after ? answerWords(evidence, answer) : afterWords(evidence, after);
      return {
        ...saidBefore(evidence, { ...answer, status: answer.status }),
        ...present({ title }),
        ...(answer.status === 380 ? {} : redirectWords(evidence, answer)),
        evidence: `${words}${where}`,
      };
    },
  },
  {
    id: "interval-too-brief",
    topic: "registrar",
    severity: "info",
    title: "The registrar wants a longer expiry",
    seen: "423 with Min-Expires, before or after credentials.",
    cause: meaningOfReading(INTERVAL_NAMED).cause,
    fix: INTERVAL_NAMED.fix,
    find: (evidence) => {
      const after = answeredAfter(evidence, (status) => status === 423);
      const first = after?.last ?? answeredFirst(evidence, (status) => status === 423);
      if (first === undefined) return undefined;
      const minimum = usableMinimum(first);
      const deaf = evidence.traced?.tooBriefAgain === true;
      return {
        evidence: after ? afterWords(evidence, after) : answerWords(evidence, first),
        ...meaningOf423(first),
        // The client has not asked again.
        ...(minimum && (after || deaf) ? { fix: askForMore(minimum) } : {}),
        ...(minimum && deaf ? { cause: DEAF_TO_423 } : {}),
        severity: minimum && !deaf ? (after ? "warning" : "info") : "critical",
        title: minimum
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
    title: "The registrar and the client do not support the same SIP extensions",
    seen: "420, 421, 439 or 494 to REGISTER.",
    ...ruleWordsByCode(EXTENSIONS, "before credentials"),
    find: (evidence) => {
      const first = answeredFirst(evidence, (status) =>
        EXTENSIONS.some(({ codes }) => codes.includes(status)),
      );
      return first && saidBefore(evidence, first);
    },
  },
] as const satisfies readonly Rule[];

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** A redirect that names no other host: none at all, or this very one over another port or transport. */
function redirectWords(evidence: Evidence, { contacts }: ExchangeEvidence): Partial<Conclusion> {
  const uris = contacts.map((contact) => tolerant(() => parseUri(contact.unwrap())));
  if (uris.every((uri) => uri === undefined)) {
    return meaningOfReading(REDIRECTED_NOWHERE);
  }
  const { dialled, target, registrar } = evidence;
  const own = [dialled, target.sipDomain, registrar?.endpoint.address, registrar?.endpoint.host.unwrap()];
  const isHere = (host: string) => own.some((name) => name !== undefined && sameHost(name, host));
  return uris.every((uri) => uri !== undefined && isHere(uri.host))
    ? {
        title: "The PBX redirects the registration to another of its ports or transports",
        ...meaningOfReading(REDIRECTED_HERE),
      }
    : {};
}
