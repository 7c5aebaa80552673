import { readFile } from "node:fs/promises";
import { canonicalIp } from "../message/address.js";

/** Where the system keeps it. */
export const HOSTS_FILE =
  process.platform === "win32" ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts";

/** Its text; empty where it cannot be read, as for the system's own resolver. @throws the signal's reason. */
export async function readHostsFile(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(path, { encoding: "utf8", signal });
  } catch {
    signal.throwIfAborted();
    return "";
  }
}

/**
 * The addresses that a hosts file gives a name (hosts(5)): an address and its names on each line, in any case; `#`
 * begins a comment. Addresses with a zone are passed over: nothing here connects through a zone.
 */
export function hostsAddresses(text: string, name: string): string[] {
  const wanted = name.toLowerCase();
  const found = text
    .replace(/^\uFEFF/, "")
    .toLowerCase()
    .split("\n")
    .filter((line) => line.includes(wanted))
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .flatMap(([address = "", ...names]) => {
      const canonical = address.includes("%") ? undefined : canonicalIp(address);
      return canonical !== undefined && names.includes(wanted) ? [canonical] : [];
    });
  return [...new Set(found)];
}
