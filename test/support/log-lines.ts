import { readLog as read } from "../../src/logs/read-log.js";
import { plain } from "./plain.js";

/** A line of a log, what it says, and the finding that it leads to. `""`: understood, and says nothing by itself. */
export type LogRow = readonly [line: string, says: string, finding?: string];

/** What a log says, with its texts as they are told. */
export function readLog(...given: Parameters<typeof read>): ReturnType<typeof read> {
  return plain(read(...given));
}

/** What the reader makes of one line alone, in the form of a row's right side. */
export function explained(line: string): { says: string | undefined; finding: string | undefined } {
  const { events, findings, unknown } = readLog(line);
  const [event] = events;
  return { says: unknown > 0 ? undefined : (event?.text ?? ""), finding: findings[0]?.id };
}

/** The right side of a row, to compare with `explained`. */
export function expected([, says, finding]: LogRow): ReturnType<typeof explained> {
  return { says, finding };
}
