import { present } from "../../base/present.js";
import type { RegistrationSettings } from "../../telzino/types.js";
import type { Plan } from "./plan.js";

/** What a page is to do with a password, as data: another server may do it. */
export interface StoreJob {
  agentId: string;
  settings: RegistrationSettings;
  presetId?: string;
  replace: boolean;
}

export function jobOf({ agentId, settings, preset }: Plan, replace: boolean): StoreJob {
  return { agentId, settings, ...present({ presetId: preset?.id }), replace };
}
