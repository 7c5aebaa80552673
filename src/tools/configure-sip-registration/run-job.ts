import type { EntryOutcome, EntryWork, SettledBy } from "../../passwords/page/types.js";
import type { Secret } from "../../redaction/secret.js";
import { adviseSettings } from "../../registration/advice.js";
import { diffSettings } from "../../registration/settings.js";
import type { Services } from "../core/context.js";
import { holdingApi } from "../core/holding-api.js";
import { orUnknown } from "../core/or-unknown.js";
import { presetById } from "../core/preset.js";
import { settledSince, storeByPage } from "./entry.js";
import type { StoreJob } from "./job.js";
import type { Plan } from "./plan.js";
import type { Outcome } from "./written.js";

/**
 * Carries out what a page was opened for, perhaps by another server: as {@link storeByPage}, with a new plan.
 *
 * @param after the mark of what an earlier try of the same page has stored.
 * @throws whatever the write throws.
 */
export async function runStoreJob(
  job: StoreJob,
  services: Services,
  password: Secret,
  work: EntryWork,
  after?: string,
): Promise<{ value: Outcome; outcome: EntryOutcome; mark: string }> {
  const plan = await planOf(job, services, work);
  return storeByPage({ plan, replace: job.replace, seen: job.seen, after }, services, password, work);
}

/** What has made another try of a job needless since the one that left that mark, if anything. */
export function settledSinceJob(
  job: StoreJob,
  services: Services,
  mark: string,
  signal: AbortSignal,
): Promise<SettledBy | undefined> {
  return settledSince(mark, job.agentId, services, signal);
}

/** What can't be read stays unknown; then the PUT decides. */
async function planOf(job: StoreJob, services: Services, { hold, signal }: EntryWork): Promise<Plan> {
  const { agentId, settings, presetId } = job;
  const { platformIsLocal } = services;
  const api = holdingApi(services.api, hold);
  const preset = presetId === undefined ? undefined : await presetById(presetId);
  const agent = await orUnknown(api.getAgent(agentId, { signal }), signal);
  const before = await orUnknown(api.getStatus(agentId, { signal }), signal);
  const stored = agent?.registration;
  return {
    ...{ agentId, agent, before, stored, settings, preset, platformIsLocal },
    kept: [],
    filled: [],
    changes: diffSettings(stored, settings),
    advice: adviseSettings(settings, { preset: preset?.facts, stored, platformIsLocal }),
    occupants: [],
  };
}
