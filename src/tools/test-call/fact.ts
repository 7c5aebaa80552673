import type { Finding } from "../../diagnosis/finding.js";
import type { Confidence, Severity } from "../../diagnosis/grades.js";
import { presetFix } from "../../diagnosis/preset-words.js";
import { rank } from "../../diagnosis/rank.js";
import type { CallFindingId } from "../../diagnosis/rules/calls/index.js";
import { ruleOf } from "../../diagnosis/rules/index.js";
import type { PresetHint } from "../../diagnosis/rules/rule.js";
import type { Preset } from "../../presets/index.js";

/** Findings on calls, and the one of the echo test that a second extension's call can show as well. */
type SeenId = CallFindingId | "own-media-refused";

/** What was seen of a test call, before it has a rule's words. */
export interface SeenFact {
  readonly id: SeenId;
  /** One line; texts of the PBX in it are marked as such. */
  readonly seen: string;
  readonly confidence: Confidence;
  readonly severity?: Severity;
  readonly cause?: string;
  readonly fix?: string;
  readonly hint?: PresetHint;
}

/** Facts with their rules' words, and with where to find that on the PBX in question; the most telling first. Pure. */
export function findingsOf(facts: readonly SeenFact[], preset: Preset | undefined): Finding[] {
  const ids = new Set<SeenId>();
  const first = facts.filter(({ id }) => !ids.has(id) && ids.add(id));
  return rank(
    first.map(({ id, seen, confidence, severity, cause, fix, hint }) => {
      const rule = ruleOf(id);
      const own = preset && hint && presetFix(hint, preset);
      const words = fix ?? rule.fix;
      return {
        ...{ id, confidence, seenFrom: "this machine" as const },
        severity: severity ?? rule.severity,
        title: rule.title,
        evidence: seen,
        cause: cause ?? rule.cause,
        fix: own === undefined ? words : `${own} ${words}`,
      };
    }),
  );
}
