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

export interface OpenQuestions {
  /** How many were put in all. */
  put: number;
  /** How many of them have no answer yet, and keep this process alive. */
  readonly open: number;
  stop(): void;
}

/** Watches questions to DNS by a resolver of Node's, from when they are put to when they have ended. */
export function watchQuestions(): OpenQuestions {
  const open = new Set<number>();
  const hook = createHook({
    init(id, type) {
      if (type !== "QUERYWRAP") return;
      watch.put += 1;
      open.add(id);
    },
    before: (id) => void open.delete(id),
  });
  hook.enable();
  const watch = {
    put: 0,
    get open() {
      return open.size;
    },
    stop: () => void hook.disable(),
  };
  return watch;
}
