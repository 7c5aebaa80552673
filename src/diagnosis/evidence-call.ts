import type { Confidence, Severity } from "./grades.js";

/** What a log or trace shows of a call, judged by whoever read it. Text of it is struck, in sentences of ours. */
export interface CallEvidence {
  /** The finding, by its id. */
  readonly what: string;
  /** What was seen, in one line. */
  readonly words: string;
  readonly confidence: Confidence;
  readonly severity?: Severity;
  readonly cause?: string;
  readonly fix?: string;
}
