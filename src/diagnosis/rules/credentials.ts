import { CONTACTS_FULL_503, UNAVAILABLE } from "../../answers/failed.js";
import type { Family } from "../../answers/families.js";
import { meaningOf, meaningOfReading, oneOf, readingsOf } from "../../answers/meaning.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import type { CredentialsEvidence, Evidence } from "../evidence.js";
import { LOWER_MINIMUM, meaningAfter } from "./answer-words.js";
import { afterWords, answeredAfter, asksInNewRealm, calledStale } from "./credentials-views.js";
import type { Conclusion, Rule } from "./rule.js";
import { duration, exchangeWords, list, slowest, statusWords, wantsContact } from "./words.js";

const ACCEPTED = "The credentials were probably accepted; the registration itself is not.";

export const CREDENTIAL_RULES = [
  {
    id: "rejected-after-credentials",
    topic: "credentials",
    severity: "critical",
    title: "The PBX rejects the registration after it has seen the credentials",
    seen: "Another code than 401, 403, 404 or 407 after credentials, 3xx among them.",
    cause: ACCEPTED,
    fix: "Look at the PBX's log for this request.",
    find: (evidence) => {
      const rejected = answeredAfter(
        evidence,
        (status) => ![401, 403, 404, 407, 410, 423, 604].includes(status),
      );
      // That the query is not taken says nothing of the credentials.
      if (rejected === undefined || wantsContact(rejected.last)) return undefined;
      const to = rejected.last.contacts;
      return {
        evidence: `${afterWords(evidence, rejected)}${to.length > 0 ? `, to ${list(to)}` : ""}`,
        confidence: "medium",
        ...kinds(evidence, rejected),
      };
    },
  },
  {
    id: "silent-after-credentials",
    topic: "credentials",
    severity: "critical",
    title: "The PBX answers until it sees credentials, then nothing",
    seen: "A challenge came; the REGISTER with credentials gets no answer.",
    cause:
      "One of these: (1) it has banned this address just now; (2) the longer request is lost on the way (UDP fragments, SIP ALG); (3) the PBX hangs at checking the password.",
    fix: "Look at the PBX's ban list and log. Then try tcp or tls. Do not repeat before that.",
    explains: ["slow-answer"],
    find: (evidence) => {
      const { credentials } = evidence;
      if (credentials?.outcome !== "no-answer") return undefined;
      // Credentials that were accepted before are not what it is about.
      if (evidence.traced?.unansweredSinceAccepted !== undefined) return undefined;
      const words = exchangeWords(credentials.last);
      const slow = slowest(evidence);
      if (slow === undefined || credentials.last.result !== "silent") {
        return { evidence: words, confidence: "medium" };
      }
      return {
        title: "The PBX is slow, and has not answered the credentials in the time left from here",
        severity: "warning",
        evidence: `${slow.method} was answered after ${duration(slow.ms)}; with credentials, ${words}`,
        confidence: "medium",
        cause:
          "One of these: (1) it needs longer than it was given from here: overload, or a DNS or database lookup on the PBX that hangs; (2) the longer request is lost on the way (UDP fragments, SIP ALG). Whether the credentials are right is open.",
        fix: "Look at the PBX's load and at its DNS (reverse lookups are a common cause), then test the credentials once more. The platform's registrant waits longer, about 30 s.",
      };
    },
  },
  {
    id: "two-challenges",
    topic: "credentials",
    severity: "warning",
    title: "Two servers ask for credentials, one after the other",
    seen: "401 and then 407 (or the reverse), each with its own realm; both were answered.",
    cause:
      "A proxy and the registrar each authenticate. The platform's registrant takes a second challenge for wrong credentials (WRONG_CREDENTIALS).",
    fix: "Have the proxy let the registrar authenticate alone, or register with the inner one directly.",
    find: ({ credentials, traced }) => {
      if (credentials === undefined) return undefined;
      const { realms, last } = credentials;
      if (asksInNewRealm(credentials, traced)) {
        const asked = last.challenge?.offers.map(({ realm }) => realm) ?? [];
        return {
          severity: "critical",
          title: "Each answer asks for credentials in another realm",
          evidence: `answered in realm ${list(realms)}; then ${statusWords(last)} asks in realm ${list(asked)}`,
          confidence: "medium",
          cause: oneOf([
            "several servers behind one address, each with its own realm",
            "the PBX makes up a realm for each challenge",
            "more than two servers ask, one after the other",
          ]),
          fix: "Give the PBX, or all servers behind that address, one fixed realm. Whether the credentials are right is open until then.",
        };
      }
      return realms.length > 1 ? { evidence: `realms ${list(realms)}`, confidence: "medium" } : undefined;
    },
  },
  {
    id: "nonce-stale-once",
    topic: "credentials",
    severity: "warning",
    title: "The registrar called a fresh nonce stale",
    seen: "stale=true to the first answer; the second one was accepted.",
    cause:
      "Very short nonce lifetime, or several servers that do not share nonces. The platform's registrant does not tell stale from wrong and shows WRONG_CREDENTIALS.",
    fix: "Lengthen the nonce lifetime on the PBX, or keep a client on one server.",
    find: ({ credentials, traced }) => {
      if (credentials?.staleRetried && credentials.outcome === "accepted") {
        return { evidence: "401 with stale=true, then 200", confidence: "medium" };
      }
      return calledStale(credentials) && !credentials?.staleRetried
        ? unansweredStale(credentials, traced?.freshCalledStale !== undefined)
        : undefined;
    },
  },
  {
    id: "held-by-another-device",
    topic: "credentials",
    severity: "info",
    title: "The extension is registered somewhere now",
    seen: "The registrar lists bindings for it.",
    cause: "This agent's own registration, or another device on the same extension.",
    fix: "One extension for each agent: with a second device calls ring both, or the one evicts the other.",
    find: ({ credentials }) =>
      credentials?.outcome === "accepted" && credentials.bindings.length > 0
        ? {
            evidence: `bound now: ${list(
              credentials.bindings.map(({ uri, expires }) => {
                if (expires === undefined) return uri;
                return expires > 0 ? `${uri} (for ${untrustedToken(expires)} s more)` : `${uri} (until now)`;
              }),
            )}`,
            confidence: "high",
          }
        : undefined,
  },
] as const satisfies readonly Rule[];

