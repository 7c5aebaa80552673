import type { Family } from "../../answers/families.js";
import { FORBIDDEN } from "../../answers/forbidden.js";
import { readingsOf } from "../../answers/meaning.js";
import { NOT_FOUND, UNAUTHORIZED } from "../../answers/not-accepted.js";
import { answerToRegister } from "../../answers/records.js";
import type { CredentialsEvidence, Evidence } from "../evidence.js";
import { ruleWords, saidAfter } from "./answer-words.js";
import { afterWords, answeredAfter, asksInNewRealm, calledStale, foreignRealm } from "./credentials-views.js";
import { platformRegistered } from "./platform-views.js";
import type { Rule } from "./rule.js";
import { list, oneOf } from "./words.js";

/** PBXs that answer a wrong password with 403. */
const REFUSE_WITH_403: ReadonlySet<Family> = new Set<Family>(["asterisk-chan-sip", "freeswitch"]);
/** 3CX logs that credentials do not match, and answers 404. */
const REFUSE_WITH_404: ReadonlySet<Family> = new Set<Family>(["3cx"]);

/** A reason phrase that names them: `403 Wrong password`. What a PBX says itself outweighs what its code mostly means. */
const ABOUT_CREDENTIALS =
  /\b(?:wrong|bad|invalid|incorrect) (?:user|password|passwd|credential|auth|login|secret)|\bauth[a-z]{0,12} (?:failed|failure|error)|\b(?:password|credentials?) (?:mismatch|wrong|invalid|incorrect|does not match)/i;

function namesCredentials({ credentials }: Evidence): boolean {
  return ABOUT_CREDENTIALS.test(credentials?.last.reason?.unwrap() ?? "");
}

/** The answer to the credentials is a challenge, of which nothing can be answered. */
function asksOtherwise({ last: { challenge } }: CredentialsEvidence): boolean {
  return challenge !== undefined && challenge.offers.length === 0 && challenge.unusable.length > 0;
}

const refusedFields = { fields: ["password", "authUsername"] } as const;

