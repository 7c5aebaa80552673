import type { Family } from "../answers/families.js";
import type { Untrusted } from "../redaction/untrusted.js";
import type { Rewrite, SocketAddress } from "../sip/index.js";
import type { Endpoint } from "./target.js";

/** Headers of an answer that say why, beside the status. */
export const TELLING_HEADERS = [
  "Warning",
  "Unsupported",
  "Require",
  "Min-Expires",
  "Allow",
  "Security-Server",
  "Reason",
] as const;

/** How one request ended. */
export interface ExchangeEvidence {
  readonly method: "OPTIONS" | "REGISTER";
  readonly withCredentials: boolean;
  /**
   * `trying`: provisional responses only, no end. `malformed`: bytes came that are not a SIP message. `reflected`: the
   * request itself came back. `unfit`: a response came, but not to this request. `closed`: the peer closed the
   * connection instead of answering. `cut-short`: our own limit or a cancellation.
   */
  readonly result:
    | "answered"
    | "silent"
    | "trying"
    | "malformed"
    | "reflected"
    | "unfit"
    | "closed"
    | "refused"
    | "unreachable"
    | "failed"
    | "cut-short";
  readonly ms: number;
  /** How often the request was put on the wire. */
  readonly sends: number;
  readonly status?: number;
  readonly reason?: Untrusted;
  readonly server?: Untrusted;
  /** Seconds. */
  readonly retryAfter?: number;
  /** Those of {@link TELLING_HEADERS} that the answer has, by name. */
  readonly headers: Readonly<Record<string, Untrusted>>;
  /** Of a 3xx. */
  readonly contacts: readonly Untrusted[];
  readonly challenge?: ChallengeEvidence;
  readonly local?: SocketAddress;
  readonly seen?: SeenAddress;
  /** The response came from there, which is not where the request went. */
  readonly answeredFrom?: SocketAddress;
  readonly rewritten: readonly Rewrite[];
  /** What went wrong, in our words, when there is no answer; outside text in it is {@link Untrusted}. */
  readonly problem?: string;
  /** Of `malformed`: what came is the beginning of a response, without the rest. */
  readonly isPartial?: boolean;
}

/** What the peer saw as our address (received, rport). */
export interface SeenAddress {
  readonly address: Untrusted;
  readonly port?: number;
}

export interface ChallengeEvidence {
  readonly status: number;
  /** Those that can be answered, in the server's order. */
  readonly offers: readonly ChallengeOffer[];
  /** Why the registrant of the platform can do nothing with the first one of all, in our words. */
  readonly firstIsNoDigest?: string;
  /** Characters of realm, nonce and opaque of the first one that can be answered. */
  readonly length?: number;
  /** Whose nonces have the form of the first one's, if that form is distinctive. */
  readonly nonceOf?: Family;
  /** Those that cannot, each with the reason in our words, in which outside names are {@link Untrusted}. */
  readonly unusable: readonly string[];
}

export interface ChallengeOffer {
  readonly realm: Untrusted;
  readonly algorithm: string;
  readonly qop: readonly string[];
  readonly stale: boolean;
  readonly proxy: boolean;
}

export interface RegistrarEvidence {
  readonly endpoint: Endpoint;
  /** Every REGISTER in order; the first one never carried credentials. */
  readonly exchanges: readonly [ExchangeEvidence, ...ExchangeEvidence[]];
}

/** A REGISTER without credentials over TCP, where UDP had got no answer to it. */
export interface OverTcpEvidence {
  readonly endpoint: Endpoint;
  /** Absent: there was no connection. */
  readonly exchange?: ExchangeEvidence;
}

export interface CredentialsEvidence {
  /** How many requests carried credentials: what a lockout counts. */
  readonly sends: number;
  /**
   * `refused`: challenged again. `rejected`: another final code. `no-answer`: silence or a closed connection
   * after they were sent.
   */
  readonly outcome: "accepted" | "refused" | "rejected" | "redirected" | "no-answer";
  readonly last: ExchangeEvidence;
  /** A fresh nonce was called stale and answered once more. */
  readonly staleRetried: boolean;
  /** Realms that were answered, in order. */
  readonly realms: readonly Untrusted[];
  /** Who is registered now, as the registrar lists it (accepted only). */
  readonly bindings: readonly BindingSeen[];
}

export interface BindingSeen {
  readonly uri: Untrusted;
  /** Seconds. */
  readonly expires?: number;
}

/** A short test registration, made and removed again; only on request. */
export interface BindingEvidence {
  readonly outcome: "bound" | "rejected" | "redirected" | "no-answer";
  readonly last: ExchangeEvidence;
  /** The 200 listed our Contact as it was sent. */
  readonly listed: boolean;
  /** Seconds. */
  readonly askedExpires?: number;
  readonly grantedExpires?: number;
  /** Asked for after a 423, in seconds. */
  readonly raisedTo?: number;
  readonly others: readonly BindingSeen[];
  /** Our Contact was taken away again. */
  readonly removed: boolean;
}
