import { LOG_LEVELS, type LogLevel } from "../base/log.js";
import { isLoopback } from "../base/loopback.js";
import { present } from "../base/present.js";
import { Secret } from "../redaction/secret.js";
import { readSipSecrets, SIP_SECRET, type SipSecret } from "./sip-secrets.js";
import { type Environment, Source } from "./source.js";
import {
  readApiUrl,
  readBoolean,
  readChoice,
  readCredential,
  readEntryPort,
  readKey,
  readPort,
  readProxyUrl,
  readRedisUrl,
  readText,
  readUuid,
} from "./values.js";

/** How this program proves to the Telzino API who it is. */
export type Credentials =
  | { kind: "token"; accessToken: Secret }
  | { kind: "clientCredentials"; clientId: string; clientSecret: Secret };

/** The usual proxy variables. The addresses may carry credentials: see {@link secretsOf}. */
interface ProxySettings {
  httpProxy?: string;
  httpsProxy?: string;
  noProxy?: string;
}

interface SandboxSettings {
  /** 0: any free port. */
  apiPort: number;
  sipPort: number;
}

export interface Config {
  /** https, or http on loopback; no credentials, no query; without a slash at its end unless it is the root. */
  apiUrl: URL;
  /** Absent: none are configured (or the sandbox brings its own). */
  auth?: Credentials;
  /** The one agent that tools work on. */
  agentId?: string;
  readOnly: boolean;
  logLevel: LogLevel;
  /** Where log lines go besides stderr. */
  logFile?: string;
  /** Empty where the API is on loopback. */
  proxy: ProxySettings;
  sipSecrets: ReadonlyMap<string, SipSecret>;
  /** Whether tools accept a SIP password as an argument. */
  passwordArgument: boolean;
  /** Whether test calls are offered over stdio. */
  testCalls: boolean;
  /** Port of the local page into which a SIP password is typed, 0 for any free one; absent: there is no such page. */
  entryPort?: number;
  /** Present: run on the embedded sandbox. */
  sandbox?: SandboxSettings;
  /** Of the Redis or Valkey in which replicas share their limits; may hold a password. */
  redisUrl?: Secret;
  /** Of 32 bytes: what replicas share of the pages for SIP passwords is encrypted with it. */
  pageKey?: Secret;
  /** Key of the signatures under what `watch` posts. */
  webhookSecret?: Secret;
  /** What was set and is not used, for a person. */
  notes: readonly string[];
}

/** Command-line flags, as the parser hands them over. None of them takes a secret. */
export interface Flags {
  apiUrl?: string;
  agentId?: string;
  readOnly?: boolean;
  testCalls?: boolean;
  logLevel?: string;
  logFile?: string;
  secretsFile?: string;
  entryPort?: string;
  sandbox?: boolean;
  sandboxApiPort?: string;
  sandboxSipPort?: string;
}

/** Everything that is wrong with the configuration, each with what is right. Values are never repeated, but for a file's path. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

export const DEFAULT_API_URL = "https://api.telzino.com";

/** Every variable that is read, with a line for `--help`. */
export const VARIABLES = {
  TELZINO_CLIENT_ID: "OAuth client id (with TELZINO_CLIENT_SECRET)",
  TELZINO_CLIENT_SECRET: "OAuth client secret",
  TELZINO_ACCESS_TOKEN: "access token, instead of the two above",
  TELZINO_API_URL: `address of the API (default ${DEFAULT_API_URL})`,
  TELZINO_AGENT_ID: "UUID of the one agent to work on",
  TELZINO_READ_ONLY: "1: leave out the tools that change something",
  TELZINO_TEST_CALLS: "1: offer the tool that calls an agent from a second extension",
  TELZINO_LOG_LEVEL: "error, warn, info, debug or trace (default warn)",
  TELZINO_LOG_FILE: "file that log lines are appended to, besides stderr",
  TELZINO_PASSWORD_ARGUMENT: "off: take no SIP password as a tool's argument",
  TELZINO_SECRETS_FILE: "file of named SIP passwords, one NAME=value per line, readable only by its owner",
  TELZINO_ENTRY_PORT: "port of the local page for a SIP password (default any free one), or off",
  TELZINO_REDIS_URL: "http: Redis or Valkey that replicas share their limits in, where it has a password",
  TELZINO_PAGE_KEY:
    "http: 32 random bytes in base64, the same in all replicas, for the pages for SIP passwords",
  TELZINO_WEBHOOK_SECRET: "watch: key of the signatures under what it posts to --webhook",
} as const;

