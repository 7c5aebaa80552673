import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

const WELL_FORMED = /^[\w.:-]{1,64}$/;

/** The caller's own id of a request where it can stand in a log and in a header as it is; else a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === "string" && WELL_FORMED.test(given) ? given : randomUUID();
}

const current = new AsyncLocalStorage<string>();

/** Everything that `run` does, and what it waits for, belongs to that request. */
export function withinRequest<Result>(id: string, run: () => Result): Result {
  return current.run(id, run);
}

/** Of the request that is being carried out, so that a line of the log tells which. */
export function currentRequestId(): string | undefined {
  return current.getStore();
}
