import { LOG_LEVELS } from "../base/log.js";
import {
  readApiUrl,
  readBoolean,
  readChoice,
  readCredential,
  readEntryPort,
  readKey,
  readPort,
  readRedisUrl,
  readText,
  readUuid,
} from "./values.js";

/**
 * One setting of the program: where it is given, what a line of `--help` says of it, and how it is read. The command line, the
 * list of variables in `--help`, the readers, what `install` carries into a client's configuration and the table in
 * `docs/configuration.md` all come from these records.
 */
export interface Setting<Value = unknown> {
  /** `TELZINO_…`. */
  readonly variable?: string;
  /** `--…`. It wins over the variable. A secret has none: other programs can read the command line. */
  readonly flag?: string;
  /** What the flag takes, e.g. `path`; absent: it takes nothing and switches something on. */
  readonly takes?: string;
  readonly help: string;
  /** How `--help` says it of the variable, where that differs. */
  readonly variableHelp?: string;
  /** @throws RangeError with what is right; it never repeats the value. */
  readonly read: (text: string) => Value;
  /** What reads it; absent: the server over stdio, among others. */
  readonly of?: "http" | "watch";
  readonly isPath?: boolean;
}

export const DEFAULT_API_URL = "https://api.telzino.com";

/** In the order of `--help`. */
export const SETTINGS = {
  clientId: {
    variable: "TELZINO_CLIENT_ID",
    help: "OAuth client id (with TELZINO_CLIENT_SECRET)",
    read: readCredential,
  },
  clientSecret: { variable: "TELZINO_CLIENT_SECRET", help: "OAuth client secret", read: readCredential },
  accessToken: {
    variable: "TELZINO_ACCESS_TOKEN",
    help: "access token, instead of the two above",
    read: readCredential,
  },
  sandboxApiPort: {
    flag: "--sandbox-api-port",
    takes: "port",
    help: "the sandbox's API port (default: any free one)",
    read: readPort,
  },
  sandboxSipPort: {
    flag: "--sandbox-sip-port",
    takes: "port",
    help: "the sandbox's SIP port (default: any free one)",
    read: readPort,
  },
  apiUrl: {
    variable: "TELZINO_API_URL",
    flag: "--api-url",
    takes: "url",
    help: `address of the Telzino API (default: ${DEFAULT_API_URL})`,
    read: readApiUrl,
  },
  agentId: {
    variable: "TELZINO_AGENT_ID",
    flag: "--agent-id",
    takes: "uuid",
    help: "work on this one agent",
    variableHelp: "UUID of the one agent to work on",
    read: readUuid,
  },
  readOnly: {
    variable: "TELZINO_READ_ONLY",
    flag: "--read-only",
    help: "leave out the tools that change something",
    read: readBoolean,
  },
  testCalls: {
    variable: "TELZINO_TEST_CALLS",
    flag: "--test-calls",
    help: "offer the tool that calls an agent from a second extension",
    read: readBoolean,
  },
  logLevel: {
    variable: "TELZINO_LOG_LEVEL",
    flag: "--log-level",
    takes: "level",
    help: "error, warn, info, debug or trace (default: warn)",
    read: (text: string) => readChoice(text, LOG_LEVELS),
  },
  logFile: {
    variable: "TELZINO_LOG_FILE",
    flag: "--log-file",
    takes: "path",
    help: "append log lines to this file too",
    variableHelp: "file that log lines are appended to, besides stderr",
    read: readText,
    isPath: true,
  },
  passwordArgument: {
    variable: "TELZINO_PASSWORD_ARGUMENT",
    help: "off: take no SIP password as a tool's argument",
    read: readBoolean,
  },
  secretsFile: {
    variable: "TELZINO_SECRETS_FILE",
    flag: "--secrets-file",
    takes: "path",
    help: "file of named SIP passwords (NAME=value), readable only by its owner",
    read: readText,
    isPath: true,
  },
  entryPort: {
    variable: "TELZINO_ENTRY_PORT",
    flag: "--entry-port",
    takes: "port",
    help: "port of the local page for a SIP password (default: any free one), or off",
    read: readEntryPort,
  },
  redisUrl: {
    variable: "TELZINO_REDIS_URL",
    help: "Redis or Valkey that replicas share their limits in, where it has a password",
    read: readRedisUrl,
    of: "http",
  },
  pageKey: {
    variable: "TELZINO_PAGE_KEY",
    help: "32 random bytes in base64, the same in all replicas, for the pages for SIP passwords",
    read: readKey,
    of: "http",
  },
  webhookSecret: {
    variable: "TELZINO_WEBHOOK_SECRET",
    help: "key of the signatures under what it posts to --webhook",
    read: readCredential,
    of: "watch",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

type FlagName = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { flag: string } ? Name : never;
}[SettingName];

/** Command-line flags, as the parser hands them over. None of them takes a secret. */
export type Flags = { sandbox?: boolean } & {
  [Name in FlagName]?: (typeof SETTINGS)[Name] extends { takes: string } ? string : boolean;
};

const ALL = Object.entries<Setting>(SETTINGS) as [SettingName, Setting][];

/** Those that have a flag, in the order of `--help`. */
export const FLAGGED = ALL.flatMap(([name, setting]) =>
  setting.flag === undefined ? [] : [{ name: name as FlagName, ...setting, flag: setting.flag }],
);

/** Those that have a variable, in the order of `--help`. */
export const VARIABLES = ALL.flatMap(([name, setting]) =>
  setting.variable === undefined ? [] : [{ name, ...setting, variable: setting.variable }],
);

/** Names of variables that are read, those of the families of names apart. */
export const VARIABLE_NAMES: readonly string[] = VARIABLES.map(({ variable }) => variable);

/** Prove to the API who this program is. */
export const CREDENTIALS = [
  SETTINGS.clientId.variable,
  SETTINGS.clientSecret.variable,
  SETTINGS.accessToken.variable,
] as const;
