import type { SipRequest } from "../message/message.js";
import type { Outcome } from "../transaction/outcome.js";
import type { SocketAddress } from "../transport/flow.js";
import type { ResponseFacts } from "./response-facts.js";

/** Whose registration it is. All text unescaped. */
export interface Account {
  /** User of the AOR: the extension. */
  readonly user: string;
  /** Host of the AOR and of the Request-URI: what the registrar is responsible for. */
  readonly domain: string;
  /** Port in the Request-URI; none by default (RFC 3261 10.2). */
  readonly port?: number;
  /** The authentication user where it is not the extension. */
  readonly authUser?: string;
  readonly displayName?: string;
}

export interface RequestOptions {
  /** For the whole exchange, all its requests together. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** One request of an exchange and how it ended. */
export interface Attempt {
  readonly request: SipRequest;
  /** Realms that this request carried credentials for; empty without. */
  readonly credentialsFor: readonly string[];
  readonly outcome: Outcome;
  /** Where it was sent from. */
  readonly local: SocketAddress;
  /** Of the response, when there was one. */
  readonly facts?: ResponseFacts;
}
