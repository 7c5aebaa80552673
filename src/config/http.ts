import { type Networks, NO_NETWORKS, readNetworks } from "../base/networks.js";
import { present } from "../base/present.js";
import { Secret } from "../redaction/secret.js";
import {
  isLoopbackAddress,
  readAgentsInterval,
  readCount,
  readHost,
  readHostNames,
  readIssuer,
  readOrigins,
  readPublicRedisUrl,
  readPublicUrl,
  readSecureUrl,
  readShown,
} from "./http-values.js";
import { ConfigError } from "./index.js";
import { Source } from "./source.js";
import { readPort, readText } from "./values.js";

/** Where tokens of OAuth 2.1 come from, and which of them are meant for this server. */
export interface OAuthSettings {
  /** Exactly as in `iss`. */
  issuer: string;
  /** Absent: as the issuer's metadata says (RFC 8414, OpenID Connect Discovery). */
  jwksUrl?: URL;
  /** Accepted in `aud` instead of the server's own URLs. */
  audience?: string;
  /** The claim that names the principal. */
  principalClaim: string;
}

/** How often one principal may do something, a minute. */
export interface RateSettings {
  /** JSON-RPC messages of any kind. */
  calls: number;
  /** Calls of tools that change something. */
  writes: number;
  /** Diagnoses: each sends packets to a host that the caller names. */
  probes: number;
}

export interface HttpSettings {
  host: string;
  /** 0: any free port. */
  port: number;
  /** As clients see it, without `/mcp` and without a slash at its end unless it is the root. */
  publicUrl?: URL;
  /** Who asks, on pages for SIP passwords of tenants that do not say it themselves. */
  pageAsker: { name?: string; note?: string };
  /** Lets in anyone who can reach the port; on loopback only. */
  noAuth: boolean;
  sessions: boolean;
  tenantsFile?: string;
  oauth?: OAuthSettings;
  /** Origins of web pages that may call, besides the server's own. */
  allowedOrigins: readonly string[];
  /** Values of `Host` that are taken besides the public URL's and the loopback names. Lower case. */
  allowedHosts: readonly string[];
  trustedProxies: Networks;
  /** Networks that a diagnosis may contact although they are not public. */
  allowedTargets: Networks;
  tls?: { certFile: string; keyFile: string };
  redisUrl?: Secret;
  /** Calls at once; more are answered 503. */
  maxCalls: number;
  rates: RateSettings;
  /** A separate listener for `/metrics`. */
  metricsPort?: number;
  /** How often agents are read for the metrics, milliseconds. Absent: they are not. */
  agentMetricsMs?: number;
  /** How long running calls may continue after the order to stop, milliseconds. */
  graceMs: number;
}

/** Flags of `http`, as the parser hands them over. None of them takes a secret. */
export interface HttpFlags {
  host?: string;
  port?: string;
  publicUrl?: string;
  pageName?: string;
  pageNote?: string;
  /** `false`: `--no-auth`. */
  auth?: boolean;
  sessions?: boolean;
  tenants?: string;
  oauthIssuer?: string;
  oauthJwksUrl?: string;
  oauthAudience?: string;
  oauthPrincipalClaim?: string;
  allowOrigin?: string;
  allowHost?: string;
  trustProxy?: string;
  allowTarget?: string;
  tlsCert?: string;
  tlsKey?: string;
  redisUrl?: string;
  maxCalls?: string;
  limitCalls?: string;
  limitWrites?: string;
  limitProbes?: string;
  metricsPort?: string;
  metricsAgents?: string;
  graceSeconds?: string;
}

export const DEFAULT_RATES: RateSettings = { calls: 600, writes: 20, probes: 10 };
/** Characters of what pages show of who asks. */
export const PAGE_NAME = 60;
export const PAGE_NOTE = 300;
const DEFAULT_MAX_CALLS = 256;
const DEFAULT_GRACE_SECONDS = 30;

/**
 * Reads the flags of the hosted server. `redisUrl` is the environment's, which may contain a password.
 *
 * @throws ConfigError with all problems.
 */
