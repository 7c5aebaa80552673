import type { LogEvent } from "../event.js";

/** What a table of several lines an entry tells, and the lines that it takes up. */
export interface TableRead {
  readonly events: readonly LogEvent[];
  /** Indexes of the lines. */
  readonly lines: ReadonlySet<number>;
}
