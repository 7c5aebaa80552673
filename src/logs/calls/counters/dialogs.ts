import type { Counted } from "./counted.js";

/** Calls that a proxy keeps: `kamcmd dlg.list`, `opensips-cli -x mi dlg_list`. */

const IDENTITY = /^\s{0,40}"?(?:call-id|callid)"?\s{0,2}:{1,2}\s{0,4}"?\S/i;
const FIELD =
  /^\s{0,40}"?(?:h_entry|h_id|from_uri|to_uri|state|start_ts|init_ts|end_ts|timeout|lifetime|timestart|datestart|caller(?:_\w{1,20})?|callee(?:_\w{1,20})?|dflags|sflags|toroute|ref|user_flags|db_id)"?\s{0,2}:/;
const STATE = /^\s{0,40}"?state"?\s{0,2}:\s{0,4}"?(?<state>[1-5])\b/;
/** Answered, and no ACK has come (dlg_hash.h of both). */
const WITHOUT_ACK = "3";

export function readDialogs(lines: readonly string[]): Counted {
  const used = new Set<number>();
  const states: { line: number; state: string }[] = [];
  if (!lines.some((line) => line.includes("from_uri"))) return { facts: [], events: [], lines: used };
  for (const [index, line] of lines.entries()) {
    if (!IDENTITY.test(line) && !FIELD.test(line)) continue;
    used.add(index);
    const state = STATE.exec(line)?.groups?.state;
    if (state !== undefined) states.push({ line: index + 1, state });
  }
  const open = states.filter(({ state }) => state === WITHOUT_ACK);
  const [first] = open;
  return {
    facts:
      first === undefined
        ? []
        : [
            {
              id: "ack-lost",
              line: first.line,
              users: [],
              seen: `the proxy has ${open.length} of ${states.length} calls answered and without an ACK (state 3)`,
              // It is so for a moment in every call.
              confidence: open.length > 1 ? "medium" : "low",
              ...(open.length > 1 ? {} : { severity: "warning" as const }),
            },
          ],
    events: states.map(({ line, state }) => ({
      ...({ dialect: "kamailio", kind: "call-progress", line } as const),
      detail: STATES.get(state) ?? state,
    })),
    lines: used,
  };
}

const STATES: ReadonlyMap<string, string> = new Map([
  ["1", "begun"],
  ["2", "rings"],
  [WITHOUT_ACK, "answered, without an ACK so far"],
  ["4", "answered and acknowledged"],
  ["5", "over"],
]);
