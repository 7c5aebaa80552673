import type { IncomingHttpHeaders } from "node:http";
import { isLoopback } from "../../base/loopback.js";
import type { HttpSettings } from "../../config/http.js";

/** What is known of where a request was sent to and of the page that sent it. */
export type OriginVerdict =
  | { allowed: true; cors: Readonly<Record<string, string>> }
  | { allowed: false; reason: "host" | "origin" };

const EXPOSED = "Mcp-Session-Id, WWW-Authenticate, X-Request-Id, Retry-After";
const PREFLIGHT = {
  "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
  "Access-Control-Allow-Headers":
    "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name, Last-Event-ID, X-Request-Id",
  "Access-Control-Max-Age": "600",
};
const NO_CORS = {};

/**
 * Checks `Host` and `Origin` (MCP, basic/transports, security warning). A name that is not ours in `Host` is a
 * page that had its own name resolve to this server (DNS rebinding). Programs send no `Origin`; a browser's must
 * be the server's own or a named one.
 */
export class OriginCheck {
  readonly #hosts: ReadonlySet<string>;
  readonly #publicOrigin: string | undefined;
  readonly #publicHost: string | undefined;
  readonly #named: ReadonlySet<string>;

  constructor({
    publicUrl,
    allowedHosts,
    allowedOrigins,
  }: Pick<HttpSettings, "publicUrl" | "allowedHosts" | "allowedOrigins">) {
    this.#hosts = new Set([...allowedHosts, ...(publicUrl ? [publicUrl.host] : [])]);
    this.#publicOrigin = publicUrl?.origin;
    this.#publicHost = publicUrl?.host;
    this.#named = new Set(allowedOrigins);
  }

  check({ host, origin }: IncomingHttpHeaders): OriginVerdict {
    const called = host?.toLowerCase();
    if (called === undefined || !this.#isOurs(called)) return { allowed: false, reason: "host" };
    if (origin === undefined) return { allowed: true, cors: NO_CORS };
    if (this.#named.has(origin)) return { allowed: true, cors: corsFor(origin) };
    // The public address has one origin; at any other name a proxy may have taken TLS away.
    const plain = called !== this.#publicHost && [`http://${called}`, `https://${called}`].includes(origin);
    const own = plain || origin === this.#publicOrigin;
    return own ? { allowed: true, cors: NO_CORS } : { allowed: false, reason: "origin" };
  }

  /** Headers of the answer to a preflight. */
  preflight(cors: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return cors === NO_CORS ? {} : { ...cors, ...PREFLIGHT };
  }

  #isOurs(host: string): boolean {
    return this.#hosts.has(host) || isLoopback(withoutPort(host));
  }
}

function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, "");
}

function corsFor(origin: string): Readonly<Record<string, string>> {
  return {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": EXPOSED,
    Vary: "Origin",
  };
}
