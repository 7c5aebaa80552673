import { type RegistrantProfile, TIMER_INTERVAL } from "./registrant-profile.js";

/**
 * The states of OpenSIPS's `uac_registrant` module (registrant.c), which the API shows, and what leads from
 * one to the next. Pure: SIP outcomes in, states and what to do next out.
 */
export const STATE_CODES = {
  NOT_REGISTERED_STATE: 0,
  REGISTERING_STATE: 1,
  AUTHENTICATING_STATE: 2,
  REGISTERED_STATE: 3,
  REGISTER_TIMEOUT_STATE: 4,
  INTERNAL_ERROR_STATE: 5,
  WRONG_CREDENTIALS_STATE: 6,
  REGISTRAR_ERROR_STATE: 7,
  UNREGISTERING_STATE: 8,
  AUTHENTICATING_UNREGISTER_STATE: 9,
  /** The API's own: the registrant has no such record. */
  NOT_FOUND: 0,
} as const;

export type RegistrantState = Exclude<keyof typeof STATE_CODES, "NOT_FOUND">;

/** `errorMessage` of a status. Only that of REGISTERED_STATE is documented. */
export const STATE_WORDS: Readonly<Record<keyof typeof STATE_CODES, string>> = {
  NOT_REGISTERED_STATE: "Not registered: no REGISTER sent yet",
  REGISTERING_STATE: "Registering: waiting for a reply",
  AUTHENTICATING_STATE: "Authenticating: waiting for a reply",
  REGISTERED_STATE: "Successfully registered",
  REGISTER_TIMEOUT_STATE: "Registration timed out: no reply from the registrar",
  INTERNAL_ERROR_STATE: "Internal error while processing the registration",
  WRONG_CREDENTIALS_STATE: "Wrong credentials: rejected by the registrar",
  REGISTRAR_ERROR_STATE: "Error reply from the registrar",
  UNREGISTERING_STATE: "Unregistering: waiting for a reply",
  AUTHENTICATING_UNREGISTER_STATE: "Authenticating to unregister: waiting for a reply",
  NOT_FOUND: "Registration not found in OpenSIPS",
};

/** States in which a request is under way: with or without credentials, to register or to un-register. */
export type PendingState =
  | "REGISTERING_STATE"
  | "AUTHENTICATING_STATE"
  | "UNREGISTERING_STATE"
  | "AUTHENTICATING_UNREGISTER_STATE";

/** The outcome of one REGISTER. */
export type RegisterEvent =
  | {
      readonly kind: "response";
      /** Final, 200 to 699. */
      readonly status: number;
      readonly hasContact: boolean;
      /** Whether the first challenge of a 401 or 407 can be answered; no other is looked at. */
      readonly answerable: boolean;
      /** Seconds of Min-Expires. */
      readonly minExpires?: number;
    }
  /** No final answer in time, whatever the cause: silence, a refused connection, a failed handshake, no route. */
  | { readonly kind: "timeout" };

export type Move =
  | {
      readonly next: "authenticate";
      readonly state: "AUTHENTICATING_STATE" | "AUTHENTICATING_UNREGISTER_STATE";
    }
  /** Once more from the start, with that expiry in seconds. */
  | { readonly next: "register"; readonly state: "REGISTERING_STATE"; readonly expires: number }
  | Rest;

/** The cycle is over. `mark`: that of the next one is a tick before the expiry ends, at its end, or there is none. */
export interface Rest {
  readonly next: "rest";
  readonly state: RegistrantState;
  readonly mark: "tick-before" | "expiry" | "none";
}

/** The name does not resolve, or no request can be written for it: nothing else that keeps a REGISTER back ends so. */
export const UNSENDABLE: Rest = rest("INTERNAL_ERROR_STATE");

/** What one outcome leads to. */
export function advance(state: PendingState, event: RegisterEvent, profile: RegistrantProfile): Move {
  const removing = state === "UNREGISTERING_STATE" || state === "AUTHENTICATING_UNREGISTER_STATE";
  if (event.kind === "timeout") return rest("REGISTER_TIMEOUT_STATE");
  const { status } = event;
  if (status === 200 && removing) return rest("NOT_REGISTERED_STATE");
  // Whose Contact it is and what it grants, 0 seconds even, is not asked.
  if (status === 200) return event.hasContact ? rest("REGISTERED_STATE") : unusable(profile);
  if (status === 401 || status === 407) return afterChallenge(state, event.answerable, profile);
  if (status === 408) return rest("REGISTER_TIMEOUT_STATE");
  // Without a mark it is tried again at each tick, by all versions.
  if (status >= 300 && status < 400) return rest("INTERNAL_ERROR_STATE", "none");
  const { minExpires = 0 } = event;
  if (status === 423 && !removing && minExpires >= profile.leastMinExpires) {
    return { next: "register", state: "REGISTERING_STATE", expires: minExpires };
  }
  return rest("REGISTRAR_ERROR_STATE");
}

function rest(state: RegistrantState, mark: Rest["mark"] = "tick-before"): Rest {
  return { next: "rest", state, mark };
}

function unusable({ marksUnusableLate }: RegistrantProfile): Rest {
  return rest("INTERNAL_ERROR_STATE", marksUnusableLate ? "expiry" : "tick-before");
}

/** A second challenge is a refusal, `stale=true` or not. */
function afterChallenge(state: PendingState, answerable: boolean, profile: RegistrantProfile): Move {
  if (state === "AUTHENTICATING_STATE" || state === "AUTHENTICATING_UNREGISTER_STATE") {
    return rest("WRONG_CREDENTIALS_STATE", profile.marksWrongCredentials ? "tick-before" : "none");
  }
  if (!answerable) return unusable(profile);
  const registering = state === "REGISTERING_STATE";
  return {
    next: "authenticate",
    state: registering ? "AUTHENTICATING_STATE" : "AUTHENTICATING_UNREGISTER_STATE",
  };
}

/**
 * OpenSIPS's `registration_timeout`, mostly one tick before an expiry ends that begins now. A mark for the next REGISTER,
 * and not the end of a binding. Seconds; 0 for none.
 */
export function markAfter(now: number, expires: number, mark: Rest["mark"] = "tick-before"): number {
  if (mark === "none") return 0;
  return now + expires - (mark === "expiry" ? 0 : TIMER_INTERVAL);
}

/** Whether a record sends at a tick. `mark` as {@link markAfter}; 0 where there is none. Seconds. */
export function isDue(
  { state, mark }: { readonly state: RegistrantState; readonly mark: number },
  tick: number,
  profile: RegistrantProfile,
): boolean {
  switch (state) {
    case "NOT_REGISTERED_STATE":
      return true;
    case "REGISTERED_STATE":
      return tick >= mark - profile.ticksBeforeMark * TIMER_INTERVAL;
    case "REGISTER_TIMEOUT_STATE":
    case "INTERNAL_ERROR_STATE":
    case "WRONG_CREDENTIALS_STATE":
    case "REGISTRAR_ERROR_STATE":
      return profile.retry === "tick" || tick >= mark;
    default:
      return false;
  }
}
