import type { Evidence } from "./evidence.js";
import { CONFIDENCES, type Finding, SEVERITIES, type Severity } from "./finding.js";
import { presetFix } from "./preset-words.js";
import { type FindingId, RULES } from "./rules/index.js";
import { platformRegistered } from "./rules/platform-views.js";
import type { Conclusion, Rule, Topic } from "./rules/rule.js";

/** What this machine sees on these topics is not a fault while the platform is registered. */
const SEEN_LOCALLY: ReadonlySet<Topic> = new Set<Topic>([
  "name",
  "reach",
  "tls",
  "registrar",
  "path",
  "settings",
]);

/**
 * The findings that evidence leads to, the most telling first: by severity, then by confidence, then in the
 * order of the way that a REGISTER goes. A finding that another one accounts for is left out. Pure.
 */
export function findingsFrom(evidence: Evidence, rules: readonly Rule<FindingId>[] = RULES): Finding[] {
  const made: { rule: Rule<FindingId>; found: Conclusion }[] = [];
  for (const rule of rules) {
    const found = rule.find(evidence);
    if (found) made.push({ rule, found });
  }
  const explained = new Set(made.flatMap(({ rule }) => rule.explains ?? []));
  return rank(
    made
      .filter(({ rule }) => !explained.has(rule.id))
      .map(({ rule, found }) => findingOf(rule, found, evidence)),
  );
}

/** Sorts findings, of whatever make; those of equal weight keep their order. */
export function rank<Graded extends Pick<Finding, "severity" | "confidence">>(
  findings: readonly Graded[],
): Graded[] {
  const weight = ({ severity, confidence }: Graded) =>
    SEVERITIES.indexOf(severity) * CONFIDENCES.length + CONFIDENCES.indexOf(confidence);
  return findings.toSorted((left, right) => weight(left) - weight(right));
}

function findingOf(rule: Rule<FindingId>, found: Conclusion, evidence: Evidence): Finding {
  const fix = found.fix ?? rule.fix;
  const own = evidence.preset && found.preset && presetFix(found.preset, evidence.preset.preset);
  return {
    id: rule.id,
    severity: severityOf(rule, found, evidence),
    title: found.title ?? rule.title,
    evidence: found.evidence,
    cause: found.cause ?? rule.cause,
    fix: own === undefined ? fix : `${own} ${fix}`,
    confidence: found.confidence,
    seenFrom: rule.seenFrom ?? "this machine",
  };
}

function severityOf(rule: Rule, found: Conclusion, evidence: Evidence): Severity {
  const local = rule.seenFrom === undefined && SEEN_LOCALLY.has(rule.topic);
  return local && platformRegistered(evidence) ? "info" : (found.severity ?? rule.severity);
}
