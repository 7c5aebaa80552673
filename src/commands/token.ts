import { ConfigError } from "../config/index.js";
import { newToken, tokenHash } from "../hosting/tenants/tokens.js";
import type { Io } from "./io.js";

export interface TokenFlags {
  name?: string;
  expires?: string;
}

const UNIT_DAYS: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, w: 7, y: 365 };
const DAY_MS = 24 * 60 * 60_000;
const MAX_DAYS = 3_650;

/**
 * Makes a token of the hosted server. stdout gets only the token, so it can be piped into a vault;
 * stderr gets its entry for the tenants file. It is kept nowhere. Exit code 0.
 *
 * @throws ConfigError for flags that cannot be read.
 */
export async function token({ name = "client", expires }: TokenFlags, io: Pick<Io, "stdout" | "stderr">) {
  const problems: string[] = [];
  if (!/^[\w.@+-]{1,64}$/.test(name)) problems.push("--name must be 1 to 64 letters, digits or . _ - @ +.");
  const until = expires === undefined ? undefined : expiryOf(expires, new Date());
  if (expires !== undefined && until === undefined) {
    problems.push("--expires must be a time from now, e.g. 12h, 90d, 26w or 1y, ten years at most.");
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const made = newToken();
  const entry = {
    name,
    sha256: tokenHash(made),
    ...(until === undefined ? {} : { expires: until.toISOString() }),
  };
  io.stdout.write(`${made.reveal()}\n`);
  io.stderr.write(`${wordsOf(JSON.stringify(entry))}\n`);
  return 0;
}

function wordsOf(entry: string): string {
  return [
    "The token is on stdout; it is shown once and kept nowhere.",
    'Put this into "tokens" of a tenant in the tenants file, then send the server SIGHUP:',
    entry,
  ].join("\n");
}

/** `90d` from then on, in whole seconds. */
function expiryOf(text: string, now: Date): Date | undefined {
  const [, count, unit = ""] = /^([1-9]\d{0,4})([hdwy])$/.exec(text) ?? [];
  const days = Number(count) * (UNIT_DAYS[unit] ?? Number.NaN);
  if (!(days <= MAX_DAYS)) return undefined;
  return new Date(Math.floor((now.getTime() + days * DAY_MS) / 1_000) * 1_000);
}
