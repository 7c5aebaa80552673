import type { Confidence, Severity } from "./grades.js";

/** What the RTP of a call in a capture shows, as judged by its reader. */
export interface RtpEvidence {
  readonly what: RtpFact;
  /** What was seen, in one line of ours. */
  readonly words: string;
  readonly confidence: Confidence;
  readonly severity?: Severity;
  readonly cause?: string;
}

export const RTP_FACTS = [
  "rtp-to-private",
  "rtp-refused",
  "rtp-one-way",
  "rtp-none",
  "rtp-stops",
  "rtp-wrong-type",
  "rtp-silent",
  "rtp-loss",
  "rtp-jitter",
  "rtp-from-elsewhere",
] as const;
export type RtpFact = (typeof RTP_FACTS)[number];
