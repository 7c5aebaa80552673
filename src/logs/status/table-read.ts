import type { LogEvent } from "../event.js";

/** What a table of several lines an entry tells, and the lines that it takes up. */
export interface TableRead {
  readonly events: readonly LogEvent[];
  /** Indexes of the lines. */
  readonly lines: ReadonlySet<number>;
}

/** What a table written as JSON has around its fields: brackets, names of lists and objects, counts of the answer. */
const JSON_FRAME =
  /^\s{0,40}(?:"[\w-]{1,20}":\s{0,4})?(?:[{}[\],\s]{1,12}|"2\.0",?|\d{1,12},?|"location",?|\{ {0,2}"Records":[^}]{1,80}\})$/;

/** Adds lines of the JSON around fields that were read. */
export function withJsonFrame(lines: readonly string[], used: Set<number>): void {
  for (const [index, line] of lines.entries()) if (JSON_FRAME.test(line)) used.add(index);
}
