/** The name under which clients list this server. */
export const SERVER = "telzino-sip";

/** Variables that hold credentials; those that `install` does not set, it removes from its own entry. */
export const CREDENTIAL_VARIABLES = [
  "TELZINO_CLIENT_ID",
  "TELZINO_CLIENT_SECRET",
  "TELZINO_ACCESS_TOKEN",
] as const;

/** The variables that a new entry refers to. */
export const REFERENCED = ["TELZINO_CLIENT_ID", "TELZINO_CLIENT_SECRET"] as const;

/** How a client starts the server. */
export interface Launch {
  command: string;
  args: readonly string[];
}

/** One client's entry for this server, independent of the file's format: a program to start, or an address. */
export interface Entry {
  /** e.g. `stdio`, where the client writes a type. */
  type?: string;
  /** With its arguments, where the client keeps both in one list. */
  command?: string | readonly string[];
  args?: readonly string[];
  /** Variables with their values, or with what the client reads as a reference. */
  env?: Readonly<Record<string, string>>;
  /** The same under opencode's name. */
  environment?: Readonly<Record<string, string>>;
  /** Names of variables that the client passes on from its own environment (Codex). */
  env_vars?: readonly string[];
  /** Address of a server over HTTP, under the client's name for it. */
  url?: string;
  serverUrl?: string;
  httpUrl?: string;
  headers?: { readonly Authorization: string };
  /** Name of the variable that holds the token (Codex). */
  bearer_token_env_var?: string;
  /** The token, by reference (Continue). */
  apiKey?: string;
}

/** Keys of an entry that are this program's. Others in the same entry are the user's, and stay. */
export const OWN_KEYS = [
  "type",
  "command",
  "args",
  "env_vars",
  "url",
  "serverUrl",
  "httpUrl",
  "bearer_token_env_var",
] as const;

/** The variable that holds the token for a server over HTTP, where the client reads one. */
export const TOKEN_VARIABLE = "TELZINO_MCP_TOKEN";

/** `npx -y telzino-sip-mcp`; Windows has npx as a batch file, which is started through cmd. */
export function launchOf(platform: NodeJS.Platform, flags: readonly string[] = []): Launch {
  const npx = ["npx", "-y", "telzino-sip-mcp", ...flags];
  return platform === "win32"
    ? { command: "cmd", args: ["/c", ...npx] }
    : { command: "npx", args: npx.slice(1) };
}
