import { HOSTS } from "./catalogue.js";
import type { KnownHost } from "./types.js";

/** More than a host name can have. */
const MAX_HOST = 260;

/** What the catalogue knows of a host by its name: the longest entry that fits it, `undefined` where none does. Pure. */
export function knownHost(host: string | undefined): KnownHost | undefined {
  if (host === undefined || host.length > MAX_HOST) return undefined;
  const name = host.toLowerCase().replace(/\.$/, "");
  const fitting = HOSTS.filter(({ host: known }) =>
    known.startsWith("*.") ? name.endsWith(known.slice(1)) : name === known,
  );
  return fitting.toSorted((one, other) => other.host.length - one.host.length)[0];
}