const CLIENT_PAIR = ["TELZINO_CLIENT_ID", "TELZINO_CLIENT_SECRET"] as const;
export const CREDENTIALS = [...CLIENT_PAIR, "TELZINO_ACCESS_TOKEN"] as const;

/** The configuration of this process. @throws ConfigError */
export function processConfig(flags: Flags = {}): Config {
  return loadConfig(process.env, flags);
}

/** All variables of this process, for who says which of them are set. */
export function processEnvironment(): Environment {
  return process.env;
}

/** One variable that a file of the hosted server names. An empty one counts as not set. */
export function namedVariable(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}

/**
 * Reads variables, flags and the secrets file that they name, if any. A flag wins over the variable of its
 * name, and an empty variable counts as not set.
 *
 * @throws ConfigError with all problems.
 */
export function loadConfig(env: Environment, flags: Flags = {}): Config {
  const source = new Source(env);
  source.refuseUnknown(Object.keys(VARIABLES), SIP_SECRET);
  const sandbox = readSandbox(source, flags);
  const auth = sandbox ? undefined : readAuth(source);
  const flaggedUrl = source.read("--api-url", readApiUrl, flags.apiUrl);
  const apiUrl =
    (sandbox ? undefined : (flaggedUrl ?? source.read("TELZINO_API_URL", readApiUrl))) ??
    new URL(DEFAULT_API_URL);
  // A flag, or else the variable of its name.
  const either = <Value>(name: string, read: (text: string) => Value, flag: string | undefined) =>
    source.read(`--${name}`, read, flag) ?? source.read(variableOf(`--${name}`), read);
  const agentId = either("agent-id", readUuid, flags.agentId);
  const logLevel = either("log-level", (value) => readChoice(value, LOG_LEVELS), flags.logLevel) ?? "warn";
  const logFile = either("log-file", readText, flags.logFile);
  // Setting it in either place enables it; the other cannot turn it off.
  const readOnly = [source.read("TELZINO_READ_ONLY", readBoolean), flags.readOnly].includes(true);
  const testCalls = [source.read("TELZINO_TEST_CALLS", readBoolean), flags.testCalls].includes(true);
  const secretsFile = either("secrets-file", readText, flags.secretsFile);
  const entryPort = either("entry-port", readEntryPort, flags.entryPort) ?? 0;
  const redisUrl = source.read("TELZINO_REDIS_URL", readRedisUrl);
  const pageKey = source.read("TELZINO_PAGE_KEY", readKey);
  const webhookSecret = source.read("TELZINO_WEBHOOK_SECRET", readCredential);
  const config: Config = {
    apiUrl,
    ...present({ auth, agentId }),
    readOnly,
    logLevel,
    ...present({ logFile }),
    proxy: sandbox || isLoopback(apiUrl.hostname) ? {} : readProxy(source),
    sipSecrets: readSipSecrets(source, secretsFile),
    testCalls,
    passwordArgument: source.read("TELZINO_PASSWORD_ARGUMENT", readBoolean) ?? true,
    ...(entryPort === "off" ? {} : { entryPort }),
    ...present({ sandbox }),
    ...(redisUrl === undefined ? {} : { redisUrl: new Secret(redisUrl) }),
    ...(pageKey === undefined ? {} : { pageKey: new Secret(pageKey) }),
    ...(webhookSecret === undefined ? {} : { webhookSecret: new Secret(webhookSecret) }),
    notes: source.notes,
  };
  if (source.problems.length > 0) throw new ConfigError([...source.problems, ...source.notes]);
  return config;
}

