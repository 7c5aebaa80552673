import { present } from "../../base/present.js";
import { type StateKind, statusKind } from "../../registration/states.js";
import { TelzinoError } from "../../telzino/errors.js";
import { pause } from "../../telzino/limit.js";
import type { StoredRegistration, TelzinoApi } from "../../telzino/types.js";
import type { PlatformEvidence, PlatformSample } from "../evidence.js";
import type { Run } from "./run.js";

/** The agent whose registration the platform keeps. */
export interface PlatformTarget {
  readonly api: Pick<TelzinoApi, "getStatus" | "listCallLogs">;
  readonly agentId: string;
  /** As the API has it stored; `undefined` where it could not be read. */
  readonly stored: StoredRegistration | null | undefined;
}

export type PlatformChecked = { readonly evidence: PlatformEvidence } | { readonly why: string };

/** This share of the samples is enough if all of them agree, and not on an intermediate state. */
const ENOUGH = 1 / 3;
const ON_THE_WAY: ReadonlySet<StateKind> = new Set<StateKind>(["progress", "unregistering"]);

function agree(samples: readonly PlatformSample[]): boolean {
  const [first, ...rest] = samples.map(({ status }) => status);
  if (first === undefined || ON_THE_WAY.has(statusKind(first))) return false;
  return rest.every(({ state }) => String(state) === String(first.state));
}

/**
 * Reads the platform's status several times over a few seconds: one sample misleads, because a broken
 * registration passes through states of progress between its tries. Calls are looked at for an agent that is
 * registered. A status that can't be read is said, not thrown.
 */
export async function checkPlatform(run: Run, target: PlatformTarget): Promise<PlatformChecked> {
  const samples: PlatformSample[] = [];
  const started = performance.now();
  const { platform, platformSamples } = run.limits;
  const between = platform / Math.max(1, platformSamples - 1);
  try {
    for (let index = 0; index < platformSamples; index += 1) {
      if (index > 0) await pause(between, run.signal);
      const status = await target.api.getStatus(target.agentId, { signal: run.signal });
      samples.push({ atMs: Math.round(performance.now() - started), status });
      if (index >= platformSamples * ENOUGH && agree(samples)) break;
    }
  } catch (error) {
    if (!run.signal.aborted && !(error instanceof TelzinoError)) throw error;
    const [first, ...rest] = samples;
    if (first === undefined) return { why: whyUnreadable(error) };
    return { evidence: { samples: [first, ...rest], stored: target.stored, now: new Date() } };
  }
  const [first, ...rest] = samples;
  if (first === undefined) return { why: "no sample was read" };
  const last = rest.at(-1) ?? first;
  const calls = statusKind(last.status) === "registered" ? await readCalls(run, target) : undefined;
  return {
    evidence: {
      samples: [first, ...rest],
      stored: target.stored,
      ...present({ calls }),
      now: new Date(),
    },
  };
}

async function readCalls(run: Run, { api, agentId }: PlatformTarget): Promise<PlatformEvidence["calls"]> {
  try {
    const { calls } = await api.listCallLogs(agentId, { page: 1, limit: 20 }, { signal: run.signal });
    const times = calls.flatMap(({ startedAt }) => (startedAt ? [startedAt.getTime()] : []));
    return { count: calls.length, ...(times.length > 0 ? { latest: new Date(Math.max(...times)) } : {}) };
  } catch (error) {
    if (!run.signal.aborted && !(error instanceof TelzinoError)) throw error;
    return undefined;
  }
}

function whyUnreadable(error: unknown): string {
  if (!(error instanceof TelzinoError)) return "the platform's status was not read in time";
  return `the platform's status cannot be read: ${error.message}`;
}
