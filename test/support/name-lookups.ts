import { createHook } from "node:async_hooks";

/** What async_hooks shows of a call of getaddrinfo. */
interface LookupRequest {
  readonly hostname?: string;
}

export interface NameLookups {
  /** Names that this process has given to getaddrinfo meanwhile, by whatever way, in their order. */
  readonly names: string[];
  stop(): void;
}

/** Watches getaddrinfo itself: whoever calls it is seen, also a socket that is given a host name. */
export function watchNameLookups(): NameLookups {
  const names: string[] = [];
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === "GETADDRINFOREQWRAP") names.push((resource as LookupRequest).hostname ?? "?");
    },
  });
  hook.enable();
  return { names, stop: () => void hook.disable() };
}
