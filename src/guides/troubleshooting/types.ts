import type { Confidence, Source } from "../../presets/types.js";
import type { SOURCES } from "./sources.js";

/**
 * What the troubleshooting table holds: an entry for each SIP answer that a registration or a call may get, and
 * for each symptom that comes without one. Plain types, like the PBX catalogue's; the tests check every entry.
 */

export type SourceKey = keyof typeof SOURCES;
export type Sources = Readonly<Record<string, Source>>;

/** When the trouble shows itself. */
export type TroublePhase =
  /** The registrar answers REGISTER with an error. */
  | "registering"
  /** REGISTER gets no answer, or cannot be sent. */
  | "unanswered"
  /** The agent is registered, and calls misbehave. */
  | "calling";

export interface TroubleCause {
  cause: string;
  fix: string;
  /** Not empty. */
  sources: readonly SourceKey[];
  confidence: Confidence;
}

export interface Trouble {
  /** A SIP code (`403`) or a symptom in kebab-case (`no-answer`); the last part of the resource's address. */
  id: string;
  /** `403 Forbidden`, `No audio in one direction`. */
  title: string;
  phase: TroublePhase;
  /** What it says, in a sentence or two. */
  meaning: string;
  /** States of the platform that usually follow (OpenSIPS `uac_registrant`), by name; empty where none is telling. */
  states: readonly string[];
  /** The likeliest first. */
  causes: readonly TroubleCause[];
  /** Words by which people call it, beside those of the title. */
  words: readonly string[];
  /** Ids of entries to look at as well. */
  see?: readonly string[];
}
