import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";
import type { Dispatcher } from "undici";
import type { Logger } from "../../base/log.js";
import type { OAuthSettings } from "../../config/http.js";
import { readSecureUrl } from "../../config/http-values.js";
import { untrusted } from "../../redaction/untrusted.js";
import { createDispatcher, type ProxySettings } from "../../telzino/dispatcher.js";

/** The authorization server's keys are not available: a token cannot be checked. */
export class IssuerUnavailable extends Error {
  override readonly name = "IssuerUnavailable";
}

export interface IssuerKeysOptions {
  oauth: Pick<OAuthSettings, "issuer" | "jwksUrl">;
  proxy: ProxySettings;
  log: Logger;
  /** Epoch milliseconds. */
  now?: () => number;
}

const FETCH_MS = 5_000;
const MAX_BYTES = 512 * 1024;
/** An unknown key id has the keys fetched again, but not more often than this. */
const COOLDOWN_MS = 30_000;
/** After a failure the authorization server is left alone for so long. */
const PAUSE_MS = 3_000;
/** After that, keys are fetched again; while that fails, known ones still count for an hour. */
const FRESH_MS = 10 * 60_000;
const STALE_MS = 60 * 60_000;

/** The signing keys of an issuer, found by its metadata where no address of them is given. */
export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  readonly #now: () => number;
  #set: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  #dispatcher: Promise<Dispatcher> | undefined;
  #lastSuccess = 0;
  #failure: { at: number; error: IssuerUnavailable } | undefined;
  #closed = false;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Date.now());
  }

  /** For `jwtVerify`. @throws IssuerUnavailable; an error of jose for a key that there is not. */
  readonly get: JWTVerifyGetKey = async (header, token) => {
    const set = await this.#keys();
    try {
      return await set(header, token);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const known = this.#now() - this.#lastSuccess < STALE_MS ? set.jwks() : undefined;
      if (known === undefined) {
        this.#set = undefined;
        throw this.#failed(error);
      }
      // A key that is not among the old ones may be a new one.
      return createLocalJWKSet(known)(header, token).catch(() => {
        throw this.#failed(error);
      });
    }
  };

  /** Fetches the keys before they are needed, so a wrong address shows in the log at start. */
  async warm(): Promise<void> {
    await this.#keys()
      .then((set) => set.reload())
      .catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#dispatcher)?.destroy();
  }

  #keys(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    this.#set ??= this.#locate().catch((error: unknown) => {
      this.#set = undefined;
      throw error;
    });
    return this.#set;
  }

  async #locate(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    const url = this.#options.oauth.jwksUrl ?? (await this.#discover());
    return createRemoteJWKSet(url, {
      timeoutDuration: FETCH_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: FRESH_MS,
      [customFetch]: async (address, { signal }) => {
        const body = await this.#guarded(() => this.#read(new URL(address), signal));
        this.#lastSuccess = this.#now();
        return new Response(body);
      },
    });
  }

  /** `jwks_uri` of RFC 8414 section 3 or of OpenID Connect Discovery. */
  #discover(): Promise<URL> {
    return this.#guarded(async () => {
      const { issuer } = this.#options.oauth;
      let last: unknown;
      for (const address of metadataUrls(issuer)) {
        try {
          return jwksUri(JSON.parse(await this.#read(address, AbortSignal.timeout(FETCH_MS))), issuer);
        } catch (error) {
          last = error;
        }
      }
      throw last;
    });
  }

  /** Runs what asks the authorization server, unless that has just failed. */
  async #guarded<Value>(ask: () => Promise<Value>): Promise<Value> {
    if (this.#failure && this.#now() - this.#failure.at < PAUSE_MS) throw this.#failure.error;
    try {
      const value = await ask();
      if (this.#failure) this.#options.log.warn("The authorization server answers again");
      this.#failure = undefined;
      return value;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #failed(cause: unknown): IssuerUnavailable {
    if (cause instanceof IssuerUnavailable) return cause;
    const reason = untrusted(cause);
    const error = new IssuerUnavailable(`${reason}`);
    this.#failure = { at: this.#now(), error };
    if (this.#closed) return error;
    this.#options.log.error("The keys of the authorization server are not available: no JWT can be checked", {
      issuer: this.#options.oauth.issuer,
      reason,
    });
    return error;
  }

  /** One small JSON document. Redirects are not followed: keys come from the place that was named. */
  async #read(url: URL, signal: AbortSignal): Promise<string> {
    const { request } = await import("undici");
    this.#dispatcher ??= createDispatcher({
      proxy: this.#options.proxy,
      timeouts: { connectMs: FETCH_MS, headersMs: FETCH_MS, bodyMs: FETCH_MS },
    });
    const { statusCode, body } = await request(url, {
      dispatcher: await this.#dispatcher,
      signal,
      headers: { accept: "application/json, application/jwk-set+json" },
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new Error(`${url.host}${url.pathname} is too large`);
      chunks.push(chunk);
    }
    if (statusCode !== 200) throw new Error(`${url.host}${url.pathname} answered ${statusCode}`);
    return Buffer.concat(chunks).toString("utf8");
  }
}

/** What jose throws where the fetch failed or brought no keys, unlike where the token is wrong. */
function isUnavailable(error: unknown): boolean {
  return (
    error instanceof IssuerUnavailable ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    !(error instanceof errors.JOSEError) ||
    error.code === "ERR_JOSE_GENERIC"
  );
}

/** In the order in which the MCP specification has clients ask. */
function metadataUrls(issuer: string): URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const inserted = (name: string) => new URL(`${origin}/.well-known/${name}${path}`);
  const oidc = "openid-configuration";
  return [
    inserted("oauth-authorization-server"),
    inserted(oidc),
    ...(path === "" ? [] : [new URL(`${origin}${path}/.well-known/${oidc}`)]),
  ];
}

/** @throws Error for metadata of another issuer (RFC 8414 section 3.3). */
function jwksUri(metadata: unknown, issuer: string): URL {
  const { issuer: named, jwks_uri: uri } = (metadata ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) throw new Error("the metadata names another issuer than the one configured");
  if (typeof uri !== "string") throw new Error("the metadata names no jwks_uri");
  return readSecureUrl(uri);
}
