import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

const WELL_FORMED = /^[\w.:-]{1,64}$/;

/** The caller's own id of a request if it is safe in a log and in a header; otherwise a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === "string" && WELL_FORMED.test(given) ? given : randomUUID();
}

const current = new AsyncLocalStorage<string>();

/** Everything that `run` does, and what it waits for, belongs to that request. */
export function withinRequest<Result>(id: string, run: () => Result): Result {
  return current.run(id, run);
}

/** Of the current request, so a log line can name it. */
export function currentRequestId(): string | undefined {
  return current.getStore();
}
