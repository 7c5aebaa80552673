import { shown } from "../hide-secrets.js";
import type { TracedMessage } from "../trace.js";
import { isContainer, isLocal, isOutside } from "./addresses.js";
import type { Described } from "./call-view.js";
import type { CallFact } from "./fact.js";
import { agreementOfTwo } from "./media-agreement.js";
import { audioOf, readSdp } from "./sdp.js";

/**
 * Session descriptions that stand by themselves, as people copy them out of a message, and as FreeSWITCH and browsers log them.
 * Who sent one, and to whom, is not known: what is found is said with less weight than in a trace.
 */

/** Some pages put spaces around the sign, and stars around what they stress. */
const FIELD = /^\s{0,40}(?<name>[a-z])\s?=\s?(?<value>\S.{0,400})$/;
const ADDRESS = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]|-\d)/g;
const MOST = 12;
const MOST_LINES = 120;
/** Words for what people hear, or do not. */
const COMPLAINT =
  /\b(?:no (?:audio|sound|voice|speech|media|rtp)|(?:audio|sound|voice)(?: only)? (?:in )?one (?:way|direction)|one[- ]?way(?: \w{1,12})? ?(?:audio|sound|voice|rtp)|(?:can'?t|cannot|can not|don'?t|not) hear|hears? nothing|silence|silent|(?:missing|without|lack of) (?:audio|sound)|kein(?:en|e)? (?:ton|audio)|h[öo]r(?:t|e|en)? nichts|pas de son|sin audio|sem [áa]udio)\b/i;

interface Bare {
  readonly line: number;
  readonly end: number;
  readonly texts: readonly string[];
}

export function bareDescriptions(
  lines: readonly string[],
  taken: ReadonlySet<number>,
): { facts: readonly CallFact[]; lines: ReadonlySet<number> } {
  const found = findBare(lines, taken);
  const used = new Set(found.flatMap(({ line, end }) => range(line - 1, end)));
  if (found.length === 0 || found.length > MOST) return { facts: [], lines: used };
  const all = found.map(({ line, texts }, index) => described(line, texts, index === 0));
  const complains = lines.some((line, index) => !used.has(index) && COMPLAINT.test(line.slice(0, 2_000)));
  const outside = lines.some((line, index) => !used.has(index) && hasOutside(line));
  const [one, other, ...more] = all;
  const isPair =
    one !== undefined &&
    other !== undefined &&
    more.length === 0 &&
    one.session.origin !== other.session.origin;
  const facts = [
    ...(isPair ? agreementOfTwo({ offer: one, answer: other }) : []),
    ...(more.length === 0
      ? all.flatMap((each) =>
          privateOf(
            each,
            all.filter((every) => every !== each),
            { complains, outside },
          ),
        )
      : []),
  ];
  return { facts: facts.map(asBare), lines: used };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Blocks with a line on audio, of those lines that no message has. */
function findBare(lines: readonly string[], taken: ReadonlySet<number>): Bare[] {
  const found: Bare[] = [];
  let open: { line: number; texts: string[] } | undefined;
  const close = (end: number) => {
    if (open?.texts.some((text) => text.startsWith("m=audio ")) && found.length <= MOST) {
      found.push({ line: open.line, end, texts: open.texts });
    }
    open = undefined;
  };
  for (const [index, line] of lines.entries()) {
    const { name, value = "" } = taken.has(index) ? {} : (FIELD.exec(line)?.groups ?? {});
    if (name === undefined) {
      close(index);
      continue;
    }
    if (name === "v" || (open !== undefined && open.texts.length >= MOST_LINES)) close(index);
    open ??= { line: index + 1, texts: [] };
    open.texts.push(`${name}=${plain(value)}`);
  }
  close(lines.length);
  return found;
}

function plain(value: string): string {
  return value
    .replaceAll("*", "")
    .replace(/ ?([/:]) ?/g, "$1")
    .trim();
}

function described(line: number, texts: readonly string[], byCaller: boolean): Described {
  const session = readSdp(texts);
  return { traced: { line } as TracedMessage, session, audio: audioOf(session), byCaller };
}

function hasOutside(line: string): boolean {
  for (const [address] of line.slice(0, 2_000).matchAll(ADDRESS)) if (isOutside(address)) return true;
  return false;
}

/** A private address, where the other side or the text around it is outside, or somebody complains. */
function privateOf(
  { traced, audio }: Described,
  others: readonly Described[],
  { complains, outside }: { complains: boolean; outside: boolean },
): CallFact[] {
  const address = audio?.connection;
  if (audio === undefined || address === undefined || audio.port === 0 || !isLocal(address)) return [];
  if (audio.candidates.some((each) => isOutside(each))) return [];
  const far = others.find((each) => isOutside(each.audio?.connection))?.audio?.connection;
  if (far === undefined && !complains && !(isContainer(address) && outside)) return [];
  const why =
    far !== undefined
      ? `the other description says ${shown(far, 60)}`
      : outside
        ? "addresses of the internet are named beside it"
        : "and the text says that something is not heard";
  const sure = far !== undefined || isContainer(address) || (complains && outside);
  return [
    {
      id: "media-address-private",
      line: traced.line,
      users: [],
      seen: `a session description says c= ${shown(address, 60)}; ${why}`,
      confidence: sure ? "medium" : "low",
      ...(complains || isContainer(address) ? {} : { severity: "warning" as const }),
      cause: `The side that sent this session description announces ${isContainer(address) ? "an address of a container" : "its private address"}. From outside its own network nobody can send voice there: no audio, or audio in one direction only, unless the other side sends back to where packets come from (symmetric RTP). Between two hosts of one network nothing is wrong with it.`,
      hint: { nat: true },
    },
  ];
}

function asBare(fact: CallFact): CallFact {
  return fact.confidence === "high" ? { ...fact, confidence: "medium" } : fact;
}
