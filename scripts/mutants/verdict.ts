/** What is read of StrykerJS's report (schema 2). */
export interface Mutant {
  status: string;
  mutatorName: string;
  replacement?: string;
  /** It acts while modules are loaded. */
  static?: boolean;
  testsCompleted?: number;
  location: { start: { line: number; column: number } };
}

export interface MutatedFile {
  source: string;
  mutants: readonly Mutant[];
  /** How many tests the run has. */
  tests?: number;
}

/** A mutant that no test notices, and why none has to. */
export interface KnownSurvivor {
  /** The line of the source on which it begins. */
  line: string;
  /** What it has in place of the original. */
  becomes: string;
  why: string;
}

export interface Survivor {
  place: number;
  line: string;
  becomes: string;
}

export interface Verdict {
  killed: number;
  of: number;
  /** Without a reason in the list. */
  unnamed: Survivor[];
  /** In the list, but noticed now, or gone. */
  stale: KnownSurvivor[];
}

const NOTICED: ReadonlySet<string> = new Set(["Killed", "Timeout"]);
const COUNTED: ReadonlySet<string> = new Set([...NOTICED, "Survived", "NoCoverage"]);

/** If a mutant keeps test files themselves from loading, the runner has no failed test to report: their tests are missing. */
function isNoticed({ status, static: isStatic, testsCompleted = 0 }: Mutant, tests: number): boolean {
  return NOTICED.has(status) || (status === "Survived" && isStatic === true && testsCompleted < tests);
}

/** Which mutants of a file were noticed, and which of the others have no stated reason. */
export function judge({ source, mutants, tests = 1 }: MutatedFile, known: readonly KnownSurvivor[]): Verdict {
  const lines = source.split("\n");
  const counted = mutants.filter(({ status }) => COUNTED.has(status));
  const survivors = counted
    .filter((mutant) => !isNoticed(mutant, tests))
    .map(({ location, replacement = "" }) => ({
      place: location.start.line,
      line: inOneLine(lines[location.start.line - 1] ?? ""),
      becomes: inOneLine(replacement),
    }));
  const isSame = (left: { line: string; becomes: string }, right: { line: string; becomes: string }) =>
    inOneLine(left.line) === right.line && inOneLine(left.becomes) === right.becomes;
  return {
    killed: counted.length - survivors.length,
    of: counted.length,
    unnamed: survivors.filter((survivor) => !known.some((entry) => isSame(entry, survivor))),
    stale: known.filter((entry) => !survivors.some((survivor) => isSame(entry, survivor))),
  };
}

/** In percent, rounded down, so a floor is not reached by rounding. */
export function shareOf({ killed, of }: Pick<Verdict, "killed" | "of">): number {
  return of === 0 ? 100 : Math.floor((1_000 * killed) / of) / 10;
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
