import { Gate } from "../../audit/gate.js";
import { type LookParts, lookAtPbxs } from "../../audit/looks/look.js";
import { plannedLooks } from "../../audit/looks/plan.js";
import { realClock } from "../../audit/pace.js";
import { withLooks } from "../../audit/report.js";
import { agentsProbe } from "../../audit/sweep.js";
import { present } from "../../base/present.js";
import type { Services } from "../../tools/core/context.js";
import type { ProgressLine } from "./progress.js";
import type { AuditRun } from "./read.js";
import type { AuditSettings } from "./settings.js";

interface LookingOptions {
  settings: AuditSettings;
  progress: ProgressLine;
  /** Ends the looks: what was seen before is reported. */
  signal: AbortSignal;
  parts?: LookParts;
}

/** The same audit with one look at each of its PBXs. */
export async function withPbxs(
  run: AuditRun,
  { api, platformIsLocal, redactor }: Services,
  { settings, progress, signal, parts }: LookingOptions,
): Promise<AuditRun> {
  const { report, requests } = run;
  const gate = new Gate({
    probe: agentsProbe(api),
    ...{ perSecond: settings.perSecond, patienceMs: settings.patienceMs, clock: realClock },
  });
  try {
    const looks = await lookAtPbxs(plannedLooks(report.agents, report.causes), {
      ...{ api, platformIsLocal, signal },
      ...(report.outage === undefined ? { gate } : {}),
      hold: (value) => void redactor.hold(value),
      onLook: (done, of) => progress.looking(done, of),
      ...present({ parts }),
    });
    return { ...run, report: withLooks(report, looks), requests: requests + gate.requests };
  } finally {
    progress.end();
  }
}
