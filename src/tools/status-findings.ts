import type { z } from "zod";
import type { Finding, FindingId, StatusKnown } from "../diagnosis/index.js";
import { statusMeaning } from "../registration/explain.js";
import { statusKind } from "../registration/states.js";
import { stateName } from "./format.js";
import type { statusFindingsSchema } from "./schemas.js";

/**
 * What settings and status tell by the rules of the diagnosis, the most telling first. The rules are loaded when
 * they are first needed: most sessions see a registration that works.
 */
export async function statusFindings(known: StatusKnown): Promise<Finding[]> {
  if (isPlainlyWell(known)) return [];
  const { judgeStatus } = await import("../diagnosis/judge-status.js");
  return judgeStatus(known);
}

function isPlainlyWell({ samples, stored, now = new Date() }: StatusKnown): boolean {
  const { expires, ...status } = samples.at(-1) ?? samples[0];
  const runs = expires === undefined || expires > now;
  return statusKind(status) === "registered" && runs && stored?.enabled !== false;
}

/** `REGISTERED_STATE (3). …`: the state, and what it means where no finding says more. */
export function stateWords(known: StatusKnown, findings: readonly Finding[]): string {
  const status = known.samples.at(-1) ?? known.samples[0];
  return findings.length > 0
    ? `${stateName(status)}.`
    : `${stateName(status)}. ${statusMeaning(status, known.stored)}`;
}

/** Findings for reading; the state itself has been told before them. */
export function statusFindingLines(known: StatusKnown, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  // What one sample and the stored settings say stands above already.
  const isTold = ({ seenFrom }: Finding) => seenFrom === "the platform" && known.samples.length === 1;
  return [
    "What status and settings tell (the wire was not looked at):",
    ...findings.flatMap((finding, index) => [
      `${index + 1}. ${finding.title} [${finding.severity}, ${finding.id}]`,
      ...(isTold(finding) ? [] : [`   Seen: ${finding.evidence}`]),
      `   Cause: ${finding.cause}`,
      `   Fix: ${finding.fix}`,
    ]),
  ];
}

export function statusFindingsData(findings: readonly Finding[]): z.output<typeof statusFindingsSchema> {
  return findings.map(({ id, severity, title, evidence, cause, fix }) => ({
    ...{ id, severity, title, evidence, cause, fix },
  }));
}

/** Findings of which the wire would say no more. */
const SETTLED: ReadonlySet<FindingId> = new Set<FindingId>([
  "platform-disabled",
  "platform-not-synced",
  "platform-expired",
  "preset-does-not-register",
  "proxy-lan-only",
  "domain-lan-only",
]);

/** Whether a look at the wire would tell more than the first finding does. */
export function wireTellsMore([first]: readonly Finding[]): boolean {
  return first === undefined || !SETTLED.has(first.id);
}
