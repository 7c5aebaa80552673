import type { HttpSettings } from "../../config/http.js";
import type { ShareHolder } from "../../tools/core/context.js";
import type { Caller } from "../types.js";

/** How much may run concurrently. */
export type ShareSizes = Readonly<Record<ShareHolder, number>>;

/** Whose share is looked at first: what a caller hears is about its own calls where they are too many. */
const HOLDERS = ["caller", "tenant", "server"] as const satisfies readonly ShareHolder[];

/**
 * Divides a number of places: half of them for one tenant, a quarter for one caller, so none can take them
 * all. If there can be no other tenant or caller, there is no division.
 */
export function shareSizes(
  total: number,
  { tenantsFile, noAuth }: Pick<HttpSettings, "tenantsFile" | "noAuth">,
): ShareSizes {
  const part = (divisor: number) => Math.max(1, Math.floor(total / divisor));
  return {
    server: total,
    tenant: tenantsFile === undefined ? total : part(2),
    caller: noAuth ? total : part(4),
  };
}

/** Counts what is under way, of each caller, of each tenant, and in all. */
export class Shares {
  readonly #sizes: ShareSizes;
  /** What is not under way has no entry. */
  readonly #counts = new Map<string, number>();

  constructor(sizes: ShareSizes) {
    this.#sizes = sizes;
  }

  get count(): number {
    return this.#counts.get(ALL) ?? 0;
  }

  /** @returns how to give it back, once; or whose share is used up, and then nothing was taken. */
  take(caller: Caller): (() => void) | ShareHolder {
    const keys = keysOf(caller);
    const full = HOLDERS.find((holder) => (this.#counts.get(keys[holder]) ?? 0) >= this.#sizes[holder]);
    if (full !== undefined) return full;
    for (const holder of HOLDERS) this.#add(keys[holder], 1);
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      for (const holder of HOLDERS) this.#add(keys[holder], -1);
    };
  }

  #add(key: string, more: number): void {
    const count = (this.#counts.get(key) ?? 0) + more;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

const ALL = "";

/** By name: a tenant whose settings were changed is still the same one. */
function keysOf({ tenant: { name }, principal }: Caller): Readonly<Record<ShareHolder, string>> {
  return { server: ALL, tenant: JSON.stringify([name]), caller: JSON.stringify([name, principal]) };
}
