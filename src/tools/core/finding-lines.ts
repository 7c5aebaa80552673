/** What is shown of a finding. */
interface ShownFinding {
  readonly id: string;
  readonly severity: string;
  readonly confidence?: string;
  readonly title: string;
  /** From where, if that is not the same for all. */
  readonly seenFrom?: string;
  readonly evidence: string;
  readonly cause: string;
  readonly fix: string;
}

/** Findings in words, numbered: four lines each. */
export function findingLines(findings: readonly ShownFinding[]): string[] {
  return findings.flatMap(({ id, severity, confidence, title, seenFrom, evidence, cause, fix }, index) => {
    const facts = [severity, confidence && `confidence ${confidence}`, id].filter(Boolean);
    return [
      `${index + 1}. ${title} [${facts.join(", ")}]`,
      `   Seen${seenFrom === undefined ? "" : ` from ${seenFrom}`}: ${evidence}`,
      `   Cause: ${cause}`,
      `   Fix: ${fix}`,
    ];
  });
}
