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

/** What came of one REGISTER. */
export type RegisterEvent =
  | {
      readonly kind: "response";
      /** Final, 200 to 699. */
      readonly status: number;
      readonly hasContact: boolean;
      /** Whether a 401 or 407 holds a challenge that can be answered. */
      readonly answerable: boolean;
      /** Seconds of Min-Expires. */
      readonly minExpires?: number;
    }
  /** Nobody answered, or a connection failed after it had been asked for: `tm` makes a 408 of both. */
  | { readonly kind: "timeout" }
  /** Could not be sent at all: the name does not resolve, there is no route. */
  | { readonly kind: "unsendable" };

export type Move =
  | {
      readonly next: "authenticate";
      readonly state: "AUTHENTICATING_STATE" | "AUTHENTICATING_UNREGISTER_STATE";
    }
  /** Once more from the start, with that expiry in seconds. */
  | { readonly next: "register"; readonly state: "REGISTERING_STATE"; readonly expires: number }
  /** `refresh` before the binding ends, `retry` after the failure interval, `gone` after un-registering. */
  | { readonly next: "refresh" | "retry" | "gone"; readonly state: RegistrantState };

/** Smaller values of Min-Expires are refused by newer versions. Seconds. */
const LEAST_MIN_EXPIRES = 5;
/** More than a day is nonsense or malice. Seconds. */
const MOST_MIN_EXPIRES = 86_400;

/** @param asked Expiry of the request that was answered, in seconds. */
export function advance(state: PendingState, event: RegisterEvent, asked: number): Move {
  const removing = state === "UNREGISTERING_STATE" || state === "AUTHENTICATING_UNREGISTER_STATE";
  const fail = (failed: RegistrantState): Move => ({ next: removing ? "gone" : "retry", state: failed });
  if (event.kind === "timeout") return fail("REGISTER_TIMEOUT_STATE");
  if (event.kind === "unsendable") return fail("INTERNAL_ERROR_STATE");
  const { status } = event;
  if (status === 200 && removing) return { next: "gone", state: "NOT_REGISTERED_STATE" };
  if (status === 200 && event.hasContact) return { next: "refresh", state: "REGISTERED_STATE" };
  if (status === 200) return fail("INTERNAL_ERROR_STATE");
  if (status === 401 || status === 407) return afterChallenge(state, event.answerable, fail);
  if (status === 408) return fail("REGISTER_TIMEOUT_STATE");
  if (status >= 300 && status < 400) return fail("INTERNAL_ERROR_STATE");
  const raised = status === 423 && !removing ? raisedExpiry(event.minExpires, asked) : undefined;
  if (raised !== undefined) return { next: "register", state: "REGISTERING_STATE", expires: raised };
  return fail("REGISTRAR_ERROR_STATE");
}

/** A second challenge is a refusal, `stale=true` or not. */
function afterChallenge(
  state: PendingState,
  answerable: boolean,
  fail: (failed: RegistrantState) => Move,
): Move {
  if (state === "AUTHENTICATING_STATE" || state === "AUTHENTICATING_UNREGISTER_STATE") {
    return fail("WRONG_CREDENTIALS_STATE");
  }
  if (!answerable) return fail("INTERNAL_ERROR_STATE");
  const registering = state === "REGISTERING_STATE";
  return {
    next: "authenticate",
    state: registering ? "AUTHENTICATING_STATE" : "AUTHENTICATING_UNREGISTER_STATE",
  };
}

/** Only a longer expiry is worth another try: a registrar that asks for what it got would keep us busy for ever. */
function raisedExpiry(minExpires: number | undefined, asked: number): number | undefined {
  if (minExpires === undefined || minExpires < LEAST_MIN_EXPIRES || minExpires > MOST_MIN_EXPIRES) {
    return undefined;
  }
  return minExpires > asked ? minExpires : undefined;
}

/** Milliseconds from a 200 to the REGISTER that refreshes it: a little before the binding ends. */
export function refreshDelayMs(grantedSeconds: number): number {
  const seconds = grantedSeconds > 120 ? grantedSeconds - 30 : grantedSeconds * 0.75;
  return Math.max(200, seconds * 1_000);
}
