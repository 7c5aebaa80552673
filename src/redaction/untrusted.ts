import { cleanText, quoted, seenPart } from "./text.js";

/**
 * Who wrote a text: the API, another outsider (a PBX, DNS, a certificate, a library), or the caller of this very call.
 * An outsider may be the caller's own, the API is not. A setting is meant to be seen.
 */
export type Origin = "outside" | "api" | "caller" | "setting";

export interface UntrustedOptions {
  /** Characters that are shown at most. */
  max?: number;
  from?: Origin;
  /** A name, number or address: quotation marks only where it holds more than such a thing has. */
  token?: boolean;
  /** What is shown in its place. */
  instead?: string | undefined;
  /** Says what is shown in its place, besides who shows it. */
  refusal?: OwnRefusal | undefined;
}

type OwnRefusal = (seen: string) => string | undefined;

/** Of an outside text so much is looked at; nothing that comes behind it is shown. */
const LOOKED_AT = 4_096;

/*
 * How such a text is marked in a sentence until the sentence leaves the program: by private-use characters
 * (Unicode section 23.5), which are removed from every text from outside, so no one else can write them.
 */
const BEGIN: Readonly<Record<Origin, string>> = {
  outside: "\uE000",
  api: "\uE005",
  caller: "\uE001",
  setting: "\uE004",
};
const ORIGINS = new Map(Object.entries(BEGIN).map(([origin, mark]) => [mark, origin as Origin]));
const TOKEN = "\uE002";
export const SEGMENT_END = "\uE003";
const MARKS = /[\uE000-\uE005]/g;
const SEGMENT = /([\uE000\uE001\uE004\uE005])(\uE002?)(\d+);([^\uE000-\uE005]*)\uE003?/g;
const WHOLE = /^([\uE000\uE001\uE004\uE005])\uE002?(\d+);([^\uE000-\uE005]*)\uE003$/;

/** A byte of a SIP message that is no UTF-8 (`sip/message/bytes.ts`): it is shown as the character that it is in Latin-1. */
const LONE_BYTES = /[\udc80-\udcff]/gu;
/** A mark, or what may be such a byte: most texts have neither. */
const UNUSUAL = /[\uE000-\uE005\udc80-\udcff]/;
const latin1 = (byte: string) => String.fromCharCode(byte.charCodeAt(0) & 0xff);

