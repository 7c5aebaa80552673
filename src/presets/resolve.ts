import { KNOWN_NAMES } from "./known-names.js";
import {
  compact,
  leftWords,
  longestNames,
  type Match,
  type Nameable,
  Names,
  namesProduct,
  type Query,
  readQuery,
  wordsOf,
} from "./match.js";
import { type NamedPreset, presetNames } from "./search.js";
import type { KnownName, NameAnswer, PresetSummary } from "./types.js";

/** Which system a person's words mean, and how sure that is. */

interface NamedKnown extends Nameable {
  readonly known: KnownName;
}

type Named = NamedPreset | NamedKnown;

/** So many are named where it is not sure. */
const MOST = 5;
/** So many words are a name, and no sentence. */
const FEW = 6;

let knownNames: Names<NamedKnown> | undefined;

/** Only a name among the words is certain. Similar letters, a maker's name or one word of a name is a guess. */
export function resolve(text: string): NameAnswer {
  knownNames ??= new Names(
    KNOWN_NAMES.map((known) => ({ known, names: [known.name, ...known.aliases], maker: known.maker ?? "" })),
  );
  const query = readQuery(text);
  const all: readonly Pick<Names<Named>, "named" | "ofMaker" | "guesses">[] = [presetNames(), knownNames];
  const named = all.flatMap((names) => names.named(query));
  const sure = withoutEngines(longestNames(named));
  if (sure.length > 0) {
    const isNamed = new Set(named.map(({ thing }) => thing));
    const made = all.flatMap((names) => names.ofMaker(query)).filter(({ thing }) => !isNamed.has(thing));
    return sureAnswer(sure, made, query);
  }
  // To compare letters takes longer than all else, so it is done only where nothing is named.
  const ranked = all.flatMap((names) => names.guesses(query)).sort((left, right) => right.score - left.score);
  const [likeliest] = ranked;
  if (likeliest === undefined) return { kind: "none" };
  // What is half as likely is not worth a question.
  const guesses = ranked.filter(({ score }) => score > likeliest.score / 2).slice(0, MOST);
  const why = likeliest.basis === "maker" ? "maker" : "likeness";
  return { kind: "guess", why, ...split(guesses) };
}

/** Asterisk beside FreePBX is what FreePBX runs on, and not another system. */
function withoutEngines(sure: readonly Match<Named>[]): Match<Named>[] {
  const engines = new Set(sure.map(({ thing }) => engineOf(thing)));
  const left = sure.filter(({ thing }) => !("summary" in thing && engines.has(thing.summary.id)));
  return left.length > 0 ? left : [...sure];
}

function engineOf(thing: Named): string | undefined {
  if ("summary" in thing) return thing.summary.inside;
  return thing.known.family === undefined ? undefined : thing.known.guide;
}

/** @param made what makers among the words make, besides what is named. */
function sureAnswer(sure: readonly Match<Named>[], made: readonly Match<Named>[], query: Query): NameAnswer {
  const [only, ...more] = sure;
  if (only === undefined || more.length > 0) return { kind: "several", ...split(sure) };
  const others = made.filter(({ thing }) => sameMaker(thing, only.thing));
  const left = leftWords(query, sure);
  if (isMakersName(only, query) && (others.length > 0 ? left.length > 0 : namesProduct(left))) {
    return { kind: "guess", why: "maker", ...split([only, ...others].slice(0, MOST)) };
  }
  if ("known" in only.thing) return { kind: "known", known: only.thing.known };
  const preset = only.thing.summary;
  const isItself = [preset.id, preset.name].some((name) => compact(name) === query.whole);
  return { kind: "preset", preset, also: isItself ? [] : split(others).presets.slice(0, MOST) };
}

function sameMaker(one: Named, other: Named): boolean {
  const [first = ""] = wordsOf(one.maker);
  return wordsOf(other.maker).includes(first);
}

/** Whether of its names only that of its maker was said, and in so few words that the others tell a product: "Yeastar X1". */
function isMakersName({ thing }: Match<Named>, { whole, words }: Query): boolean {
  const said = thing.names.map(compact).filter((name) => whole.includes(name));
  return words.length <= FEW && said.every((name) => compact(thing.maker).includes(name));
}

function split(matches: readonly Match<Named>[]): { presets: PresetSummary[]; names: KnownName[] } {
  return {
    presets: matches.flatMap(({ thing }) => ("summary" in thing ? [thing.summary] : [])),
    names: matches.flatMap(({ thing }) => ("known" in thing ? [thing.known] : [])),
  };
}
