import type { StatusKnown } from "../../diagnosis/index.js";
import type { Advice } from "../../registration/advice.js";
import { accountOf, type Change, sameAccount } from "../../registration/settings.js";
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
  /** Fields that the preset filled in. */
  filled: string[];
  changes: Change[];
  advice: Advice[];
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

/** An agent that is on the line under another account is not taken off it unasked. */
export function needsConfirmation(
  stored: StoredRegistration | null | undefined,
  before: RegistrationStatus | undefined,
  settings: RegistrationSettings,
): boolean {
  return (
    stored?.username !== undefined &&
    before !== undefined &&
    statusKind(before) === "registered" &&
    !sameAccount(stored, settings)
  );
}

/** An extension that somebody else is registered with is not taken unasked. */
export function isOccupied({ occupants }: Plan): boolean {
  return occupants.some(({ inUse }) => inUse);
}

/** Fields that say which PBX is asked. */
const PLACE: ReadonlySet<string> = new Set(["sipDomain", "proxy", "port", "transport"]);

/** What status and settings tell after the write. A refusal before it counts only where the same PBX was asked. */
export function knownAfter(plan: Plan, status: RegistrationStatus): StatusKnown {
  const { before, changes, preset, settings, platformIsLocal } = plan;
  const samePlace = plan.stored && !changes.some(({ field }) => PLACE.has(field));
  return {
    samples: before && samePlace && statusKind(before) === "failed" ? [before, status] : [status],
    stored: settings,
    ...(preset ? { preset: preset.file } : {}),
    platformIsLocal,
  };
}
