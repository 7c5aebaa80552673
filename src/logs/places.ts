import type { LogFinding } from "./log-findings.js";
import type { LogReport } from "./read-log.js";

/** How places in a report are named. */
export interface Places {
  readonly word: "line" | "packet";
  /** Added to each number: lines before those that were read. */
  readonly shift?: number;
}

/** Text of others stands between marks of the private use area: numbers in it are theirs. */
const OF_OTHERS = /([\uE000\uE001\uE004]\uE002?[^\uE000-\uE004]*\uE003)/;
const PLACE = /\blines? (\d{1,9})((?:(?:, | and |–)\d{1,9})*)/g;

/** A report that counts from another place, or something else than lines. */
export function withPlaces<Report extends LogReport>(report: Report, { word, shift = 0 }: Places): Report {
  const moved = (text: string) => movedText(text, word, shift);
  return {
    ...report,
    events: report.events.map((event) => ({
      ...event,
      line: event.line + shift,
      lastLine: event.lastLine + shift,
    })),
    calls: report.calls.map(moved),
    findings: report.findings.map(
      (finding): LogFinding => ({ ...finding, evidence: moved(finding.evidence) }),
    ),
  };
}

function movedText(text: string, word: Places["word"], shift: number): string {
  return text
    .split(OF_OTHERS)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(PLACE, (whole, first: string, more: string) => {
            const others = more.replace(/\d+/g, (number) => String(Number(number) + shift));
            return `${word}${whole.startsWith("lines") ? "s" : ""} ${Number(first) + shift}${others}`;
          }),
    )
    .join("");
}
