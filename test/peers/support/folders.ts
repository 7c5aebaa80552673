import { mkdirSync, mkdtempSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** `test/peers`. */
export const peersFolder = dirname(import.meta.dirname);

/** Where `install.sh` unpacks programs of other Debian suites. */
export const cacheFolder =
  process.env.PEERS_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "telzino-sip-mcp", "peers");

/** `PEERS_KEEP_LOGS=1` keeps each peer's folder, and its path is printed. */
export const keepLogs = process.env.PEERS_KEEP_LOGS === "1";

/** A new folder under the system's temporary one, with these folders in it. */
export function temporaryFolder(name: string, inside: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), `telzino-peer-${name}-`));
  for (const each of inside) mkdirSync(join(folder, each));
  return folder;
}

/**
 * Copies a template of `test/peers` and fills in each `@NAME@`.
 *
 * @throws when a name is in the template that has no value.
 */
export async function fillTemplate(
  from: string,
  to: string,
  values: Readonly<Record<string, string | number>>,
): Promise<void> {
  const text = await readFile(join(peersFolder, from), "utf8");
  const filled = text.replace(/@([A-Z_]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${from}: no value for @${name}@`);
    return String(value);
  });
  await writeFile(to, filled);
}
