import { z } from "zod";
import { present } from "../base/present.js";
import { apiToken } from "./api-text.js";
import type { CallLog } from "./types.js";
import { readList } from "./wire.js";
import { identifier, isObject, nested, numeric, textField, time } from "./wire-values.js";

const callOnWire = z.object({
  id: identifier,
  room_name: textField(200),
  call_started_at: time,
  call_ended_at: time,
  call_duration: numeric,
  session_data: nested,
});

/** The calls of `GET …/call-logs`, a hundred at most: ids, times, durations and a masked caller. What was said stays behind. */
export function readCallLogs(answer: unknown): CallLog[] | undefined {
  return readList(answer, "call_logs")
    ?.entries.map(readCallLog)
    .filter((call) => call !== undefined);
}

function readCallLog(value: unknown): CallLog | undefined {
  const call = callOnWire.safeParse(value).data;
  if (call?.id === undefined) return undefined;
  const caller = isObject(call.session_data) ? call.session_data.caller_id : undefined;
  const duration = call.call_duration;
  return {
    id: call.id,
    ...present({
      roomName: call.room_name && apiToken(maskNumbers(call.room_name.unwrap())),
      startedAt: call.call_started_at,
      endedAt: call.call_ended_at,
      durationSeconds: duration !== undefined && duration >= 0 ? duration : undefined,
      maskedCaller: maskCaller(caller),
    }),
  };
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
