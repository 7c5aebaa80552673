import type { RegistrationState, RegistrationStatus } from "../../telzino/types.js";
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

/** `Waiting for the PBX's answer, 3 s of 25: REGISTER sent, no answer yet`. */
export function waitWords(what: string, { status, elapsed, seconds }: WaitProgress): string {
  return `Waiting for ${what}, ${Math.round(elapsed / 1_000)} s of ${seconds}: ${stateWords(status)}`;
}

/** Progress is reported before the secrets to redact are known, so a state that others have named is left out. */
function stateWords({ state }: WaitProgress["status"]): string {
  return typeof state === "string" ? SHORT[state] : "a state that this program does not know";
}

/** For a line that a person reads while it changes. */
const SHORT: Readonly<Record<RegistrationState, string>> = {
  NOT_FOUND: "unknown to the platform",
  NOT_REGISTERED_STATE: "no REGISTER sent",
  REGISTERING_STATE: "REGISTER sent, no answer yet",
  AUTHENTICATING_STATE: "credentials sent, no answer yet",
  REGISTERED_STATE: "registered",
  REGISTER_TIMEOUT_STATE: "nothing answered the REGISTER",
  INTERNAL_ERROR_STATE: "REGISTER not sent, or its answer not usable",
  WRONG_CREDENTIALS_STATE: "credentials not accepted",
  REGISTRAR_ERROR_STATE: "REGISTER refused",
  UNREGISTERING_STATE: "un-REGISTER sent, no answer yet",
  AUTHENTICATING_UNREGISTER_STATE: "un-REGISTER sent with credentials, no answer yet",
};

/** Tells the client of a wait, in seconds; of a status that is read once there is nothing to tell. */
export function tellWait(call: CallContext, what: string, wait: WaitProgress): void {
  if (wait.seconds > 0)
    call.progress(waitWords(what, wait), Math.round(wait.elapsed / 100) / 10, wait.seconds);
}
