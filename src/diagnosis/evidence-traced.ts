import type { Untrusted } from "../redaction/untrusted.js";

/** What a trace shows that was taken where both sides of a registration pass by. Text of the trace is struck and the caller's. */
export interface TracedEvidence {
  /** How many challenges came, where no request with credentials ever followed. */
  readonly unansweredChallenges?: number;
  /** The header that the challenge asks for, where the credentials came in the other one. */
  readonly headerMissed?: "Authorization" | "Proxy-Authorization";
  /** The same user's credentials for this realm were accepted earlier in the trace. */
  readonly acceptedBefore?: true;
  /** The credentials that were refused last are for another nonce than that of the challenge before them. */
  readonly nonceOfOldChallenge?: true;
  /** Their challenge is not in the trace, which begins after it. */
  readonly nonceFromBefore?: true;
  /** The same, and the registrar is none of which it is known that it would say so (stale=true). */
  readonly nonceMayHaveRunOut?: true;
  /** The answer to the challenge just before was called stale. Without it, a nonce that was called stale was an older one. */
  readonly freshCalledStale?: true;
  /** The Request-URI of the last REGISTER has a user part. */
  readonly userInRequestUri?: Untrusted;
  /** Other requests to the address and port that did not answer this one are answered. */
  readonly othersAnswered?: true;
  /** The trace is the registrar's own, which has received the request. */
  readonly arrived?: true;
  /** ICMP came back from there, which has its own finding. */
  readonly refusedBelow?: true;
  /** How often REGISTER was sent without an answer at the end, after one that was accepted. */
  readonly unansweredSinceAccepted?: number;
  /** How often a request was sent again although it had been answered. */
  readonly sentAfterAnswer?: number;
  /** Contacts that the registrar keeps, of private addresses that are not where the registration came from. */
  readonly deadContacts?: {
    readonly own: Untrusted;
    readonly uris: readonly Untrusted[];
    readonly seen: Untrusted;
    /** Not the client has written it: the registrar sees and keeps it in the place of the public address `seen`. */
    readonly hidden?: true;
  };
  /** 423 again, to a REGISTER that asks for no more than the one before it. */
  readonly tooBriefAgain?: true;
  /** A header that matters could not be read. */
  readonly unreadable?: true;
}

/** What a program has said outright, in a line of its log or a table of its state. */
export interface ToldEvidence {
  readonly what: ToldFact;
  /** A sentence with its words in it, struck. */
  readonly words: string;
}

export const TOLD_FACTS = [
  "provider-refused",
  "contact-unreachable",
  "extension-not-registered",
  "ban-elsewhere",
  "agent-number-unknown",
  "agent-not-authorized",
] as const;
export type ToldFact = (typeof TOLD_FACTS)[number];
