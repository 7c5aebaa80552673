import type { LogLevel } from "../base/log.js";
import { isLoopback } from "../base/loopback.js";
import { present } from "../base/present.js";
import { Secret } from "../redaction/secret.js";
import {
  CREDENTIALS,
  DEFAULT_API_URL,
  type Flags,
  SETTINGS,
  type Setting,
  VARIABLE_NAMES,
} from "./settings.js";

import { readSipSecrets, SIP_SECRET, type SipSecret } from "./sip-secrets.js";
import { type Environment, Source } from "./source.js";
import { readProxyUrl, readText } from "./values.js";

export type { Flags } from "./settings.js";

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

/** Everything that is wrong with the configuration, each with what is right. Values are never repeated, but for a file's path. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const CLIENT_PAIR = [SETTINGS.clientId.variable, SETTINGS.clientSecret.variable] as const;

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
  source.refuseUnknown(VARIABLE_NAMES, SIP_SECRET);
  const sandbox = readSandbox(source, flags);
  const auth = sandbox ? undefined : readAuth(source);
  const flaggedUrl = fromFlag(source, SETTINGS.apiUrl, flags.apiUrl);
  const apiUrl =
    (sandbox ? undefined : (flaggedUrl ?? fromVariable(source, SETTINGS.apiUrl))) ?? new URL(DEFAULT_API_URL);
  const agentId = either(source, SETTINGS.agentId, flags.agentId);
  const logLevel = either(source, SETTINGS.logLevel, flags.logLevel) ?? "warn";
  const logFile = either(source, SETTINGS.logFile, flags.logFile);
  // Setting it in either place enables it; the other cannot turn it off.
  const readOnly = [fromVariable(source, SETTINGS.readOnly), flags.readOnly].includes(true);
  const testCalls = [fromVariable(source, SETTINGS.testCalls), flags.testCalls].includes(true);
  const secretsFile = either(source, SETTINGS.secretsFile, flags.secretsFile);
  const entryPort = either(source, SETTINGS.entryPort, flags.entryPort) ?? 0;
  const redisUrl = fromVariable(source, SETTINGS.redisUrl);
  const pageKey = fromVariable(source, SETTINGS.pageKey);
  const webhookSecret = fromVariable(source, SETTINGS.webhookSecret);
  const config: Config = {
    apiUrl,
    ...present({ auth, agentId }),
    readOnly,
    logLevel,
    ...present({ logFile }),
    proxy: sandbox || isLoopback(apiUrl.hostname) ? {} : readProxy(source),
    sipSecrets: readSipSecrets(source, secretsFile),
    testCalls,
    passwordArgument: fromVariable(source, SETTINGS.passwordArgument) ?? true,
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

type Variable<Value> = Setting<Value> & { readonly variable: string };
type Flag<Value> = Setting<Value> & { readonly flag: string };

function fromVariable<Value>(source: Source, { variable, read }: Variable<Value>): Value | undefined {
  return source.read(variable, read);
}

function fromFlag<Value>(
  source: Source,
  { flag, read }: Flag<Value>,
  given: string | undefined,
): Value | undefined {
  return given === undefined ? undefined : source.read(flag, read, given);
}

/** The flag's value, or else the variable's. */
function either<Value>(
  source: Source,
  setting: Variable<Value> & Flag<Value>,
  given: string | undefined,
): Value | undefined {
  return fromFlag(source, setting, given) ?? fromVariable(source, setting);
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
  const apiPort = fromFlag(source, SETTINGS.sandboxApiPort, flags.sandboxApiPort);
  const sipPort = fromFlag(source, SETTINGS.sandboxSipPort, flags.sandboxSipPort);
  if (flags.sandbox !== true) {
    for (const [flag, given] of [
      [SETTINGS.sandboxApiPort.flag, flags.sandboxApiPort],
      [SETTINGS.sandboxSipPort.flag, flags.sandboxSipPort],
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
  const unused = [...CREDENTIALS, SETTINGS.apiUrl.variable].filter((name) => source.has(name));
  if (unused.length > 0) {
    source.notes.push(`The sandbox brings its own API and credentials; not used: ${unused.join(", ")}.`);
  }
  return { apiPort: apiPort ?? 0, sipPort: sipPort ?? 0 };
}

function readAuth(source: Source): Credentials | undefined {
  const clientId = fromVariable(source, SETTINGS.clientId);
  const clientSecret = fromVariable(source, SETTINGS.clientSecret);
  const accessToken = fromVariable(source, SETTINGS.accessToken);
  const pair = CLIENT_PAIR.filter((name) => source.has(name));
  if (source.has(SETTINGS.accessToken.variable)) {
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
