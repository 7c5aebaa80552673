import type { Secret } from "../redaction/secret.js";
import {
  type Contact,
  cseqOf,
  parseNameAddr,
  parseUri,
  readContacts,
  type SipRequest,
  type SocketAddress,
  sameUri,
  type Transactions,
  tolerant,
  verifyCredentials,
  writeChallenge,
  writeNameAddr,
} from "../sip/index.js";
import { Nonces } from "./nonces.js";

/** Where an extension can be reached. */
export interface Binding {
  /** Contact URI, as registered. */
  readonly uri: string;
  /** Where its REGISTER came from; calls go there, as at a PBX with `rewrite_contact` or `nat=yes`. */
  readonly source: SocketAddress;
  readonly transactions: Transactions;
  readonly callId: string;
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface RegistrarOptions {
  readonly realm: string;
  /** Password by extension. */
  readonly accounts: ReadonlyMap<string, Secret>;
  /** Bounds of a binding's expiry, seconds. */
  readonly minExpires: number;
  readonly maxExpires: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: readonly (readonly [string, string])[];
}

const MAX_CONTACTS = 5;
const ALGORITHMS = ["SHA-256", "MD5"] as const;

/** The registrar of a small PBX (RFC 3261 10.3): digest with SHA-256 or MD5, bindings in memory. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #nonces = new Nonces();
  readonly #bindings = new Map<string, readonly Binding[]>();

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** Whether there is such an extension. */
  knows(extension: string): boolean {
    return this.#options.accounts.has(extension);
  }

  /** What is bound now, the newest last. */
  bindings(extension: string): readonly Binding[] {
    const now = Date.now();
    return (this.#bindings.get(extension) ?? []).filter(({ expiresAt }) => expiresAt > now);
  }

  /** Answers a REGISTER. */
  register(request: SipRequest, source: SocketAddress, transactions: Transactions): Answer {
    const extension = userOf(request, "To") ?? "";
    return this.#refusal(request, extension) ?? this.#bind(extension, request, source, transactions);
  }

  /** The challenge to a call that carries no right credentials of its caller; `undefined` where it does. */
  challengeTo(invite: SipRequest): Answer | undefined {
    return this.#refusal(invite, userOf(invite, "From") ?? "");
  }

  #refusal(request: SipRequest, extension: string): Answer | undefined {
    const verdict = this.#verify(request, extension);
    // A wrong password and an unknown user look the same from outside, as at Asterisk's PJSIP.
    return verdict === "ok" ? undefined : this.#challenge(verdict === "stale");
  }

  #verify(request: SipRequest, extension: string): "ok" | "stale" | "refused" {
    const { realm, accounts } = this.#options;
    for (const header of request.headers.all("Authorization")) {
      const verdict = verifyCredentials({
        header,
        method: request.method,
        uri: request.uri,
        realm,
        lookup: (username) => (username === extension ? accounts.get(username) : undefined),
        nonceState: (nonce) => this.#nonces.state(nonce),
        lastNonceCount: (nonce) => this.#nonces.count(nonce),
        algorithms: ALGORITHMS,
        qop: ["auth"],
      });
      if (verdict.ok) {
        this.#nonces.take(verdict.nonce, verdict.nonceCount ?? 0);
        return "ok";
      }
      if (verdict.fault === "stale") return "stale";
    }
    return "refused";
  }

  #challenge(stale: boolean): Answer {
    const { realm } = this.#options;
    const headers = ALGORITHMS.map(
      (algorithm) =>
        [
          "WWW-Authenticate",
          writeChallenge({ realm, nonce: this.#nonces.issue(), algorithm, qop: ["auth"], stale }),
        ] as const,
    );
    return { status: 401, headers };
  }

  #bind(extension: string, request: SipRequest, source: SocketAddress, transactions: Transactions): Answer {
    const { star, list, unreadable } = readContacts(request.headers);
    const known = this.bindings(extension);
    const callId = request.headers.get("Call-ID") ?? "";
    const seq = cseqOf(request);
    if (unreadable > 0) return { status: 400 };
    if (star) {
      // RFC 3261 10.3, step 6: the only Contact, and with Expires 0.
      if (list.length > 0 || request.headers.get("Expires")?.trim() !== "0") return { status: 400 };
      this.#bindings.delete(extension);
      return this.#listing(extension);
    }
    let next = known;
    for (const contact of list) {
      const old = next.find(({ uri }) => isSame(uri, contact.uri));
      // Step 7: what comes late must not undo what came after it.
      if (old !== undefined && old.callId === callId && seq <= old.seq) return { status: 500 };
      const expiresAt = Date.now() + this.#granted(contact) * 1_000;
      next = next.filter((binding) => binding !== old);
      if (contact.expires !== 0) {
        next = [...next, { uri: contact.uri, source, transactions, callId, seq, expiresAt }];
      }
    }
    if (next.length > MAX_CONTACTS) return { status: 403, headers: [["Warning", TOO_MANY]] };
    this.#bindings.set(extension, next);
    return this.#listing(extension);
  }

  #granted({ expires }: Contact): number {
    const { minExpires, maxExpires } = this.#options;
    return Math.min(Math.max(expires ?? maxExpires, minExpires), maxExpires);
  }

  #listing(extension: string): Answer {
    const headers = this.bindings(extension).map(({ uri, expiresAt }) => {
      const seconds = String(Math.round((expiresAt - Date.now()) / 1_000));
      return ["Contact", writeNameAddr({ uri, params: new Map([["expires", seconds]]) })] as const;
    });
    return { status: 200, headers };
  }
}

const TOO_MANY = '399 sandbox.pbx "Too many registered contacts"';

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((uri) => tolerant(() => parseUri(uri)));
  return a !== undefined && b !== undefined ? sameUri(a, b) : one === other;
}

/** The user part of From's or To's URI. */
function userOf(request: SipRequest, name: "From" | "To"): string | undefined {
  const address = tolerant(() => parseNameAddr(request.headers.get(name) ?? ""));
  return address && tolerant(() => parseUri(address.uri))?.user;
}
