import { capital } from "../base/words.js";
import type { Confidence } from "../presets/types.js";
import { FAMILY_NAMES, type Family, type NamedFamily } from "./families.js";
import type { Answer, Conclusion, Reading, Stage, Trouble } from "./types.js";

/** What an answer comes to in one case. */
export interface Meaning {
  readonly cause: string;
  readonly fix: string;
  readonly confidence: Confidence;
}

/**
 * What is left of an answer's readings when it is known at which stage it came, and who gave it. What is known of a family
 * takes the place of what holds in general.
 */
export function readingsOf(
  { readings }: Answer,
  stage: Stage,
  family: Family = "unknown",
): readonly Reading[] {
  const atStage = readings.filter((reading) => isAt(reading, stage) && isFor(reading, family));
  const own = atStage.filter(({ families }) => families?.includes(family as NamedFamily));
  return own.length > 0 ? own : atStage.filter(({ families = ["any"] }) => families.includes("any"));
}

/** `other`: it gives a name that is not known. */
function isFor({ unnamed }: Pick<Reading, "unnamed">, family: Family = "unknown"): boolean {
  return unnamed !== true || family === "unknown" || family === "other";
}

/** A reading of a registration's answer says nothing of calls. */
function isAt({ stage }: Reading, wanted: Stage): boolean {
  return stage === undefined ? wanted !== "in a call" : stage === wanted;
}

/** Cause, fix and certainty, or `undefined` where the answer is known only for another stage. */
export function meaningOf(answer: Answer, stage: Stage, family?: Family): Meaning | undefined {
  const left = readingsOf(answer, stage, family);
  const [only] = left;
  if (only === undefined) return undefined;
  if (left.length === 1) return meaningOfReading(only);
  const { lead, fix, confidence }: Pick<Conclusion, "lead" | "fix" | "confidence"> = conclusionOf(
    answer,
    stage,
    family,
  ) ?? {
    fix: [...new Set(left.map((reading) => reading.fix))].join(" "),
    confidence: only.confidence === "low" ? "low" : "medium",
  };
  const causes = oneOf(left.map(({ cause }) => cause));
  return { cause: lead === undefined ? causes : `${lead} ${causes}`, fix, confidence };
}

function conclusionOf({ conclusions = [] }: Answer, stage: Stage, family?: Family): Conclusion | undefined {
  const atStage = conclusions.filter((each) => each.stage === stage && isFor(each, family));
  return (
    atStage.find(({ families }) => families?.includes(family as NamedFamily)) ??
    atStage.find(({ families }) => families === undefined)
  );
}

export function meaningOfReading({ cause, fix, confidence }: Reading): Meaning {
  return { cause: sentence(cause), fix, confidence };
}

/** `One of these: (1) a; (2) b.` The likeliest first. */
export function oneOf(causes: readonly string[]): string {
  const [only = ""] = causes;
  if (causes.length === 1) return sentence(only);
  return `One of these: ${causes.map((cause, index) => `(${index + 1}) ${cause}`).join("; ")}.`;
}

/** The answer as an entry of the troubleshooting table. */
export function troubleOfAnswer(answer: Answer): Trouble {
  const { readings, codes: _codes, conclusions: _conclusions, ...entry } = answer;
  return {
    ...entry,
    causes: readings.map((reading) => ({
      cause: sentence(`${whenAndWho(reading, answer)}${reading.cause}`),
      fix: reading.fix,
      sources: reading.sources,
      confidence: reading.confidence,
    })),
  };
}

/** `After credentials, 3CX: `; nothing where it holds for all of the entry. */
function whenAndWho({ stage, families = [] }: Reading, { phase, readings }: Answer): string {
  const isMixed = new Set(readings.map((reading) => reading.stage)).size > 1;
  const when =
    !isMixed || stage === undefined || stage === "in a call"
      ? []
      : [phase === "calling" ? "to a REGISTER" : stage];
  const named = families.includes("any") ? [] : families.flatMap((each) => (each === "any" ? [] : [each]));
  const who = named.length === 0 ? [] : [named.map((family) => FAMILY_NAMES[family]).join(" and ")];
  const all = [...when, ...who];
  return all.length === 0 ? "" : `${all.join(", ")}: `;
}

/** Fields of a registration are written as they are, at the beginning of a sentence too. */
const FIELD = /^(?:username|password|proxy|port|transport)\b/;

function sentence(clause: string): string {
  const isWord = /^[a-z]+\b(?![=_.])/.test(clause) && !FIELD.test(clause);
  return `${isWord ? capital(clause) : clause}.`;
}
