import { z } from "zod";
import { present } from "../base/present.js";
import { apiToken } from "./api-text.js";
import { countEntries } from "./call-entries.js";
import type { CallLog, CallLogPage } from "./types.js";
import { readList, readPosition } from "./wire.js";
import { identifier, nested, numeric, textField, time } from "./wire-values.js";

const callOnWire = z.object({
  id: identifier,
  room_name: textField(200),
  call_started_at: time,
  call_ended_at: time,
  call_duration: numeric,
  transcript_json: z.unknown().optional(),
  entry_count: numeric,
  session_data: nested,
});

/**
 * A page of `GET …/call-logs`, a hundred calls at most: ids, times, durations, a masked caller, and how many entries each side
 * has. What was said stays behind.
 */
export function readCallLogs(
  answer: unknown,
  asked: { page?: number; limit?: number } = {},
): CallLogPage | undefined {
  const list = readList(answer, "call_logs");
  if (list === undefined) return undefined;
  const { page, totalPages, total, limit, hasNext } = readPosition(answer, asked, list.count);
  const pages = totalPages ?? (total === undefined ? undefined : Math.ceil(total / limit));
  const calls = list.entries.map(readCallLog).filter((call) => call !== undefined);
  return { calls, page, hasNext, ...present({ totalPages: pages }) };
}

function readCallLog(value: unknown): CallLog | undefined {
  const call = callOnWire.safeParse(value).data;
  if (call?.id === undefined) return undefined;
  const { call_duration: duration, session_data: session = {}, room_name: room } = call;
  const counted = [call.entry_count, numeric.safeParse(session.total_entries).data];
  return {
    id: call.id,
    ...present({
      roomName: room && apiToken(maskNumbers(room.unwrap())),
      overSip: room && isSipRoom(room.unwrap()),
      startedAt: call.call_started_at ?? startOfRoom(room?.unwrap()),
      endedAt: call.call_ended_at,
      durationSeconds: duration !== undefined && duration >= 0 ? duration : undefined,
      maskedCaller: maskCaller(session.caller_id),
      entries: countEntries(call.transcript_json, counted),
    }),
  };
}

function isSipRoom(name: string): boolean {
  return /^sipRoom-/i.test(name);
}

/** `sipRoom-_<agent id>_<unix seconds>`. */
function startOfRoom(name = ""): Date | undefined {
  const seconds = isSipRoom(name) ? /_(\d{10})$/.exec(name)?.[1] : undefined;
  return seconds === undefined ? undefined : new Date(Number(seconds) * 1_000);
}

const KEPT_DIGITS = 2;
const LONGEST_NUMBER = 15;

/**
 * A caller with all but the last two digits masked: `+*********67`. Takes numbers, SIP and tel URIs, and
 * name-addr; a name is never shown.
 */
export function maskCaller(caller: unknown): string | undefined {
  if (typeof caller !== "string" && typeof caller !== "number") return undefined;
  const text = String(caller).trim();
  if (text === "") return undefined;
  const open = text.indexOf("<");
  const close = open < 0 ? -1 : text.indexOf(">", open);
  const address = close < 0 ? text : text.slice(open + 1, close);
  const user = address.replace(/^(?:sips?|tel):/i, "").replace(/[@;?].*/s, "");
  const digits = user.replace(/[^0-9]/g, "").slice(-LONGEST_NUMBER);
  return digits === "" ? "***" : `${user.startsWith("+") ? "+" : ""}${masked(digits)}`;
}

function masked(digits: string): string {
  const kept = digits.length > KEPT_DIGITS ? digits.slice(-KEPT_DIGITS) : "";
  return kept.padStart(digits.length, "*");
}

/** Room names may be made of the caller's number; runs of digits within a word (a UUID) are none. */
function maskNumbers(name: string): string {
  return name.replace(/(?<![0-9A-Za-z])\+?\d{7,15}(?![0-9A-Za-z])/g, (number) => maskCaller(number) ?? "");
}
