import { INTERVAL_NAMED, INTERVAL_UNNAMED } from "../../answers/demands.js";
import type { Family } from "../../answers/families.js";
import { type Meaning, meaningOf, meaningOfReading } from "../../answers/meaning.js";
import { answerToRegister } from "../../answers/records.js";
import type { Answer, Stage } from "../../answers/types.js";
import type { CredentialsEvidence, Evidence, ExchangeEvidence } from "../evidence.js";
import { afterWords } from "./credentials-views.js";
import type { Conclusion } from "./rule.js";
import { answerWords } from "./words.js";

/** What `src/answers/` says of an answer, as words of rules and findings. */

/** A rule's own cause and fix: what holds for the answer from any PBX, or from this family. */
export function ruleWords(answer: Answer, stage: Stage, family?: Family): Pick<Meaning, "cause" | "fix"> {
  const meaning = meaningOf(answer, stage, family);
  if (meaning === undefined) throw new Error(`${answer.id} means nothing ${stage}`);
  const { cause, fix } = meaning;
  return { cause, fix };
}

/** The same of a rule that several answers lead to: `421: …`, each in the words of its record. */
export function ruleWordsByCode(answers: readonly Answer[], stage: Stage): Pick<Meaning, "cause" | "fix"> {
  const words = answers.map((answer) => [answer.id, ruleWords(answer, stage)] as const);
  const fixes = [...new Set(words.map(([, { fix }]) => fix))];
  const codesOf = (fix: string) => words.flatMap(([id, each]) => (each.fix === fix ? [id] : []));
  return {
    cause: words.map(([id, { cause }]) => `${id}: ${cause}`).join(" "),
    fix: fixes.map((fix) => `${codesOf(fix).join(", ")}: ${fix}`).join(" "),
  };
}

/** What was answered to the first REGISTER, and what that means from this PBX. */
export function saidBefore(
  evidence: Evidence,
  first: ExchangeEvidence & { status: number },
): Pick<Conclusion, "evidence" | "confidence" | "cause" | "fix"> {
  const meaning = meaningOf(answerToRegister(first.status), "before credentials", evidence.answerer.family);
  return { confidence: "low", ...meaning, evidence: answerWords(evidence, first) };
}

/** Min-Expires of a 423; OpenSIPS takes a value below 5 for none. */
export function usableMinimum({ headers }: ExchangeEvidence): number | undefined {
  const minimum = Number(headers["Min-Expires"]?.unwrap() || Number.NaN);
  return minimum >= 5 ? minimum : undefined;
}

/** Where a 423 is the end: the minimum was not named, not kept to, or is too long to be tried. */
export const LOWER_MINIMUM =
  "Lower the shortest expiry on the PBX (minimum_expiration on Asterisk PJSIP, minexpirey on chan_sip, min_expires on Kamailio).";
/** Where it was named, and is too long to be tried from here. */
export const PLATFORM_ASKS =
  "If the answer has Min-Expires, the platform asks again with that value, so its own attempt may succeed.";

export function meaningOf423(exchange: ExchangeEvidence): Meaning {
  return meaningOfReading(usableMinimum(exchange) === undefined ? INTERVAL_UNNAMED : INTERVAL_NAMED);
}

/** What was answered to credentials, and what that means from this PBX. */
export function saidAfter(
  evidence: Evidence,
  refused: CredentialsEvidence,
): Pick<Conclusion, "evidence" | "confidence" | "cause" | "fix"> {
  return { confidence: "low", ...meaningAfter(evidence, refused), evidence: afterWords(evidence, refused) };
}

/** The meaning of the answer to credentials; nothing if the code is known only without credentials. */
export function meaningAfter({ answerer }: Evidence, { last }: CredentialsEvidence): Meaning | undefined {
  if (last.status === undefined) return undefined;
  return last.status === 423
    ? meaningOf423(last)
    : meaningOf(answerToRegister(last.status), "after credentials", answerer.family);
}
