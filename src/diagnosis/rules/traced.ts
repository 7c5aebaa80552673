import { times } from "../../base/words.js";
import type { CredentialsEvidence, Evidence } from "../evidence.js";
import type { Conclusion, Rule } from "./rule.js";
import { exchangeWords, firstRegister, list, statusWords } from "./words.js";

function silent(evidence: Evidence) {
  const last = evidence.registrar?.exchanges.at(-1);
  return last?.result === "silent" ? last : undefined;
}

/** A refresh with a nonce from before the trace, which ends with the new challenge. */
function fromBefore({ last }: CredentialsEvidence): Conclusion {
  return {
    evidence: `${statusWords(last)} with a new nonce, to credentials for one from before the trace`,
    confidence: "low",
    severity: "info",
    title: "Asked again with a new nonce, and the trace ends",
    cause:
      "It proves nothing against the password: registrars ask again like this when a nonce has expired (also without stale=true). What the client does with the new nonce is not in the trace.",
    fix: "Take a trace that begins with a REGISTER without credentials, or continues until the next answer.",
  };
}

/** What only a trace shows, which sees what the client does with the answers. */
export const TRACED_RULES = [
  {
    id: "nonce-not-renewed",
    topic: "credentials",
    severity: "critical",
    title: "The client answers with an expired nonce",
    seen: "In a trace: 401 with a new nonce to credentials for an older one, mostly after the same credentials had been accepted.",
    cause:
      "It is not the password. The registrar's nonce has expired, and it asks again with a new one, as it may at any time (also without stale=true). The client takes that for a refusal and does not answer the new challenge.",
    fix: "Nothing needs changing on the extension. The client must answer the new challenge: update it, or have it register again from the start before the nonce expires. The platform's registrant begins each refresh without credentials and is not affected.",
    explains: ["credentials-refused", "nonce-always-stale"],
    find: ({ traced, credentials }) => {
      if (credentials?.outcome !== "refused") return undefined;
      if (traced?.nonceMayHaveRunOut) return fromBefore(credentials);
      if (!traced?.nonceOfOldChallenge) return undefined;
      return {
        evidence: `${statusWords(credentials.last)} with a new nonce${traced.acceptedBefore ? "; the same user's credentials for this realm were accepted before" : ""}`,
        confidence: traced.acceptedBefore ? "high" : "medium",
      };
    },
  },
  {
    id: "answer-lost",
    topic: "registrar",
    severity: "critical",
    title: "The client does not get the answer",
    seen: "In a trace: the same request is sent again after it had been answered.",
    cause:
      "One of these: (1) a firewall or NAT drops the answer, or it goes to another port than the request came from (no rport, symmetric NAT); (2) the PBX answers to the address in Via instead of the packet's source; (3) the client does not take the answer for its own.",
    fix: "Have the PBX answer to where the request came from (rport, force_rport, NAT support of the extension), let answers through the firewall, or use tcp or tls.",
    explains: ["challenge-unanswered"],
    find: (evidence) => {
      const sent = evidence.traced?.sentAfterAnswer ?? 0;
      const last = evidence.credentials?.last ?? firstRegister(evidence);
      // One more may have been under way when the good answer came.
      const enough = evidence.credentials?.outcome === "accepted" ? 2 : 1;
      if (sent < enough || last === undefined) return undefined;
      return {
        evidence: `${exchangeWords(last)}, and is sent again ${times(sent)} after that`,
        confidence: "medium",
      };
    },
  },
  {
    id: "challenge-unanswered",
    topic: "registrar",
    severity: "critical",
    title: "The client never answers the challenge",
    seen: "In a trace: 401 or 407 comes with a usable challenge, and no request with credentials follows.",
    cause:
      "This is not a refusal: the registrar asks for credentials, as it does with every client. One of these: (1) the client has no password, or none for this realm; (2) it does not know what the challenge asks for; (3) the answer does not reach it; (4) the trace ends too early.",
    fix: "Give the client user and password of this extension, and either no realm or exactly the one in the challenge. On the PBX nothing is wrong so far.",
    find: (evidence) => {
      const challenges = evidence.traced?.unansweredChallenges ?? 0;
      // A REGISTER without credentials after it, whose answer is not in the trace, does not answer it either.
      const last = evidence.registrar?.exchanges.findLast(({ challenge }) => challenge !== undefined);
      const usable = (last?.challenge?.offers.length ?? 0) > 0;
      if (challenges === 0 || last === undefined || !usable) return undefined;
      const missed = evidence.traced?.headerMissed;
      if (missed !== undefined) {
        const proxy = missed === "Proxy-Authorization";
        return {
          evidence: `${statusWords(last)} to credentials in the header ${proxy ? "Authorization" : "Proxy-Authorization"}`,
          confidence: "medium",
          cause: `The client answers the challenge in the wrong header. ${proxy ? "Proxy-Authenticate (407) asks for Proxy-Authorization" : "WWW-Authenticate (401) asks for Authorization"}, and the registrar does not look at the other. Whether the password is right is not seen.`,
          fix: `Have the client send its credentials in ${missed}: update it, or use another one. On the PBX nothing is wrong so far.`,
        };
      }
      return {
        evidence: `${statusWords(last)}, ${challenges === 1 ? "and no credentials follow" : `${times(challenges)}, and never credentials`}`,
        confidence: challenges > 1 ? "high" : "medium",
        ...(challenges > 1 ? {} : { severity: "warning" as const }),
      };
    },
  },
  {
    id: "request-uri-with-user",
    topic: "registrar",
    severity: "critical",
    title: "The Request-URI of the REGISTER has a user part",
    seen: "In a trace: a REGISTER that gets no answer goes to sip:user@domain, where others get one.",
    cause:
      "The client writes the user into the Request-URI, which RFC 3261 10.2 forbids. Strict registrars (FRITZ!Box) drop such a request silently.",
    fix: "Give the client the bare domain or address as its registrar, without a user: sip:pbx.example.com.",
    explains: ["register-silent"],
    find: (evidence) => {
      const user = evidence.traced?.userInRequestUri;
      const last = silent(evidence);
      if (user === undefined || last === undefined) return undefined;
      return {
        evidence: `REGISTER sip:${user}@…: ${exchangeWords(last)}${evidence.traced?.othersAnswered ? "; other requests to that address and port are answered" : ""}`,
        confidence: evidence.traced?.othersAnswered ? "medium" : "low",
      };
    },
  },
  {
    id: "contact-private",
    topic: "credentials",
    severity: "warning",
    title: "Registered under an address that the PBX cannot reach",
    seen: "In a trace: the 200 lists a Contact of a private or container address, while the request came from another one.",
    cause:
      "The client wrote its own local address into Contact (behind NAT, in a container), and the registrar keeps it as it is. Calls to the extension go there and do not arrive.",
    fix: "Have the client announce its public address (STUN, external or advertised address), or the PBX use the address that it sees (rewrite_contact, NAT support of the extension). Remove old bindings.",
    find: ({ traced, credentials, registrar }) => {
      const dead = traced?.deadContacts;
      const last = credentials?.last ?? registrar?.exchanges.at(-1);
      if (dead === undefined || last?.status === undefined || last.status >= 300) return undefined;
      return {
        evidence: `registered from ${dead.seen} as ${list(dead.uris.map(String))}`,
        confidence: "medium",
        ...(dead.hidden
          ? {
              cause:
                "The client is at a public address, and the PBX sees a private one in its place: a container network (Docker's proxy) or a NAT in front of the PBX replaces the source. The PBX keeps that address; calls reach the client only while that mapping lives, and every client looks alike.",
              fix: "Run the PBX in the host's network (Docker: network_mode: host), or have the NAT in front of it forward ports without replacing the source.",
            }
          : {}),
      };
    },
  },
] as const satisfies readonly Rule[];
