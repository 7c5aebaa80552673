import { SUMMARIES, WIRE } from "./catalogue.js";
import type { Confidence, WirePattern } from "./types.js";

export interface RecognizedServer {
  /** Id of the preset. */
  id: string;
  name: string;
  /** What the header says the program is. */
  product: string;
  version?: string;
  confidence: Confidence;
  note?: string;
}

const RANK: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };
/** No real Server header comes near this; the rest of a longer one is not looked at. */
const MAX_HEADER = 300;

/**
 * Which PBX an answer comes from, by its Server or User-Agent header (the value, with or without the header's
 * name). The likeliest first; several where products share a header; empty where it is not known. A header can
 * be changed by the administrator or belong to a proxy in front: a hint, not a proof.
 */
export function recognizeServer(header: string): RecognizedServer[] {
  const value = header
    .slice(0, MAX_HEADER)
    .replace(/^\s*(?:server|user-agent)\s*:/i, "")
    .trim();
  const found = [...WIRE].flatMap(([id, patterns]) => {
    for (const pattern of patterns) {
      const match = new RegExp(pattern.pattern, "i").exec(value);
      if (match) return [recognized(id, pattern, match[1])];
    }
    return [];
  });
  return found.sort((left, right) => RANK[left.confidence] - RANK[right.confidence]);
}

function recognized(id: string, pattern: WirePattern, version: string | undefined): RecognizedServer {
  const { product, confidence, note } = pattern;
  return {
    id,
    name: SUMMARIES.find((summary) => summary.id === id)?.name ?? product,
    product,
    ...(version ? { version } : {}),
    confidence,
    ...(note ? { note } : {}),
  };
}