/** The last challenge is for a nonce that has run out, and its answer is not there. */
function unansweredStale({ last }: CredentialsEvidence, fresh: boolean): Conclusion {
  return {
    evidence: `${statusWords(last)} with stale=true, and no answer to the new nonce follows`,
    confidence: "medium",
    title: fresh
      ? "The registrar called a fresh nonce stale, and the answer to the new one is missing"
      : "The nonce has run out, and the answer to the new one is missing",
    cause:
      "stale=true says that the nonce is too old. It speaks for the password rather than against it: a registrar sends it when it has checked the password and it fits. The client has to answer the new nonce; that is not seen here, so the outcome is unknown.",
    fix: "Look at what follows. If the client does not answer, update it, or have it register again from the start.",
    ...(fresh ? {} : { severity: "info" as const }),
  };
}

/** A reason phrase about the bindings has one of each, as in `Too many registered contacts`. */
const BINDING_WORD = /\b(?:contact|registration|binding|device)s?\b/i;
const FULL_WORD = /\b(?:too many|max|maximum|limit|full|exceeded|reached)\b/i;

/** A server that cannot take the request now says nothing about the credentials. */
function overloaded(family: Family): Pick<Conclusion, "cause" | "fix"> {
  const causes = readingsOf(UNAVAILABLE, "after credentials").map(({ cause }) => cause);
  const full = family === "kamailio" ? [CONTACTS_FULL_503.cause] : [];
  return {
    cause: `It tells nothing of the credentials. ${oneOf([...causes, ...full])}`,
    fix: meaningOf(UNAVAILABLE, "after credentials")?.fix ?? "",
  };
}

/** What this code means, where it is known; that the credentials were accepted is likely in any case. */
function kinds(evidence: Evidence, rejected: CredentialsEvidence): Partial<Conclusion> {
  const { status, reason } = rejected.last;
  if (status === undefined) return {};
  const preset = { code: status };
  const { family } = evidence.answerer;
  if (status === 503) {
    const phrase = reason?.unwrap() ?? "";
    const saysFull = BINDING_WORD.test(phrase) && FULL_WORD.test(phrase);
    const mayBeFull = family === "kamailio" && rejected.last.retryAfter === undefined;
    if (!saysFull && !mayBeFull) return { preset, ...overloaded(family) };
    const title = "The credentials are good, but all places of the extension are taken";
    return { ...meaningOfReading(CONTACTS_FULL_503), preset, title };
  }
  const meaning = meaningAfter(evidence, rejected);
  if (meaning === undefined) return { preset };
  const { cause, fix } = meaning;
  if (status >= 300 && status < 400) {
    return {
      preset,
      title: "The PBX redirects the registration after it has seen the credentials",
      cause,
      fix,
    };
  }
  if (status === 400) return { preset, cause, fix };
  return { preset, cause: `${ACCEPTED} ${cause}`, fix: status === 423 ? LOWER_MINIMUM : fix };
}
