import { setMaxListeners } from "node:events";
import { type AgentRead, type Audited, audited, hostOf, isDown } from "../../audit/agent-read.js";
import { Gate } from "../../audit/gate.js";
import { realClock } from "../../audit/pace.js";
import { type AuditReport, auditReport } from "../../audit/report.js";
import { withSince } from "../../audit/state-lines.js";
import { agentsProbe, sweep } from "../../audit/sweep.js";
import { present } from "../../base/present.js";
import { loadPreset, type Preset } from "../../presets/index.js";
import { knownHost } from "../../presets/known-host.js";
import { untrusted } from "../../redaction/untrusted.js";
import type { Services } from "../../tools/core/context.js";
import type { ProgressLine } from "./progress.js";
import type { AuditSettings } from "./settings.js";
import { StateFile } from "./state-file.js";

/** Reads under way at a time: as many as the client has connections. */
const AT_ONCE = 16;

export interface AuditRun {
  report: AuditReport;
  requests: number;
  /** Agents that an interrupted audit had read. */
  resumed: number;
  /** Why the state file does not have what was read. */
  notKept?: unknown;
}

interface ReadOptions {
  /** Host of the API. */
  api: string;
  settings: Pick<AuditSettings, "perSecond" | "patienceMs" | "state" | "isFresh">;
  progress: ProgressLine;
  signal: AbortSignal;
  now: () => number;
}

/**
 * Reads all agents over an API that marks the passwords it returns as secrets. With a state file it keeps what was read, also
 * when it is interrupted.
 *
 * @throws TelzinoError, StateFileError, what the disk says, and the signal's reason.
 */
export async function readAll(services: Services, options: ReadOptions): Promise<AuditRun> {
  const { api: apiHost, settings, progress, signal, now } = options;
  // Every read under way listens: not a leak.
  setMaxListeners(0, signal);
  const startedAt = now();
  const file =
    settings.state === undefined ? undefined : new StateFile(settings.state, services.redactor.redactDeep);
  const last = await file?.finished(apiHost);
  const state = await file?.begin({ version: 1, api: apiHost, startedAt }, settings.isFresh);
  const presets = new Presets();
  const agents: Audited[] = [];
  const reads: AgentRead[] = [];
  const context = { platformIsLocal: services.platformIsLocal, presetOf: presets.of };
  const { api } = services;
  const gate = new Gate({
    probe: agentsProbe(api),
    perSecond: settings.perSecond,
    patienceMs: settings.patienceMs,
    clock: realClock,
    onOutage: (isOut) => progress.outage(isOut),
  });
  let run: AuditRun;
  // A list with a gap will have it the next time too: only after an outage does it make sense to continue.
  let isWhole = false;
  let resumed = 0;
  let total: number | undefined;
  try {
    const end = await sweep({
      ...{ gate, signal, atOnce: AT_ONCE, now },
      api,
      shownName: (name) => untrusted(services.redactor.redactDeep(`${name}`), { from: "api" }),
      readBefore: state?.reads ?? new Map(),
      onTotal: (count) => {
        total = count;
        progress.total = count;
      },
      onRead: (fresh, isNew) => {
        const read = isNew ? withSince(fresh, last?.reads.get(fresh.id)) : fresh;
        if (isNew) file?.add(read);
        else resumed += 1;
        reads.push(read);
        progress.done = reads.length;
        if (isDown(audited(read, context))) progress.down += 1;
        progress.show(performance.now());
      },
    });
    isWhole = end.outage === undefined;
    await presets.load(reads);
    for (const read of reads) agents.push(audited(read, context));
    run = {
      report: auditReport(agents, {
        startedAt: state?.head.startedAt ?? startedAt,
        endedAt: now(),
        ...present({ total, outage: end.outage, gap: end.gap, clock: end.clock }),
      }),
      ...{ requests: gate.requests, resumed },
    };
  } catch (error) {
    await file?.end(false);
    throw error;
  } finally {
    progress.end();
  }
  try {
    await file?.end(isWhole);
    return run;
  } catch (notKept) {
    // The report is still worth printing.
    return { ...run, notKept };
  }
}

/** Presets of providers whose own host is stored. */
class Presets {
  readonly #byHost = new Map<string, Preset>();

  readonly of = (host: string): Preset | undefined => this.#byHost.get(host);

  async load(reads: readonly AgentRead[]): Promise<void> {
    const hosts = new Set(reads.map(({ registration }) => hostOf(registration)));
    for (const host of hosts) {
      const known = knownHost(host);
      const preset = known && (await loadPreset(known.preset.id));
      if (host !== undefined && preset) this.#byHost.set(host, preset);
    }
  }
}
