import type { Secret } from "../redaction/secret.js";
import { TelzinoError } from "./errors.js";
import { abortable } from "./limit.js";

/** Where the bearer token of a call comes from. */
export interface TokenSource {
  /** @throws TelzinoError, and the signal's reason. */
  get(signal: AbortSignal): Promise<Secret>;
  /** A token other than the one that was refused with 401, or `undefined` if none is available. */
  renew(refused: Secret, signal: AbortSignal): Promise<Secret | undefined>;
  /** Logs in again. Resolves with the token's expiry if it is known. */
  login(signal: AbortSignal): Promise<Date | undefined>;
}

/** A token as `POST /oauth/token` granted it. */
export interface GrantedToken {
  token: Secret;
  expiresInSeconds: number | undefined;
}

/** Told of each token that a login grants, before it is used: from then on any answer may repeat it. */
export type OnToken = (token: Secret) => void;

/** The audience that the API's reference documents. */
const DOCUMENTED_AUDIENCE = "https://api.telzino.com/";

/**
 * The `audience` of the token request: the documented one, whatever the API's address is. It is the name of
 * the API, not the place where it was reached: behind a gateway or against a stub of the contract it stays
 * the same. A platform with another name for its API sets it in the client's options.
 */
export function audienceOf(configured: string | undefined): string {
  return configured ?? DOCUMENTED_AUDIENCE;
}

/** The body of `POST /oauth/token`, as JSON text: OAuth 2.0 client credentials. */
export function tokenRequestBody(clientId: string, clientSecret: Secret, audience: string): string {
  return JSON.stringify({
    client_id: clientId,
    client_secret: clientSecret.reveal(),
    audience,
    grant_type: "client_credentials",
  });
}

/** No credentials are configured: every call says so. */
export const noToken: TokenSource = {
  get: () => Promise.reject(notConfigured()),
  renew: () => Promise.resolve(undefined),
  login: () => Promise.reject(notConfigured()),
};

function notConfigured(): TelzinoError {
  return new TelzinoError("not_configured", "No Telzino credentials are configured");
}

/** A token that the user gave. It cannot be renewed. */
export function staticToken(token: Secret): TokenSource {
  const checked = async () => {
    if (!isTokenText(token.reveal())) {
      throw new TelzinoError("unauthorized", "The access token holds characters that no token can have");
    }
    return token;
  };
  return {
    get: checked,
    renew: () => Promise.resolve(undefined),
    login: async () => {
      await checked();
      return undefined;
    },
  };
}

/** Whether a text may be part of an `Authorization` header. */
export function isTokenText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

interface HeldToken {
  token: Secret;
  /** Epoch milliseconds. From `refreshAt` on, a new one is fetched while this one is still used. */
  refreshAt: number;
  expiresAt: number;
}

/** What is assumed where the answer does not say how long a token lives. A 401 corrects it. */
const ASSUMED_LIFE_SECONDS = 3_600;
const LONGEST_LEAD_MS = 300_000;
const REFRESH_PAUSE_MS = 30_000;

/**
 * Tokens by client credentials: kept until shortly before they expire, then renewed in the background.
 * However many callers wait, one request is under way, and no caller's abort ends it for the others.
 */
export class ClientCredentialsTokens implements TokenSource {
  readonly #grant: () => Promise<GrantedToken>;
  readonly #now: () => number;
  readonly #onToken: OnToken;
  #held: HeldToken | undefined;
  #flight: Promise<HeldToken> | undefined;

  /** `grant` requests a token, within its own limits of time. `now` is in epoch milliseconds. */
  constructor(grant: () => Promise<GrantedToken>, now: () => number, onToken: OnToken) {
    this.#grant = grant;
    this.#now = now;
    this.#onToken = onToken;
  }

  async get(signal: AbortSignal): Promise<Secret> {
    const held = this.#held;
    const now = this.#now();
    if (held === undefined || now >= held.expiresAt) return (await abortable(this.#fly(), signal)).token;
    if (now >= held.refreshAt) this.#refresh(held);
    return held.token;
  }

  async renew(refused: Secret, signal: AbortSignal): Promise<Secret> {
    if (this.#held?.token === refused) this.#held = undefined;
    return this.get(signal);
  }

  async login(signal: AbortSignal): Promise<Date> {
    const { expiresAt } = await abortable(this.#fly(), signal);
    return new Date(expiresAt);
  }

  /** The held token still works, so no one waits, and a failure will show again later. */
  #refresh(held: HeldToken): void {
    held.refreshAt = this.#now() + REFRESH_PAUSE_MS;
    this.#fly().catch(() => {});
  }

  #fly(): Promise<HeldToken> {
    this.#flight ??= this.#fetch().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #fetch(): Promise<HeldToken> {
    const { token, expiresInSeconds } = await this.#grant();
    this.#onToken(token);
    const now = this.#now();
    const known = expiresInSeconds !== undefined && expiresInSeconds > 0;
    const lifeMs = (known ? expiresInSeconds : ASSUMED_LIFE_SECONDS) * 1_000;
    const leadMs = Math.min(lifeMs / 10, LONGEST_LEAD_MS);
    this.#held = { token, refreshAt: now + lifeMs - leadMs, expiresAt: now + lifeMs };
    return this.#held;
  }
}
