import { createHash } from "node:crypto";
import type { StoredRegistration } from "../../telzino/types.js";
import { settingsText } from "../core/call-proof.js";
import type { LoggedCall } from "../core/logged-calls.js";

/** From when on a call is a new one. It goes to the caller and comes back, so the server keeps nothing about a watch. */
export interface Since {
  /** When the watch began: by the API's clock, or by this machine's. */
  readonly began: Date;
  /**
   * Only by this machine's clock, which may differ: then a call counts also if it began after all that were there
   * (0: there was none).
   */
  readonly newestBefore?: Date;
  /** Of calls that began shortly before it, or at no known time, and were in the log then. */
  readonly known: ReadonlySet<string>;
  /** Of the settings that were stored then. */
  readonly settings: string;
  /** It looks at calls from before it began: which settings were stored then is not known. */
  readonly looksBack: boolean;
}

/** A person may have rung before they were asked to, and clocks tick apart. Milliseconds. */
const EARLY_MS = 120_000;
const MAX_KNOWN = 40;

/**
 * @param back a call counts that began so many milliseconds before: the person has called already.
 * @param clock the API's, if it gives the time.
 */
export function sinceNow(
  calls: readonly LoggedCall[],
  { clock, back, stored }: { clock: Date | undefined; back: number; stored: Stored },
): Since {
  const began = new Date((clock ?? new Date()).getTime() - back);
  const isRecent = ({ startedAt }: LoggedCall) =>
    clock === undefined || (startedAt?.getTime() ?? 0) >= earliest(began);
  // One that is under way is what is watched for: the person who was asked to ring may have been quick.
  const isOld = (call: LoggedCall) =>
    call.startedAt === undefined || (back === 0 && isRecent(call) && call.endedAt !== undefined);
  const newest = Math.max(0, ...calls.map(({ startedAt }) => startedAt?.getTime() ?? 0));
  const known = calls.filter(isOld).flatMap(({ ids }) => ids.map(digest));
  return {
    began,
    ...(clock === undefined && back === 0 ? { newestBefore: new Date(newest) } : {}),
    known: new Set(known.slice(0, MAX_KNOWN)),
    settings: markOf(stored),
    looksBack: back > 0,
  };
}

function earliest(began: Date): number {
  return began.getTime() - EARLY_MS;
}

/** Whether a call has come since. Pure. */
export function isSince({ began, newestBefore, known }: Since, { ids, startedAt }: LoggedCall): boolean {
  if (ids.some((id) => known.has(digest(id)))) return false;
  if (startedAt === undefined || startedAt.getTime() >= earliest(began)) return true;
  return newestBefore !== undefined && startedAt > newestBefore;
}

/** Begins after the log was read, by more than clocks tick apart: it is not a call that someone has made. */
export function isAhead({ startedAt }: LoggedCall, readAt: Date | undefined): boolean {
  return startedAt !== undefined && readAt !== undefined && startedAt.getTime() > readAt.getTime() + EARLY_MS;
}

type Stored = StoredRegistration | null | undefined;

/** Tells settings apart. Without the password: it is shown to the caller. */
export function markOf(stored: Stored): string {
  return stored ? digest(settingsText(stored)) : "none";
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

const SECONDS = 1_000;

/** From now on, or looking back; a new form has a new name. */
const KINDS = ["w1", "b1"] as const;

/** `w1.<began>.<newest before, or ->.<settings>.<known>…`, times in seconds to the base of 36. */
export function writeSince({ began, newestBefore, settings, known, looksBack }: Since): string {
  const newest = newestBefore === undefined ? "-" : written(newestBefore);
  return [KINDS[looksBack ? 1 : 0], written(began), newest, settings, ...known].join(".");
}

/** `undefined` for what is none. */
export function readSince(text: string): Since | undefined {
  const [kind, began, newest, settings = "", ...known] = text.trim().split(".");
  const start = read(began);
  const before = newest === "-" ? undefined : read(newest);
  if (!KINDS.some((each) => each === kind) || start === undefined || (newest !== "-" && before === undefined))
    return undefined;
  if (
    ![settings, ...known].every((each) => /^(?:[0-9a-f]{8}|none)$/.test(each)) ||
    known.length > MAX_KNOWN
  ) {
    return undefined;
  }
  return {
    ...{ began: start, settings, known: new Set(known), looksBack: kind === "b1" },
    ...(before ? { newestBefore: before } : {}),
  };
}

function written(date: Date): string {
  return Math.floor(date.getTime() / SECONDS).toString(36);
}

function read(text = ""): Date | undefined {
  return /^[0-9a-z]{1,7}$/.test(text) ? new Date(Number.parseInt(text, 36) * SECONDS) : undefined;
}
