import { HOSTS } from "./catalogue.js";
import type { KnownHost } from "./types.js";

/** More than a host name can have. */
const MAX_HOST = 260;

/** What the catalogue knows of a host by its name: the longest entry that fits it, `undefined` where none does. Pure. */
export function knownHost(host: string | undefined): KnownHost | undefined {
  if (host === undefined || host.length > MAX_HOST) return undefined;
  const name = host.toLowerCase().replace(/\.$/, "");
  const labels = name.split(".");
  const fitting = HOSTS.filter(({ host: known }) => isHost(known.split("."), labels));
  return fitting.toSorted((one, other) => other.host.length - one.host.length)[0];
}

/** A star stands for one label, and at the beginning for one or more. */
function isHost(known: readonly string[], labels: readonly string[]): boolean {
  const isOpen = known[0] === "*";
  if (isOpen ? labels.length < known.length : labels.length !== known.length) return false;
  const end = labels.slice(-known.length);
  return known.every((label, index) => label === "*" || label === end[index]);
}
