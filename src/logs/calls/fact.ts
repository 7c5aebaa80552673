import type { Confidence, Severity } from "../../diagnosis/grades.js";
import { presetFix } from "../../diagnosis/preset-words.js";
import type { CallFindingId } from "../../diagnosis/rules/calls/index.js";
import { ruleOf } from "../../diagnosis/rules/index.js";
import type { PresetHint } from "../../diagnosis/rules/rule.js";
import type { Preset } from "../../presets/index.js";
import { shown } from "../hide-secrets.js";
import type { LogFinding } from "../log-findings.js";

/** What was seen of one call, before it has a rule's words. */
export interface CallFact {
  readonly id: CallFindingId;
  /** From 1. */
  readonly line: number;
  /** Whose call, as the log names them. */
  readonly users: readonly (string | undefined)[];
  /** One line; texts of the log in it are struck. */
  readonly seen: string;
  readonly confidence: Confidence;
  /** In the place of the rule's. */
  readonly title?: string;
  readonly severity?: Severity;
  readonly cause?: string;
  readonly fix?: string;
  readonly hint?: PresetHint;
}

/** Facts of one kind are one finding. */
export function findingsOfFacts(facts: readonly CallFact[], preset: Preset | undefined): LogFinding[] {
  const found = new Map<string, LogFinding>();
  for (const fact of facts) {
    const before = found.get(fact.id);
    found.set(
      fact.id,
      before === undefined ? findingOf(fact, preset) : { ...before, count: before.count + 1 },
    );
  }
  return [...found.values()];
}

function findingOf(fact: CallFact, preset: Preset | undefined): LogFinding {
  const rule = ruleOf(fact.id);
  const fix = fact.fix ?? rule.fix;
  const own = preset && fact.hint && presetFix(fact.hint, preset);
  return {
    id: rule.id,
    severity: fact.severity ?? rule.severity,
    title: fact.title ?? rule.title,
    evidence: `line ${fact.line}: ${fact.seen}`,
    cause: fact.cause ?? rule.cause,
    fix: own === undefined ? fix : `${own} ${fix}`,
    confidence: fact.confidence,
    users: fact.users.flatMap((user) => (user === undefined ? [] : [shown(user, 60)])).slice(0, 2),
    count: 1,
    ...(rule.guide === undefined ? {} : { guide: rule.guide }),
  };
}