/** The variable of a flag's name, whether or not there is one: `TELZINO_AGENT_ID` of `--agent-id`. */
export function variableOf(flag: string): string {
  return `TELZINO_${flag.slice("--".length).toUpperCase().replaceAll("-", "_")}`;
}

/** Every value in the configuration that must not be shown, for a redactor to hold. */
export function secretsOf(config: Config): Secret[] {
  const own = config.auth?.kind === "token" ? config.auth.accessToken : config.auth?.clientSecret;
  const proxies = [config.proxy.httpProxy, config.proxy.httpsProxy].flatMap((proxy) => {
    const password = proxy === undefined ? "" : new URL(proxy).password;
    return password === "" ? [] : [new Secret(password), new Secret(decoded(password))];
  });
  const redis = [config.redisUrl, config.pageKey].filter((secret) => secret !== undefined);
  return [
    ...(own ? [own] : []),
    ...redis,
    ...(config.webhookSecret ? [config.webhookSecret] : []),
    ...proxies,
    ...[...config.sipSecrets.values()].map(({ secret }) => secret),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readSandbox(source: Source, flags: Flags): SandboxSettings | undefined {
  const apiPort = source.read("--sandbox-api-port", readPort, flags.sandboxApiPort);
  const sipPort = source.read("--sandbox-sip-port", readPort, flags.sandboxSipPort);
  if (flags.sandbox !== true) {
    for (const [flag, given] of [
      ["--sandbox-api-port", flags.sandboxApiPort],
      ["--sandbox-sip-port", flags.sandboxSipPort],
    ]) {
      if (given !== undefined)
        source.problems.push(`${flag} goes with --sandbox: add that, or leave this out.`);
    }
    return undefined;
  }
  if (flags.apiUrl !== undefined) {
    source.problems.push(
      "--api-url cannot be combined with --sandbox, which has its own API: leave one of them out.",
    );
  }
  const unused = [...CREDENTIALS, "TELZINO_API_URL"].filter((name) => source.has(name));
  if (unused.length > 0) {
    source.notes.push(`The sandbox brings its own API and credentials; not used: ${unused.join(", ")}.`);
  }
  return { apiPort: apiPort ?? 0, sipPort: sipPort ?? 0 };
}

function readAuth(source: Source): Credentials | undefined {
  const clientId = source.read("TELZINO_CLIENT_ID", readCredential);
  const clientSecret = source.read("TELZINO_CLIENT_SECRET", readCredential);
  const accessToken = source.read("TELZINO_ACCESS_TOKEN", readCredential);
  const pair = CLIENT_PAIR.filter((name) => source.has(name));
  if (source.has("TELZINO_ACCESS_TOKEN")) {
    if (pair.length > 0) {
      source.problems.push(
        `Two ways to log in are set: remove TELZINO_ACCESS_TOKEN to use a client id and secret, or remove ${pair.join(" and ")} to use the token.`,
      );
    }
    return accessToken === undefined ? undefined : { kind: "token", accessToken: new Secret(accessToken) };
  }
  if (pair.length === 1) {
    const missing = CLIENT_PAIR.find((name) => !pair.includes(name));
    source.problems.push(`${missing} is missing: ${pair[0]} is set, and it goes with it.`);
  }
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return { kind: "clientCredentials", clientId, clientSecret: new Secret(clientSecret) };
}

/** Lower case wins, as with curl. */
function readProxy(source: Source): ProxySettings {
  const named = (name: string) => (source.has(name.toLowerCase()) ? name.toLowerCase() : name);
  const httpProxy = source.read(named("HTTP_PROXY"), readProxyUrl);
  const httpsProxy = source.read(named("HTTPS_PROXY"), readProxyUrl);
  const noProxy = source.read(named("NO_PROXY"), readText);
  return {
    ...present({ httpProxy, httpsProxy, noProxy }),
  };
}
