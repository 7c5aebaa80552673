import { present } from "../../base/present.js";
import { settingsMark } from "../../registration/settings.js";
import type { RegistrationSettings } from "../../telzino/types.js";
import type { Plan } from "./plan.js";

/** What a page is to do with a password, as data: another server may do it. */
export interface StoreJob {
  agentId: string;
  settings: RegistrationSettings;
  presetId?: string;
  replace: boolean;
  /** See `PageTask`. */
  seen?: string;
}

export function jobOf(plan: Plan, replace: boolean): StoreJob {
  const { agentId, settings, preset } = plan;
  return { agentId, settings, ...present({ presetId: preset?.id, seen: seenBy(plan) }), replace };
}

/** By which a page can tell whether what was stored at its opening is still stored; `undefined`: that was not readable. */
export function seenBy({ stored }: Plan): string | undefined {
  return stored === undefined ? undefined : settingsMark(stored);
}
