import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { Secret } from "../../redaction/secret.js";
import { SCOPES, type Scope } from "../types.js";

/** Marks a token as one of ours, also for programs that look for leaked secrets. */
const PREFIX = "tsm_";
const BYTES = 32;

/** A static token, as the tenants file knows it. */
export interface StaticToken {
  name: string;
  /** Of the whole token with its prefix, in lower-case hexadecimal. */
  sha256: string;
  /** From then on it is refused. */
  expires?: Date;
  scopes: ReadonlySet<Scope>;
}

/** 256 random bits. */
export function newToken(): Secret {
  return new Secret(PREFIX + randomBytes(BYTES).toString("base64url"));
}

/** Lower-case hexadecimal. With 256 random bits in the token, a slow hash would add nothing. */
export function tokenHash(token: Secret): string {
  return createHash("sha256").update(token.reveal()).digest("hex");
}

/** Who may change a registration may also look at it. */
export function withImplied(scopes: Iterable<Scope>): ReadonlySet<Scope> {
  const given = new Set(scopes);
  if (given.has("sip:write")) given.add("sip:read");
  return given;
}

/** The scopes of this server among those that were granted. */
export function knownScopes(granted: readonly string[]): ReadonlySet<Scope> {
  return withImplied(SCOPES.filter((scope) => granted.includes(scope)));
}

/**
 * Finds what belongs to a token. The time that it takes tells nothing of the hashes that are known: what is
 * looked up is keyed with random bytes of this process.
 */
export class TokenTable<Holder> {
  readonly #key = randomBytes(32);
  readonly #holders = new Map<string, { hash: Buffer; holder: Holder }>();

  /** @param sha256 in hexadecimal. */
  add(sha256: string, holder: Holder): void {
    const hash = Buffer.from(sha256, "hex");
    this.#holders.set(this.#blind(hash), { hash, holder });
  }

  find(token: string): Holder | undefined {
    const hash = createHash("sha256").update(token).digest();
    const found = this.#holders.get(this.#blind(hash));
    return found && timingSafeEqual(found.hash, hash) ? found.holder : undefined;
  }

  #blind(hash: Buffer): string {
    return createHmac("sha256", this.#key).update(hash).digest("base64");
  }
}
