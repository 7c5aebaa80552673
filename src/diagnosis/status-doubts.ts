import { span } from "../base/words.js";
import { stateFacts } from "../registration/states.js";
import type { RegistrationStatus } from "../telzino/types.js";

/** So far ahead of this clock a time still counts as now, in milliseconds. */
const AHEAD_MS = 2_000;

/** Words of a message that fits an existing registration; any other word means something else. */
const SOUND: ReadonlySet<string> = new Set(
  "successfully successful success succeeded registered registration register state ok okay 200 active none null is the agent extension completed complete".split(
    " ",
  ),
);

/** What in a status of REGISTERED speaks against it by itself: `stateCode 6`; `undefined` where nothing does. Pure. */
export function contradiction(status: RegistrationStatus): string | undefined {
  const { state, stateCode, isRegistered, enabled, message } = status;
  if (isRegistered === false) return "isRegistered false";
  if (enabled === false) return "enabled no";
  const { code } = stateFacts(state);
  if (code !== undefined && stateCode !== undefined && stateCode !== code) {
    return `stateCode ${stateCode}, where that state has ${code}`;
  }
  return message === undefined || isSound(message.unwrap()) ? undefined : `the message ${message}`;
}

function isSound(message: string): boolean {
  const words =
    message
      .toLowerCase()
      .replaceAll("no error", "")
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.every((word) => word.split("_").every((part) => SOUND.has(part)));
}

/** Why the registration behind a status of REGISTERED may have ended since, or `undefined`. Pure. */
export function ranOut(status: RegistrationStatus, now: Date): string | undefined {
  const { lastRegisterSent, registrationTimeoutSeconds: granted } = status;
  if (granted === undefined) return undefined;
  if (granted <= 0) return `with a registration timeout of ${granted} s`;
  const since = lastRegisterSent === undefined ? undefined : now.getTime() - lastRegisterSent.getTime();
  return since !== undefined && since >= granted * 1_000
    ? `and its registration timeout of ${granted} s has run out since`
    : undefined;
}

/** The time of the last REGISTER, if it is ahead of this clock, as words: `5 min`. Pure. */
export function ahead({ lastRegisterSent }: RegistrationStatus, now: Date): string | undefined {
  const ms = lastRegisterSent === undefined ? 0 : lastRegisterSent.getTime() - now.getTime();
  return ms > AHEAD_MS ? span(ms) : undefined;
}
