import { present } from "../../base/present.js";
import { counted } from "../../base/words.js";
import type { CallLog, SpokenEntries } from "../../telzino/types.js";

/** One call, of as many entries of the log as there are of it. */
export interface LoggedCall extends Omit<CallLog, "id" | "roomName" | "durationSeconds"> {
  readonly ids: readonly string[];
  /** From the answer to the end; absent where the log does not tell. */
  readonly seconds?: number;
}

/** The calls of some entries: one that is listed twice is one call, and the entry that says more counts. Pure. */
export function callsOf(entries: readonly CallLog[]): LoggedCall[] {
  const calls: LoggedCall[] = [];
  for (const entry of entries) {
    const call = callOf(entry);
    const at = calls.findIndex((other) => isSame(other, call));
    const other = calls[at];
    if (other === undefined) calls.push(call);
    else calls[at] = merged(other, call);
  }
  return calls;
}

function callOf({ id, roomName: _, durationSeconds, ...entry }: CallLog): LoggedCall {
  const { startedAt, endedAt } = entry;
  const between = startedAt && endedAt && (endedAt.getTime() - startedAt.getTime()) / 1_000;
  const seconds =
    durationSeconds || (between !== undefined && between >= 0 ? Math.round(between) : undefined);
  return { ...entry, ids: [id], ...present({ seconds }) };
}

/** Two entries are of one call by their id, or where start and caller are the same. */
function isSame(one: LoggedCall, other: LoggedCall): boolean {
  if (one.ids.some((id) => other.ids.includes(id))) return true;
  const start = one.startedAt?.getTime();
  return (
    start !== undefined && start === other.startedAt?.getTime() && one.maskedCaller === other.maskedCaller
  );
}

function merged(one: LoggedCall, other: LoggedCall): LoggedCall {
  return {
    ids: [...new Set([...one.ids, ...other.ids])],
    ...present({
      overSip: one.overSip ?? other.overSip,
      startedAt: one.startedAt ?? other.startedAt,
      endedAt: later(one.endedAt, other.endedAt),
      seconds: most(one.seconds, other.seconds),
      maskedCaller: one.maskedCaller ?? other.maskedCaller,
      entries: more(one.entries, other.entries),
    }),
  };
}

function later(one: Date | undefined, other: Date | undefined): Date | undefined {
  return one && other ? new Date(Math.max(one.getTime(), other.getTime())) : (one ?? other);
}

function most(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

function more(one: SpokenEntries | undefined, other: SpokenEntries | undefined): SpokenEntries | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const count = (side: keyof SpokenEntries) => Math.max(one[side], other[side]);
  return { agent: count("agent"), caller: count("caller"), unknown: count("unknown") };
}

/** Whose call it is, among the new ones. */
export interface Choice {
  readonly call?: LoggedCall;
  /** New calls that it was not. */
  readonly others: readonly LoggedCall[];
  /** `others` could be the one as well. */
  readonly ambiguous: boolean;
  /** The number from which the person calls is none of theirs. */
  readonly fromNone?: true;
}

/**
 * The person's call among new ones: over SIP, from their number where that is given, and the newest where one caller has
 * made them all. Pure.
 *
 * @param from digits of the number; of what the log tells only the last two are compared, since no more is kept.
 */
export function chooseCall(calls: readonly LoggedCall[], from: string | undefined): Choice {
  const sorted = [...calls].sort((one, other) => startOf(other) - startOf(one));
  const overSip = sorted.filter((call) => call.overSip !== false);
  const theirs = overSip.filter((call) => from === undefined || endsAlike(call.maskedCaller, from));
  const fromNone = theirs.length === 0 && overSip.length > 0;
  const pool = fromNone ? overSip : theirs;
  const [call] = pool;
  const callers = new Set(pool.map(({ maskedCaller }) => maskedCaller));
  const oneCaller = callers.size <= 1 && isNumber(call?.maskedCaller);
  return {
    ...present({ call }),
    others: sorted.filter((each) => each !== call),
    ambiguous: pool.length > 1 && !oneCaller,
    ...(fromNone ? { fromNone } : {}),
  };
}

function startOf({ startedAt }: LoggedCall): number {
  return startedAt?.getTime() ?? 0;
}

function isNumber(masked = ""): boolean {
  return /\d/.test(masked);
}

/** The log's numbers are masked but for their last two digits. */
function endsAlike(masked: string | undefined, from: string): boolean {
  const shown = masked?.slice(-2) ?? "";
  return /^\d\d$/.test(shown) && from.endsWith(shown);
}

/** `1 entry`, `3 entries`. */
export function entryCount(count = 0): string {
  return counted(count, "entry", "entries");
}