/** Letters, digits and separators in names, numbers, addresses and times. */
const PLAIN = /^[\p{L}\p{N}_*+[][\p{L}\p{N}._:@+/~*=;[\]-]*$/u;

/**
 * Text that someone else wrote. It is not a string, so its origin cannot be forgotten: in a sentence it is
 * enclosed in marks, and where the sentence leaves the program ({@link shownText}) it is checked for
 * secrets, cleaned, bounded and put into quotation marks.
 */
export class Untrusted {
  readonly #raw: string;
  readonly #max: number;
  readonly #from: Origin;
  readonly #token: boolean;
  readonly #instead: string | undefined;
  readonly #refusal: OwnRefusal | undefined;
  #found: { instead: string | undefined } | undefined;

  constructor(
    text: string,
    { max = 200, from = "outside", token = false, instead, refusal }: UntrustedOptions = {},
  ) {
    // A sentence that contains such texts counts as a whole as someone else's.
    const looked = text.slice(0, LOOKED_AT);
    this.#raw = UNUSUAL.test(looked)
      ? looked.replace(SEGMENT, "$4").replace(MARKS, "").replace(LONE_BYTES, latin1)
      : looked;
    this.#max = max;
    this.#from = from;
    this.#token = token;
    this.#instead = instead;
    this.#refusal = refusal;
  }

  /** Cleaned and bounded, to be compared or sent, never to be shown: it has not been checked for secrets. */
  unwrap(): string {
    return cleanText(this.#raw, this.#max);
  }

  /** Whether nothing of it can be seen. */
  get isEmpty(): boolean {
    return this.unwrap() === "";
  }

  /** Whether it is shown as it is, cut and cleaned, by who looks at it with `refusal`. */
  passes(refusal: Refusal): boolean {
    return this.#inPlace() === undefined && refusal(seenPart(this.#raw, this.#max), this.#from) === undefined;
  }

  /**
   * The same, except for a replacement if `refusal` says so: asked once, and only when it is shown, since most
   * texts never are.
   */
  without(refusal: OwnRefusal): Untrusted {
    return this.#with({ refusal: (text) => this.#refusal?.(text) ?? refusal(text) });
  }

  /** The same with fewer characters. */
  shortened(max: number): Untrusted {
    return this.#with({ max });
  }

  #inPlace(): string | undefined {
    this.#found ??= { instead: this.#instead ?? this.#refusal?.(seenPart(this.#raw, this.#max)) };
    return this.#found.instead;
  }

  #with(changes: UntrustedOptions): Untrusted {
    const kept = {
      ...{ max: this.#max, from: this.#from, token: this.#token },
      ...{ instead: this.#instead, refusal: this.#refusal },
    };
    return new Untrusted(this.#raw, { ...kept, ...changes });
  }

  /** For a sentence. */
  toString(): string {
    return (
      this.#inPlace() ??
      `${BEGIN[this.#from]}${this.#token ? TOKEN : ""}${this.#max};${this.#raw}${SEGMENT_END}`
    );
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Text from outside, whatever it came as. */
export function untrusted(text: unknown, options?: UntrustedOptions): Untrusted {
  return text instanceof Untrusted ? text : new Untrusted(messageOf(text), options);
}

/** A name, number, address or word from outside: without quotation marks where it is no more than that. */
export function untrustedToken(text: unknown, max = 200): Untrusted {
  return untrusted(text, { max, token: true });
}

/** A setting: it was chosen to be seen and sent, and is not checked for secrets. */
export function settingText(text: unknown, max = 253): Untrusted {
  return untrusted(text, { max, from: "setting", token: true });
}

/** A sentence whose caller's words count as someone else's: the caller named their source, but did not write them. */
export function notFromCaller(sentence: string): string {
  return sentence.replaceAll(BEGIN.caller, BEGIN.outside);
}

/** What the caller wrote. Only secrets that the caller gave are looked for in it. */
export function fromCaller(text: unknown, max = 200): Untrusted {
  return untrusted(text, { max, from: "caller" });
}

/** The stack of a defect, or its message: for a log. */
export function untrustedStack(error: unknown): Untrusted {
  return untrusted((error instanceof Error ? error.stack : undefined) ?? error, { max: 2_000 });
}

function messageOf(text: unknown): string {
  if (text instanceof Error) return text.message;
  return String(text ?? "");
}

/** The replacement for a text that may not be shown; `undefined`: it may be. */
export type Refusal = (raw: string, from: Origin) => string | undefined;

const MARK = /[\uE000-\uE005]/;

/** Whether a sentence contains someone else's words, or a part of them if it was cut. */
export function hasOutside(sentence: string): boolean {
  return MARK.test(sentence);
}

/** A sentence as it leaves the program: what others wrote in it is checked, cleaned, bounded and quoted. */
export function shownText(sentence: string, refusal: Refusal): string {
  return sentence.replace(SEGMENT, (_, begin: string, token: string, max: string, raw: string) => {
    const text = shownSegment(begin, max, raw, refusal);
    if (text.isReplaced || (token !== "" && PLAIN.test(text.words))) return text.words;
    return quoted(text.words);
  });
}

/** A separate value, such as a JSON field: without quotation marks if it is only one outsider's words. */
export function shownValue(value: string, refusal: Refusal): string {
  const [, begin, max, raw] = WHOLE.exec(value) ?? [];
  if (begin === undefined || max === undefined || raw === undefined) return shownText(value, refusal);
  return shownSegment(begin, max, raw, refusal).words;
}

/** What the caller wrote, as it is shown by an error of the protocol: those are built from nothing else. */
export function echoed(text: string, max: number): string {
  return shownText(`${fromCaller(text, max)}`, () => undefined);
}

function shownSegment(
  begin: string,
  max: string,
  raw: string,
  refusal: Refusal,
): { words: string; isReplaced: boolean } {
  const refused = refusal(seenPart(raw, Number(max)), ORIGINS.get(begin) ?? "outside");
  if (refused !== undefined) return { words: refused, isReplaced: true };
  return { words: cleanText(raw, Number(max)), isReplaced: false };
}
