import { setMaxListeners } from "node:events";
import {
  type DiagnoseOptions,
  type DiagnosisReport,
  diagnose,
  PbxLedger,
  type PlatformTarget,
  ProbeHistory,
  ProbeLimitError,
} from "../../diagnosis/index.js";
import type { TelzinoApi } from "../../telzino/types.js";
import { ApiOutage, type Gate } from "../gate.js";
import { sideBySide } from "../side-by-side.js";
import { MAX_LOOKS, type PlannedLook, targetOf } from "./plan.js";

/** A PBX that was looked at. No credentials were sent there. */
export interface Look extends PlannedLook {
  report: Pick<DiagnosisReport, "verdict" | "findings" | "target">;
}

/** The outcome of looks at PBXs, by host. */
export interface Looks {
  done: ReadonlyMap<string, Look>;
  /** PBXs that were not looked at, because of the limit or because the run was ended. */
  leftOut: number;
}

/** What tests bring along. */
export type LookParts = Pick<
  DiagnoseOptions,
  "limits" | "timers" | "trustedRoots" | "dnsServers" | "hostsFile"
>;

export interface LookOptions {
  api: Pick<TelzinoApi, "getStatus" | "listCallLogs">;
  /** Absent: the API is out of reach, and is not asked. */
  gate?: Gate;
  platformIsLocal: boolean;
  /** Looks under way are given up; what was seen before counts. */
  signal: AbortSignal;
  hold: NonNullable<DiagnoseOptions["hold"]>;
  onLook: (done: number, of: number) => void;
  parts?: LookParts;
}

/** Each takes up to 20 s, and waits most of the time. */
const AT_ONCE = 4;

/** Looks at PBXs from this machine, each once and without a password. Ends early with its signal, and never by throwing it. */
export async function lookAtPbxs(planned: readonly PlannedLook[], options: LookOptions): Promise<Looks> {
  const { signal, onLook } = options;
  // Every look under way listens: not a leak.
  setMaxListeners(0, signal);
  const done = new Map<string, Look>();
  const wanted = planned.slice(0, MAX_LOOKS);
  // One for all: hosts may be names of one server, which counts what is asked in a user's name.
  const ledger = new PbxLedger();
  onLook(0, wanted.length);
  await sideBySide(wanted, AT_ONCE, async (look) => {
    if (signal.aborted) return;
    const report = await reportOf(look, ledger, options);
    if (report === undefined) return;
    done.set(look.host, { ...look, report });
    onLook(done.size, wanted.length);
  });
  const inOrder = wanted.flatMap(({ host }) => done.get(host) ?? []);
  return {
    done: new Map(inOrder.map((look) => [look.host, look])),
    leftOut: planned.length - done.size,
  };
}

async function reportOf(
  look: PlannedLook,
  ledger: PbxLedger,
  options: LookOptions,
): Promise<Look["report"] | undefined> {
  const { platformIsLocal, signal, hold, parts, gate } = options;
  try {
    const { verdict, findings, target } = await diagnose(targetOf(look), {
      ...{ platformIsLocal, signal, hold },
      // A separate one: the limit of runs is for a user who asks again and again.
      history: new ProbeHistory(ledger),
      ...(look.isDown && gate
        ? { platform: platformOf(look, gate, options) }
        : { whyNoPlatform: look.isDown ? "the Telzino API is out of reach" : "only the PBX was looked at" }),
      ...parts,
    });
    return { verdict, findings, target };
  } catch (error) {
    if (signal.aborted || error instanceof ProbeLimitError) return undefined;
    throw error;
  }
}

/** The platform's view, read at the audit's rate. */
function platformOf({ agent }: PlannedLook, gate: Gate, { api }: LookOptions): PlatformTarget {
  const read = <T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
    gate.read(ask, signal ?? new AbortController().signal).catch((error: unknown) => {
      throw error instanceof ApiOutage ? error.cause : error;
    });
  return {
    api: {
      getStatus: (id, options) => read(() => api.getStatus(id, options), options?.signal),
      listCallLogs: (id, query, options) => read(() => api.listCallLogs(id, query, options), options?.signal),
    },
    agentId: agent.id,
    stored: agent.registration,
  };
}
