/** What a search for SIP servers has asked, and what limits have cut off. */

/** One question and its outcome: evidence for a person to read. */
export interface LocateStep {
  readonly question: string;
  /** `hosts` is this machine's hosts file. */
  readonly type: "NAPTR" | "SRV" | "A" | "AAAA" | "CNAME" | "hosts";
  /** As a zone file has them; outside text. */
  readonly answers: readonly string[];
  /**
   * Why there is not an answer: `ENOTFOUND` (no such name), `ENODATA` (no such record), `ETIMEOUT`, `ESERVFAIL` …;
   * `EPENDING`: it was not waited for.
   */
  readonly error?: string;
  /** For `hosts`: DNS gave none of these addresses. */
  readonly differs?: boolean;
  readonly ms: number;
}

/** Where a limit cut a search off: `taken` of `of`, or all that was still open after `ms`. */
export type LocateCut =
  | { readonly what: "names" | "targets" | "addresses"; readonly of: number; readonly taken: number }
  | {
      readonly what: "records";
      readonly type: LocateStep["type"];
      readonly question: string;
      readonly of: number;
      readonly taken: number;
    }
  | { readonly what: "time"; readonly ms: number }
  /** A question that others could be answered without, and that was not waited for. */
  | { readonly what: "pending"; readonly type: LocateStep["type"]; readonly question: string };

/** The names that one search or several may ask about, and what was cut off. */
export class LookupBudget {
  readonly #maxNames: number;
  readonly #asked = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #cuts: LocateCut[] = [];

  constructor(maxNames: number) {
    this.#maxNames = maxNames;
  }

  /** What was left out so far. */
  get cuts(): LocateCut[] {
    const [asked, refused] = [this.#asked.size, this.#refused.size];
    const names = { what: "names", of: asked + refused, taken: asked } as const;
    return [...this.#cuts, ...(refused > 0 ? [names] : [])];
  }

  /** Whether a name may be asked about; one that was may be again, for other records. */
  admits(name: string): boolean {
    const key = name.toLowerCase();
    if (this.#asked.has(key)) return true;
    const admitted = this.#asked.size < this.#maxNames;
    (admitted ? this.#asked : this.#refused).add(key);
    return admitted;
  }

  note(cut: LocateCut): void {
    if (cut.what !== "time" || !this.#cuts.some(({ what }) => what === "time")) this.#cuts.push(cut);
  }
}

/** Whether an error of a look-up says that there is none, as opposed to that it could not be asked. */
export function isAbsent(error: string | undefined): boolean {
  return error === "ENOTFOUND" || error === "ENODATA";
}
