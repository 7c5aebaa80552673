import { present } from "../../base/present.js";
import { RETRY_AFTER_MS, retryWithin } from "../page/second-try.js";
import type { EntryFacts, EntryOutcome, SettledBy, Unanswered } from "../page/types.js";
import { REMEMBER_MS, WORK_MS } from "../page/work.js";

/** From the opening on, in milliseconds. */
export const VALID_MS = 15 * 60_000;
/** Work without an outcome by then is abandoned: its replica is gone. */
const LEASE_MS = WORK_MS + 30_000;

/** Who asks, as the operator has it shown. */
export interface Asker {
  name?: string;
  note?: string;
}

/** One entry, as replicas hand it on. Nothing in it is a secret but the address, and no password is ever. */
export interface PageRecord {
  tenant: string;
  agentId: string;
  facts: EntryFacts;
  /** What the caller wrote: see `EntryRequest.words`. */
  words: readonly string[];
  /** The work to do with the password: data, for whichever replica gets it. */
  job: unknown;
  asker: Asker;
  /** Since the epoch, in milliseconds. */
  validUntil: number;
  /** The name under which its short form is kept. */
  code: string;
  /** A keyed hash of what the one browser has as its cookie; absent: it has not been opened. */
  browser?: string;
  tries: number;
  /** Of the settings that the last try has stored: with it any replica can tell whether others have stored since. */
  mark?: string;
  /** See `EntryRequest.endsWhenRegistered`. */
  endsWhenRegistered?: boolean;
  phase: PagePhase;
}

type PagePhase =
  | { is: "waiting"; failure?: EntryOutcome; retryAt?: number }
  | { is: "working"; claim: string; until: number; stored?: true }
  | { is: "ended"; how: PageEnd; at: number; outcome?: EntryOutcome };

export type PageEnd = "finished" | "failed" | Unanswered;

/** Its replica has gone while it worked. */
const GONE: EntryOutcome = {
  result: "error",
  details: [
    "The server that took the password ended before the outcome was known. The password may be stored, or not; it is kept nowhere to try again. The assistant can look at the agent's status.",
  ],
};

/** The record as it is now: time ends entries without anybody who does. Pure. */
export function asOf(record: PageRecord, now: number): PageRecord {
  const { phase, validUntil } = record;
  if (phase.is === "waiting" && now >= validUntil) return ended(record, "expired", validUntil);
  if (phase.is === "working" && now >= phase.until) return ended(record, "failed", phase.until, GONE);
  return record;
}

/** An end without a password that has been tried; after a failed try the end is that of the try. */
export function ended(
  record: PageRecord,
  how: PageEnd,
  at: number,
  outcome: EntryOutcome | undefined = failureOf(record),
): PageRecord {
  const isItsOwn = outcome === undefined || isSettled(how);
  const tried = isItsOwn ? how : outcome.result === "error" ? "failed" : "finished";
  return { ...record, phase: { is: "ended", how: tried, at, ...present({ outcome }) } };
}

/** Whether it ended since no password is needed any more. */
export function isSettled(how: PageEnd): how is SettledBy {
  return how === "registered" || how === "stored";
}

/** An entry that waits in vain; `undefined` if it does not wait, or if that is known already. */
export function settledBy(record: PageRecord, why: SettledBy, at: number): PageRecord | undefined {
  if (record.phase.is !== "waiting") return undefined;
  // After a failed try, registered is news whatever it was before.
  const counts = why === "stored" || failureOf(record) !== undefined || record.endsWhenRegistered === true;
  return counts ? ended(record, why, at) : undefined;
}

function failureOf({ phase }: PageRecord): EntryOutcome | undefined {
  return phase.is === "waiting" ? phase.failure : undefined;
}

/** A replica claims it for work; `undefined` if it cannot. */
export function claimed(record: PageRecord, claim: string, now: number): PageRecord | undefined {
  const { phase } = record;
  if (phase.is !== "waiting" || now < (phase.retryAt ?? 0)) return undefined;
  return { ...record, tries: record.tries + 1, phase: { is: "working", claim, until: now + LEASE_MS } };
}

/** The outcome of the work: its end, or one more try. `mark`: of what it has stored. */
export function settled(before: PageRecord, outcome: EntryOutcome, now: number, mark?: string): PageRecord {
  const record = { ...before, ...present({ mark }) };
  const left = retryWithin(outcome, record.tries, record.validUntil - now);
  if (left === undefined) return ended(record, "finished", now, outcome);
  const phase: PagePhase = { is: "waiting", failure: outcome, retryAt: now + RETRY_AFTER_MS };
  return { ...record, validUntil: now + left, phase };
}

/** How long it has to be kept, in milliseconds. */
export function keptFor({ phase, validUntil }: PageRecord, now: number): number {
  const until = phase.is === "ended" ? phase.at : phase.is === "working" ? phase.until : validUntil;
  return Math.max(1_000, until + REMEMBER_MS - now);
}
