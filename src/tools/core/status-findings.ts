import type { z } from "zod";
import { once } from "../../base/once.js";
import type { Finding, FindingId, StatusKnown } from "../../diagnosis/index.js";
import { knownHost } from "../../presets/known-host.js";
import { statusKind } from "../../registration/states.js";
import { type Fact, fact, note } from "./facts.js";
import { findingLines } from "./finding-lines.js";
import type { statusFindingsSchema } from "./schemas.js";

/**
 * What settings and status tell by the rules of the diagnosis, the most telling first. The rules are loaded when
 * they are first needed: most sessions see a registration that works.
 */
export async function statusFindings(known: StatusKnown): Promise<Finding[]> {
  if (isPlainlyWell(known)) return [];
  const { judgeStatus } = await loadRules();
  return judgeStatus(await withPreset(known));
}

/** Without a preset that was given, the one that a provider's own host name tells. */
async function withPreset(known: StatusKnown): Promise<StatusKnown> {
  const { stored } = known;
  const host = knownHost(stored?.proxy ?? stored?.sipDomain);
  if (known.preset !== undefined || host === undefined) return known;
  const { loadPreset } = await import("../../presets/index.js");
  const preset = await loadPreset(host.preset.id);
  return preset ? { ...known, preset, presetFrom: "recognised" } : known;
}

const loadRules = once(() => import("../../diagnosis/judge-status.js"));

function isPlainlyWell({ samples, stored, now = new Date() }: StatusKnown): boolean {
  const { expires, ...status } = samples.at(-1) ?? samples[0];
  const runs = expires === undefined || expires > now;
  return statusKind(status) === "registered" && runs && stored?.enabled !== false;
}

/** Findings with what they are founded on. */
export function statusFindingFacts(
  findings: readonly Finding[],
): Fact<FindingFields & { notes: string[] }>[] {
  return [
    ...(findings.length > 0
      ? [note("The findings are what status and settings tell; the wire was not looked at.")]
      : []),
    findingsFact(findings),
  ];
}

interface FindingFields {
  findings: z.output<typeof statusFindingsSchema>;
}

/** Findings by themselves. */
export function findingsFact(findings: readonly FindingFields["findings"][number][]): Fact<FindingFields> {
  const told = findings.map(({ id, severity, title, evidence, cause, fix }) => ({
    ...{ id, severity, title, evidence, cause, fix },
  }));
  return fact({ findings: told }, ...findingLines(told));
}

/** Findings of which the wire would say no more. */
const SETTLED: ReadonlySet<FindingId> = new Set<FindingId>([
  "platform-disabled",
  "platform-not-synced",
  "platform-expired",
  "preset-does-not-register",
  "host-without-registrar",
  "proxy-lan-only",
  "domain-lan-only",
]);

/** Whether a look at the wire would tell more than the first finding does. */
export function wireTellsMore([first]: readonly Finding[]): boolean {
  return first === undefined || !SETTLED.has(first.id);
}