/** Codes after credentials, read together with who answers, never just by the number. */
export const REFUSED_AFTER_RULES = [
  {
    id: "nonce-always-stale",
    topic: "credentials",
    severity: "critical",
    title: "The registrar calls every nonce stale",
    seen: "stale=true again, after an answer to a fresh nonce.",
    cause:
      "Several servers behind one address do not share their nonces, or the PBX's clock or nonce lifetime is wrong.",
    fix: "Have the load balancer keep a client on one server, or let the servers share nonces.",
    explains: ["credentials-refused"],
    find: (evidence) => {
      const refused = answeredAfter(evidence, (status) => status === 401 || status === 407);
      const stale = refused?.last.challenge?.offers.some((offer) => offer.stale);
      return refused?.staleRetried && stale
        ? { evidence: afterWords(evidence, refused), confidence: "high" }
        : undefined;
    },
  },
  {
    id: "credentials-refused",
    topic: "credentials",
    severity: "critical",
    title: "The PBX does not accept the credentials",
    seen: "401 or 407 again after credentials, or 403 from a PBX that answers a wrong password so (chan_sip, FreeSWITCH), or that says so in its reason phrase.",
    ...ruleWords(UNAUTHORIZED, "after credentials"),
    explains: ["realm-is-another-domain"],
    find: (evidence) => {
      const { family } = evidence.answerer;
      // Of these the nonce is wrong, or may be.
      if (calledStale(evidence.credentials) && !evidence.credentials.staleRetried) return undefined;
      if (evidence.traced?.nonceMayHaveRunOut) return undefined;
      const named = namesCredentials(evidence);
      const refused = answeredAfter(
        evidence,
        (status) =>
          UNAUTHORIZED.codes.includes(status) ||
          (status === 403 && (REFUSE_WITH_403.has(family) || named)) ||
          (status === 404 && REFUSE_WITH_404.has(family)),
      );
      if (refused === undefined || asksOtherwise(refused) || asksInNewRealm(refused, evidence.traced))
        return undefined;
      const foreign = foreignRealm(evidence);
      const answer = named ? UNAUTHORIZED : answerToRegister(refused.last.status ?? 401);
      const causes = readingsOf(answer, "after credentials", family);
      const hint = foreign === undefined ? [] : [`sipDomain should perhaps be the realm, ${foreign}`];
      const here = platformRegistered(evidence)
        ? [
            "the platform is registered with the password that is stored there: another one was given here, or it has been changed on the PBX since",
            "the PBX lets the platform's address in, and not this one",
          ]
        : [];
      return {
        ...saidAfter(evidence, refused),
        ...(named && refused.last.status === 403
          ? { ...ruleWords(UNAUTHORIZED, "after credentials"), confidence: "medium" as const }
          : {}),
        ...(here.length > 0
          ? {
              title: "The PBX does not accept these credentials from here, while the platform is registered",
              confidence: "medium" as const,
            }
          : {}),
        ...(UNAUTHORIZED.codes.includes(refused.last.status ?? 0)
          ? {}
          : { title: "The PBX refuses the login" }),
        cause: oneOf([...here, ...causes.map(({ cause }) => cause), ...hint]),
        preset: { code: refused.last.status ?? 401, ...refusedFields },
      };
    },
  },
  {
    id: "second-challenge-unusable",
    topic: "credentials",
    severity: "critical",
    title: "After the credentials comes a challenge that cannot be answered",
    seen: "A Digest challenge was answered; the next one is of another kind (NTLM, Basic, an unknown algorithm).",
    cause:
      "One of these: (1) a second server, behind the first, asks in its own way, and the first has taken the credentials; (2) the server does not take them, and offers another kind of login instead.",
    fix: "Look at the PBX's log for which server asks the second time. Enable Digest with MD5 there, or have it trust the server in front of it.",
    explains: ["realm-is-another-domain"],
    find: (evidence) => {
      const refused = answeredAfter(evidence, (status) => UNAUTHORIZED.codes.includes(status));
      if (refused === undefined || !asksOtherwise(refused)) return undefined;
      const why = list(refused.last.challenge?.unusable ?? []);
      return { evidence: `${afterWords(evidence, refused)}: ${why}`, confidence: "medium" };
    },
  },
  {
    id: "extension-not-bindable",
    topic: "credentials",
    severity: "critical",
    title: "The credentials are good, but the extension cannot be registered",
    seen: "403 after credentials from Asterisk PJSIP, which answers a wrong password with 401.",
    ...ruleWords(FORBIDDEN, "after credentials", "asterisk-pjsip"),
    find: (evidence) => {
      if (evidence.answerer.family !== "asterisk-pjsip") return undefined;
      const rejected = answeredAfter(evidence, (status) => status === 403);
      return rejected && { ...saidAfter(evidence, rejected), preset: { code: 403 } };
    },
  },
  {
    id: "forbidden-after-credentials",
    topic: "credentials",
    severity: "critical",
    title: "The PBX forbids the registration after it has seen the credentials",
    seen: "403 after credentials, from a server that is not known to mean one thing by it.",
    ...ruleWords(FORBIDDEN, "after credentials"),
    find: (evidence) => {
      const { family } = evidence.answerer;
      if (family === "asterisk-pjsip" || REFUSE_WITH_403.has(family) || namesCredentials(evidence))
        return undefined;
      const rejected = answeredAfter(evidence, (status) => status === 403);
      return (
        rejected && {
          ...saidAfter(evidence, rejected),
          preset: { code: 403, ...refusedFields },
        }
      );
    },
  },
  {
    id: "unknown-after-credentials",
    topic: "credentials",
    severity: "critical",
    title: "The PBX does not know the extension",
    seen: "404 after credentials.",
    ...ruleWords(NOT_FOUND, "after credentials"),
    find: (evidence) => {
      if (REFUSE_WITH_404.has(evidence.answerer.family)) return undefined;
      const rejected = answeredAfter(evidence, (status) => NOT_FOUND.codes.includes(status));
      return (
        rejected && {
          ...saidAfter(evidence, rejected),
          preset: { code: 404, fields: ["username", "sipDomain"] },
        }
      );
    },
  },
] as const satisfies readonly Rule[];