export function readHttpSettings(flags: HttpFlags, redisUrl?: Secret): HttpSettings {
  const source = new Source({});
  const read = <Value>(name: string, reader: (text: string) => Value, given: string | undefined) =>
    source.read(name, reader, given);
  const host = read("--host", readHost, flags.host) ?? "127.0.0.1";
  const publicUrl = read("--public-url", readPublicUrl, flags.publicUrl);
  const oauth = readOAuth(source, flags);
  // A wrong one counts as given, so its absence is not a second problem.
  read("--tenants", readText, flags.tenants);
  const metricsPort = read("--metrics-port", readPort, flags.metricsPort);
  const agentMetricsMs = read("--metrics-agents", readAgentsInterval, flags.metricsAgents);
  const flaggedRedis = read("--redis-url", readPublicRedisUrl, flags.redisUrl);
  const pageName = read("--page-name", readShown(PAGE_NAME), flags.pageName);
  const pageNote = read("--page-note", readShown(PAGE_NOTE), flags.pageNote);
  const redis = flaggedRedis === undefined ? redisUrl : new Secret(flaggedRedis);
  const settings: HttpSettings = {
    host,
    port: read("--port", readPort, flags.port) ?? 3000,
    ...present({ publicUrl }),
    pageAsker: present({ name: pageName, note: pageNote }),
    noAuth: flags.auth === false,
    sessions: flags.sessions === true,
    ...present({ tenantsFile: flags.tenants, oauth }),
    allowedOrigins: read("--allow-origin", readOrigins, flags.allowOrigin) ?? [],
    allowedHosts: read("--allow-host", readHostNames, flags.allowHost) ?? [],
    trustedProxies: read("--trust-proxy", readNetworks, flags.trustProxy) ?? NO_NETWORKS,
    allowedTargets: read("--allow-target", readNetworks, flags.allowTarget) ?? NO_NETWORKS,
    ...readTls(source, flags),
    ...present({ redisUrl: redis }),
    maxCalls: read("--max-calls", readCount, flags.maxCalls) ?? DEFAULT_MAX_CALLS,
    rates: {
      calls: read("--limit-calls", readCount, flags.limitCalls) ?? DEFAULT_RATES.calls,
      writes: read("--limit-writes", readCount, flags.limitWrites) ?? DEFAULT_RATES.writes,
      probes: read("--limit-probes", readCount, flags.limitProbes) ?? DEFAULT_RATES.probes,
    },
    ...present({ metricsPort, agentMetricsMs }),
    graceMs: (read("--grace-seconds", readCount, flags.graceSeconds) ?? DEFAULT_GRACE_SECONDS) * 1_000,
  };
  source.problems.push(...contradictions(settings));
  if (source.problems.length > 0) throw new ConfigError(source.problems);
  return settings;
}

/** Settings that are right separately and wrong together. */
function contradictions({
  host,
  noAuth,
  publicUrl,
  oauth,
  tenantsFile,
  allowedHosts,
  metricsPort,
  agentMetricsMs,
}: HttpSettings): string[] {
  const problems: string[] = [];
  const otherWays = oauth !== undefined || tenantsFile !== undefined;
  if (noAuth && !isLoopbackAddress(host)) {
    problems.push(
      "--no-auth works only with a loopback --host: anyone who can reach the port would be let in.",
    );
  }
  if (noAuth && publicUrl !== undefined) {
    problems.push("--no-auth cannot go with --public-url, which lets others in.");
  }
  if (noAuth && otherWays) {
    problems.push("--no-auth cannot go with --tenants or --oauth-issuer: leave one of them out.");
  }
  if (!noAuth && !otherWays) {
    problems.push(
      "No authentication is configured. Give --tenants (bearer tokens, from `telzino-sip-mcp token`), --oauth-issuer, or on loopback --no-auth.",
    );
  }
  if (oauth !== undefined && publicUrl === undefined) {
    problems.push("--oauth-issuer needs --public-url: tokens are bound to it.");
  }
  if (!isLoopbackAddress(host) && publicUrl === undefined && allowedHosts.length === 0) {
    problems.push(
      "--public-url is missing: with a --host that is not loopback the server must know by which name it is called (or --allow-host).",
    );
  }
  if (agentMetricsMs !== undefined && metricsPort === undefined) {
    problems.push("--metrics-agents needs --metrics-port, where they can be read.");
  }
  return problems;
}

function readOAuth(source: Source, flags: HttpFlags): OAuthSettings | undefined {
  const issuer = source.read("--oauth-issuer", readIssuer, flags.oauthIssuer);
  const jwksUrl = source.read("--oauth-jwks-url", readSecureUrl, flags.oauthJwksUrl);
  const audience = source.read("--oauth-audience", readText, flags.oauthAudience);
  const principalClaim = source.read("--oauth-principal-claim", readText, flags.oauthPrincipalClaim) ?? "sub";
  if (flags.oauthIssuer === undefined) {
    const given = [flags.oauthJwksUrl, flags.oauthAudience, flags.oauthPrincipalClaim];
    if (given.some((flag) => flag !== undefined)) {
      source.problems.push("--oauth-issuer is missing: other --oauth flags are given, and they go with it.");
    }
    return undefined;
  }
  if (issuer === undefined) return undefined;
  return {
    issuer,
    ...present({ jwksUrl, audience }),
    principalClaim,
  };
}

function readTls(source: Source, flags: HttpFlags): Pick<HttpSettings, "tls"> {
  if (flags.tlsCert === undefined && flags.tlsKey === undefined) return {};
  const tlsCert = source.read("--tls-cert", readText, flags.tlsCert);
  const tlsKey = source.read("--tls-key", readText, flags.tlsKey);
  if (flags.tlsCert === undefined || flags.tlsKey === undefined) {
    source.problems.push("--tls-cert and --tls-key go together: one of them is missing.");
    return {};
  }
  if (tlsCert === undefined || tlsKey === undefined) return {};
  return { tls: { certFile: tlsCert, keyFile: tlsKey } };
}
