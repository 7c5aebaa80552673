import { present } from "../../base/present.js";
import type { StatusKnown } from "../../diagnosis/index.js";
import type { Secret } from "../../redaction/secret.js";
import type { Advice } from "../../registration/advice.js";
import {
  accountOf,
  type Change,
  differingFields,
  type Field,
  sameAccount,
} from "../../registration/settings.js";
import { statusKind } from "../../registration/states.js";
import type {
  Agent,
  RegistrationSettings,
  RegistrationStatus,
  StoredRegistration,
} from "../../telzino/types.js";
import type { PresetView } from "../core/preset.js";
import type { Occupant } from "./occupants.js";

/** What a configure call is about to do, and what was known before it. */
export interface Plan {
  agentId: string;
  agent: Agent | undefined;
  before: RegistrationStatus | undefined;
  stored: StoredRegistration | null | undefined;
  settings: RegistrationSettings;
  preset: PresetView | undefined;
  /** Fields that were left out, and keep what is stored. */
  kept: readonly Field[];
  /** Fields that the preset filled in. */
  filled: string[];
  changes: Change[];
  advice: Advice[];
  /** What is odd about the password that is to be sent, in a sentence. */
  passwordNote?: string;
  /** Who else has the extension, as far as that could be seen. */
  occupants: readonly Occupant[];
  platformIsLocal: boolean;
}

export function label({ agent }: Plan): string {
  return agent ? `${agent.name}` : "The agent";
}

export function account(plan: Plan): string {
  const { transport, port } = plan.settings;
  return `${accountOf(plan.settings)} (${transport}, port ${port})`;
}

/** Fields with which a line that works may come to an end. */
const LINE: ReadonlySet<Field> = new Set([
  ...["sipDomain", "username", "proxy", "port", "transport", "authUsername"],
] as Field[]);

/**
 * A line that works is not changed unasked in what it depends on, and an agent not taken off it: these are the fields
 * that would change. Empty: nothing to ask.
 */
export function changedOnLine(
  stored: StoredRegistration | null | undefined,
  before: RegistrationStatus | undefined,
  settings: RegistrationSettings,
): Field[] {
  if (stored?.username === undefined || before === undefined || statusKind(before) !== "registered")
    return [];
  return differingFields(stored, settings).filter((field) => LINE.has(field));
}

/** Whether the PBX has refused the stored password, and the login stays the same. */
export function standsRefused({ before, stored, settings }: Plan): boolean {
  if (!stored || before?.state !== "WRONG_CREDENTIALS_STATE") return false;
  return !differingFields(stored, settings).includes("authUsername");
}

/** Whether the agent would leave its account. */
export function leavesAccount({ stored, settings }: Plan): boolean {
  return stored?.username !== undefined && !sameAccount(stored, settings);
}

/** An extension that someone else is registered with is not taken over without asking. */
export function isOccupied({ occupants }: Plan): boolean {
  return occupants.some(({ inUse }) => inUse);
}

/** Fields that say which PBX is asked. */
const PLACE: ReadonlySet<string> = new Set(["sipDomain", "proxy", "port", "transport"]);

/** What status and settings tell after the write. A refusal before it counts only where the same PBX was asked. */
export function knownAfter(
  plan: Plan,
  status: RegistrationStatus,
  password?: Secret | undefined,
): StatusKnown {
  const { before, changes, preset, settings, platformIsLocal } = plan;
  const samePlace = plan.stored && !changes.some(({ field }) => PLACE.has(field));
  return {
    samples: before && samePlace && statusKind(before) === "failed" ? [before, status] : [status],
    stored: { ...settings, ...present({ password }) },
    ...(preset ? { preset: preset.file } : {}),
    platformIsLocal,
  };
}
