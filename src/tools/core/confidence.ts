import type { Confidence } from "../../presets/types.js";

/** Added to inferences, so they are not stated as facts. */
const UNCONFIRMED = "not confirmed by the vendor";

/** A field beside a sentence of the catalogue that is only inferred. */
export function confidenceData(confidence: Confidence): { unconfirmed?: string } {
  return confidence === "low" ? { unconfirmed: UNCONFIRMED } : {};
}

/** A sentence of the catalogue, marked where it is only inferred. */
export function sure(text: string, confidence: Confidence): string {
  return marked(text, confidenceData(confidence));
}

export function marked(text: string, { unconfirmed }: { unconfirmed?: string | undefined }): string {
  return unconfirmed === undefined ? text : `${text} (${unconfirmed})`;
}
