import type { ShownEvent } from "./event-words.js";
import type { LogFinding } from "./log-findings.js";

/** How places in a report are named. */
export interface Places {
  readonly word: "line" | "packet";
  /** Added to each number: lines before those that were read. */
  readonly shift?: number;
  /** Where they were read in another order: the place of each. */
  readonly lineOf?: (line: number) => number;
}

/** What of a report names places. */
interface Placed {
  readonly events: readonly ShownEvent[];
  readonly calls: readonly string[];
  readonly findings: readonly LogFinding[];
}

/** Outside text is between marks of the private use area: numbers in it are not ours. */
const OF_OTHERS = /([\uE000\uE001\uE004]\uE002?[^\uE000-\uE004]*\uE003)/;
const PLACE = /\blines? (\d{1,9})((?:(?:, | and |–)\d{1,9})*)/g;

/** A report that counts from another place, or something else than lines. */
export function withPlaces<Report extends Placed>(report: Report, places: Places): Report {
  const { shift = 0, lineOf = (line) => line + shift } = places;
  const moved = (text: string) => movedText(text, places.word, lineOf);
  return {
    ...report,
    events: report.events.map((event) => ({
      ...event,
      line: Math.min(lineOf(event.line), lineOf(event.lastLine)),
      lastLine: Math.max(lineOf(event.line), lineOf(event.lastLine)),
    })),
    calls: report.calls.map(moved),
    findings: report.findings.map(
      (finding): LogFinding => ({ ...finding, evidence: moved(finding.evidence) }),
    ),
  };
}

function movedText(text: string, word: Places["word"], lineOf: (line: number) => number): string {
  return text
    .split(OF_OTHERS)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(PLACE, (whole, first: string, more: string) => {
            const others = more.replace(/\d+/g, (number) => String(lineOf(Number(number))));
            return `${word}${whole.startsWith("lines") ? "s" : ""} ${lineOf(Number(first))}${others}`;
          }),
    )
    .join("");
}
