import type { Logger } from "../../base/log.js";
import { type Clock, systemClock } from "../page/clock.js";
import { PageAddresses } from "./address.js";
import { PageEntries } from "./entries.js";
import { PageHandler } from "./handler.js";
import type { PageKeys } from "./keys.js";
import { HostedPages, type HostedPagesOptions } from "./pages.js";
import type { PageStore } from "./store.js";
import { PageTries } from "./tries.js";

export interface OpenHostedPagesOptions extends Pick<HostedPagesOptions, "tenantOf"> {
  publicUrl: URL;
  keys: PageKeys;
  store: PageStore;
  log: Logger;
  clock?: Clock;
}

/** The pages of a server that others reach, over what its replicas share or what this process has. */
export function openHostedPages({
  publicUrl,
  keys,
  store,
  log,
  tenantOf,
  clock = systemClock,
}: OpenHostedPagesOptions): { pages: HostedPages; handler: PageHandler } {
  const addresses = new PageAddresses(publicUrl);
  const entries = new PageEntries({ store, keys, clock });
  const tries = new PageTries({ store, keys });
  const pages = new HostedPages({ entries, addresses, clock, tenantOf });
  return { pages, handler: new PageHandler({ pages, tries, keys, addresses, clock, log }) };
}
