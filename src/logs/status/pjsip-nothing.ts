import { present } from "../../base/present.js";
import type { LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** `pjsip show contacts` or `aor` without a result: "No objects found." below the command. */
export function readPjsipNothing(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => line.includes("No objects found"))) return { events, lines: used };
  let asked: { readonly at: number; readonly user?: string } | undefined;
  for (const [index, line] of lines.entries()) {
    const command = /\bpjsip show (contacts?|aors?|registrations?)(?: (?:like )?([\w.-]{1,64}))?/.exec(line);
    if (command) {
      const [, what = "", user] = command;
      asked = what.startsWith("reg") ? undefined : { at: index, ...present({ user }) };
      used.add(index);
    } else if (/^\s{0,8}No objects found\./.test(line) && asked && index - asked.at < 8) {
      used.add(index);
      events.push({
        dialect: "asterisk",
        kind: "not-registered",
        line: index + 1,
        ...present({ user: asked.user }),
      });
    }
  }
  return { events, lines: used };
}
