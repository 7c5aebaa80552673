import type { Confidence, Source } from "../presets/types.js";
import type { NamedFamily } from "./families.js";
import type { SOURCES } from "./sources.js";

/**
 * What is known of SIP answers: one record an answer (`Answer`), one a symptom that comes without an answer (`Trouble`).
 * The diagnosis takes the words of its findings from here, explain_sip_log those on what a client was answered, and the
 * troubleshooting table shows them all. Plain types, like the PBX catalogue's; the tests check every record.
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
  readonly id: string;
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

/** What was answered: a REGISTER without credentials, one with them, or a request of a call. */
export type Stage = "before credentials" | "after credentials" | "in a call";

/** One thing that an answer can mean. */
export interface Reading extends Omit<TroubleCause, "cause"> {
  /** A clause, in lower case and without its full stop, so several fit into one sentence. */
  cause: string;
  /** The only stage at which it can be so; any of a registration where none is given. */
  stage?: Stage;
  /** The only PBXs that mean this by the answer; those on which nothing else is known where none are given. */
  families?: readonly (NamedFamily | "any")[];
  /** Only where it is not known who answers. */
  unnamed?: true;
}

/** What can be said while several readings are left. */
export interface Conclusion {
  stage: Stage;
  /** The PBXs to whose readings it belongs; all others where none are given. */
  families?: readonly NamedFamily[];
  /** Only where it is not known who answers. */
  unnamed?: true;
  /** A sentence that is true whichever reading holds. */
  lead?: string;
  /** How sure that is which all the readings have in common. */
  confidence: Confidence;
  /** What to do first. */
  fix: string;
}

/** One SIP answer, or several codes that mean the same. */
export interface Answer extends Omit<Trouble, "causes"> {
  codes: readonly number[];
  /** The likeliest first. */
  readings: readonly Reading[];
  /** Where several readings are left. With a single one, its own fix and certainty count. */
  conclusions?: readonly Conclusion[];
}
