import type { Secret } from "../redaction/secret.js";
import { mayKeepPassword } from "../registration/settings.js";
import type { RegistrationSettings, StoredRegistration } from "../telzino/types.js";
import { type NamedSecrets, namedPassword, SecretRefused } from "./named.js";

/** The source of the SIP password of one call; `entry`: the user typed it into a page. */
export type PasswordSource = "kept" | "named" | "entry" | "argument";

export type ObtainedPassword =
  | { kind: "given"; password: Secret; from: Exclude<PasswordSource, "entry"> }
  | MissingPassword;

/** To be asked of the user. */
export interface MissingPassword {
  kind: "missing";
  /** Completes "A SIP password is needed: …". */
  why: string;
  /** There is a stored one, and the PBX has refused it. */
  refused?: true;
}

export interface PasswordRequest {
  /** The password itself, as given in the call. */
  argument?: Secret | undefined;
  /** The name of a configured one, as given in the call (`passwordSecret`). */
  name?: string | undefined;
  /** What is configured under names. */
  secrets?: NamedSecrets | undefined;
  /** What the API returned as stored, if it could be read. */
  stored: StoredRegistration | null | undefined;
  settings: RegistrationSettings;
  /** The PBX has refused the stored one, by the last status. */
  refused?: boolean;
  /** `true`: another one than the stored one is wanted. `false`: the stored one, also where it was refused. */
  another?: boolean | undefined;
}

/**
 * Finds the password for a registration. The one implementation for every tool.
 *
 * 1. What a call gives by itself wins, since it says that the stored one is not meant: a name or a value,
 *    not both.
 * 2. The stored registration's own, where nothing has changed that decides to whom it is sent, no other one was asked for,
 *    and the PBX has not refused it: to send it once more would lead to a ban rather than to a registration.
 * 3. Neither: `missing`. The caller then lets the user type it into a page (`askForPassword` of
 *    `tools/core/password-entry.ts`) or says what to do.
 *
 * A model is told to prefer them in this order: kept, named, page, value.
 *
 * @throws SecretRefused for a name that is not configured or pinned to other hosts, and for name and value together.
 */
export function obtainPassword(request: PasswordRequest): ObtainedPassword {
  const { argument, name, secrets = new Map(), stored, settings } = request;
  if (name !== undefined && argument !== undefined) {
    throw new SecretRefused("Nothing was done: passwordSecret and password were both given.", [
      "Make the same call with only passwordSecret.",
    ]);
  }
  if (name !== undefined) {
    return { kind: "given", password: namedPassword(name, secrets, settings), from: "named" };
  }
  if (argument !== undefined) {
    return { kind: "given", password: argument, from: "argument" };
  }
  if (request.another) return { kind: "missing", why: "another one than the stored one was asked for." };
  if (stored?.password !== undefined && mayKeepPassword(stored, settings)) {
    return request.refused && request.another === undefined
      ? { kind: "missing", why: REFUSED, refused: true }
      : { kind: "given", password: stored.password, from: "kept" };
  }
  return { kind: "missing", why: whyMissing(stored) };
}

const REFUSED = "the PBX has refused the stored one, which is not sent again unasked.";

function whyMissing(stored: StoredRegistration | null | undefined): string {
  if (stored === undefined) return "what is stored for this agent could not be read.";
  if (stored === null) return "none is stored for this agent yet.";
  if (stored.password === undefined) return "the API does not hand out the stored one.";
  return "sipDomain, proxy or username change, and a stored password is never sent to another place.";
}
