import type { RegistrationStatus } from "../../telzino/types.js";
import type { CallContext } from "./context.js";

/** What a wait is for, as it is told to the client. */
export const ANSWER = "the PBX's answer";

export const NEXT_TRY = "the platform's next try";

export interface WaitProgress {
  /** The newest one. */
  status: Pick<RegistrationStatus, "state">;
  /** Milliseconds. */
  elapsed: number;
  /** The whole wait. */
  seconds: number;
}

/** `Waiting for the PBX's answer, 3 s of 25: REGISTERING_STATE`. */
export function waitWords(what: string, { status, elapsed, seconds }: WaitProgress): string {
  return `Waiting for ${what}, ${Math.round(elapsed / 1_000)} s of ${seconds}: ${knownState(status)}`;
}

/** Progress is reported before the secrets to redact are known, so a state that others have named is left out. */
function knownState({ state }: WaitProgress["status"]): string {
  return typeof state === "string" ? state : "a state that this program does not know";
}

/** Tells the client of a wait, in seconds; of a status that is read once there is nothing to tell. */
export function tellWait(call: CallContext, what: string, wait: WaitProgress): void {
  if (wait.seconds > 0)
    call.progress(waitWords(what, wait), Math.round(wait.elapsed / 100) / 10, wait.seconds);
}
