import { shown } from "../hide-secrets.js";
import type { TracedMessage } from "../trace.js";
import { isContainer, isLocal, isOutside } from "./addresses.js";
import type { Described } from "./call-view.js";
import { complains as isComplaint } from "./complaint.js";
import type { CallFact } from "./fact.js";
import { agreementOfTwo } from "./media-agreement.js";
import { audioOf, readSdp } from "./sdp.js";

/**
 * Session descriptions without a message around them, as people copy them, and as FreeSWITCH and browsers log them.
 * Who sent one, and to whom, is not known: what is found is said with less weight than in a trace.
 */

/** Some pages put spaces around the sign, and stars around what they stress. */
const FIELD = /^\s{0,40}(?<name>[a-z])\s?=\s?(?<value>\S.{0,400})$/;
const ADDRESS = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]|-\d)/g;
const MOST = 12;
const MOST_LINES = 120;
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
  const complains = lines.some((line, index) => !used.has(index) && isComplaint(line));
  const outside = lines.some((line, index) => !used.has(index) && hasOutside(line));
  if (found.length === 0) return quoted(lines, taken, { complains, outside });
  if (found.length > MOST) return { facts: [], lines: used };
  const all = found.map(({ line, texts }, index) => described(line, texts, index === 0));
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

const QUOTED = /\bc ?= ?IN IP4 (?<address>(?:\d{1,3}\.){3}\d{1,3})|\bm ?= ?audio (?<port>0) RTP\//g;

/** A single line of a description, quoted in a text that says that nothing is heard. */
function quoted(
  lines: readonly string[],
  taken: ReadonlySet<number>,
  { complains, outside }: Around,
): { facts: readonly CallFact[]; lines: ReadonlySet<number> } {
  const used = new Set<number>();
  const facts: CallFact[] = [];
  for (const [index, line] of lines.entries()) {
    if (!complains || taken.has(index) || !(line.includes("IN IP4") || line.includes("audio 0"))) continue;
    for (const { groups } of line.slice(0, 2_000).matchAll(QUOTED)) {
      used.add(index);
      if (groups?.port !== undefined) facts.push(audioOff(index + 1));
      else if (isLocal(groups?.address)) {
        facts.push(privateFact(index + 1, groups?.address ?? "", wordsOf(outside), outside, true));
      }
    }
  }
  return { facts: facts.slice(0, 2), lines: used };
}

function audioOff(line: number): CallFact {
  return {
    id: "media-off",
    line,
    users: [],
    seen: "m=audio 0 is quoted from a session description: port 0 refuses the voice",
    confidence: "medium",
  };
}

interface Around {
  /** The text says that nothing is heard. */
  readonly complains: boolean;
  /** The text names an address of the internet. */
  readonly outside: boolean;
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
    const inside = taken.has(index) ? undefined : inString(line);
    if (inside !== undefined) {
      close(index);
      open = { line: index + 1, texts: inside };
      close(index + 1);
      continue;
    }
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

/** A description in a string of JSON or of a browser's console, with escaped line ends. LiveKit's have their own reader. */
function inString(line: string): string[] | undefined {
  const at = line.indexOf("v=0\\");
  if (at < 0 || /\bSDP (?:offer|answer)\b/.test(line.slice(0, 400))) return undefined;
  const texts = line
    .slice(at, at + 4_000)
    .split(/\\{1,2}r\\{1,2}n|\\{1,2}n/, MOST_LINES)
    .filter((text) => /^[a-z]=/.test(text));
  return texts.length > 2 ? texts : undefined;
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

/** A private address, where the other side or the text around it is outside, or the text says that nothing is heard. */
function privateOf(
  { traced, audio }: Described,
  others: readonly Described[],
  { complains, outside }: Around,
): CallFact[] {
  const address = audio?.connection;
  if (audio === undefined || address === undefined || audio.port === 0 || !isLocal(address)) return [];
  if (audio.candidates.some((each) => isOutside(each))) return [];
  const far = others.find((each) => isOutside(each.audio?.connection))?.audio?.connection;
  if (far === undefined && !complains && !(isContainer(address) && outside)) return [];
  const why = far !== undefined ? `the other description says ${shown(far, 60)}` : wordsOf(outside);
  return [privateFact(traced.line, address, why, far !== undefined || (complains && outside), complains)];
}

function wordsOf(outside: boolean): string {
  return outside
    ? "addresses of the internet are named beside it"
    : "and the text says that something is not heard";
}

function privateFact(
  line: number,
  address: string,
  why: string,
  sure: boolean,
  complains: boolean,
): CallFact {
  const container = isContainer(address);
  return {
    id: "media-address-private",
    line,
    users: [],
    seen: `a session description says c= ${shown(address, 60)}; ${why}`,
    confidence: sure || container ? "medium" : "low",
    ...(complains || container ? {} : { severity: "warning" as const }),
    cause: `The side that sent this session description announces ${container ? "an address of a container" : "its private address"}. Nothing outside its own network can send voice there: no audio, or audio in one direction only, unless the other side sends back to where packets come from (symmetric RTP). Between two hosts of one network nothing is wrong with it.`,
    hint: { nat: true },
  };
}

function asBare(fact: CallFact): CallFact {
  return fact.confidence === "high" ? { ...fact, confidence: "medium" } : fact;
}
