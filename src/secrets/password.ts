import { mayKeepPassword } from "../registration/settings.js";
import { Secret } from "../secret.js";
import type { RegistrationSettings, StoredRegistration } from "../telzino/types.js";

/** How the SIP password of one call was come by. */
export type PasswordSource = "kept" | "argument";

export type ObtainedPassword =
  | { kind: "given"; password: Secret; from: PasswordSource }
  /** `why` completes "A SIP password is needed: …". */
  | { kind: "missing"; why: string };

export interface PasswordRequest {
  /** As given in the call. */
  argument: string | undefined;
  /** What the API returned as stored, if it could be read. */
  stored: StoredRegistration | null | undefined;
  settings: RegistrationSettings;
}

/**
 * Finds the password for a registration. One that was given wins; without one, the stored registration's
 * own goes on being used where nothing has changed that decides to whom it is sent.
 */
export function obtainPassword({ argument, stored, settings }: PasswordRequest): ObtainedPassword {
  if (argument !== undefined) {
    return { kind: "given", password: new Secret(argument), from: "argument" };
  }
  if (stored?.password !== undefined && mayKeepPassword(stored, settings)) {
    return { kind: "given", password: stored.password, from: "kept" };
  }
  return { kind: "missing", why: whyMissing(stored) };
}

function whyMissing(stored: StoredRegistration | null | undefined): string {
  if (stored === undefined) return "what is stored for this agent could not be read.";
  if (stored === null) return "none is stored for this agent yet.";
  if (stored.password === undefined) return "the API does not hand out the stored one.";
  return "sipDomain, proxy or username change, and a stored password is never sent to another place.";
}
