import { randomUUID } from "node:crypto";

const WELL_FORMED = /^[\w.:-]{1,64}$/;

/** The caller's own id of a request where it can stand in a log and in a header as it is; else a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === "string" && WELL_FORMED.test(given) ? given : randomUUID();
}
