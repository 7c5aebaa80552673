import { type Entry, TOKEN_VARIABLE } from "../../clients/entry.js";
import { addressEntryOf, type Client, variablesOf } from "../../clients/table.js";
import { ConfigError, type Flags } from "../../config/index.js";
import { servingArguments } from "../../config/serving.js";
import type { InstallFlags } from "./flags.js";

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * The entry for a server that runs elsewhere, at `--url`. Undefined: that flag is not given.
 *
 * @throws ConfigError where the address cannot be used, where another flag is about a server that the client starts, and
 * where the client has no form for it.
 */
export function addressEntry(client: Client, flags: InstallFlags & Flags): Entry | undefined {
  if (flags.url === undefined) return undefined;
  const address = addressOf(flags.url);
  const others = [
    ...(flags.local ? ["--local"] : []),
    ...(flags.store ? ["--store"] : []),
    ...servingArguments(flags).filter((argument) => argument.startsWith("--")),
  ];
  if (others.length > 0) {
    throw new ConfigError([
      `--url cannot go with ${others.join(", ")}: the server at that address has its own settings and credentials.`,
    ]);
  }
  const entry = addressEntryOf(client, address);
  if (entry) return entry;
  throw new ConfigError([
    `install does not write an address into ${client.title}'s settings: ${client.noHttp ?? "no form is known."}`,
  ]);
}

/** A refused address is not repeated: it may hold a secret. */
function addressOf(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError(["--url takes the address of a server, e.g. https://mcp.example.com/mcp."]);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new ConfigError([
      `--url takes no credentials, query or fragment: the token belongs in ${TOKEN_VARIABLE}, which the client reads.`,
    ]);
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    throw new ConfigError(["--url needs https: over http anyone on the way could read the token."]);
  }
  return url.href;
}

/** What is left to do for an entry with an address. */
export function addressAdvice(client: Client): string[] {
  const inputs = client.http?.inputs ?? [];
  const token =
    inputs.length > 0
      ? `No token was written: ${client.title} asks for it when it connects for the first time, and keeps it.`
      : `No token was written: set ${TOKEN_VARIABLE} in ${variablesOf(client)}.`;
  return [token, ...(inputs.length > 0 ? [] : [client.next])];
}
