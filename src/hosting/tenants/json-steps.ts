import {
  createScanner,
  type ParseError,
  type ParseErrorCode,
  type ScanError,
  type SyntaxKind,
} from "jsonc-parser";
import type { Steps } from "../../base/steps.js";

/** The content of a JSON text in which comments and trailing commas are allowed. */
export interface JsonContent {
  /** Objects have no prototype. Of no use where there are faults. */
  value: unknown;
  /** As jsonc-parser tells them. */
  faults: readonly ParseError[];
  /** Names that occur twice in one object, and `__proto__`: those of inner objects first. */
  wrongKeys: readonly WrongKey[];
}

interface WrongKey {
  key: string;
  offset: number;
}

// jsonc-parser's enums exist only for the compiler.
const OPEN_BRACE = 1 satisfies SyntaxKind.OpenBraceToken;
const CLOSE_BRACE = 2 satisfies SyntaxKind.CloseBraceToken;
const OPEN_BRACKET = 3 satisfies SyntaxKind.OpenBracketToken;
const CLOSE_BRACKET = 4 satisfies SyntaxKind.CloseBracketToken;
const COMMA = 5 satisfies SyntaxKind.CommaToken;
const COLON = 6 satisfies SyntaxKind.ColonToken;
const NULL = 7 satisfies SyntaxKind.NullKeyword;
const TRUE = 8 satisfies SyntaxKind.TrueKeyword;
const FALSE = 9 satisfies SyntaxKind.FalseKeyword;
const STRING = 10 satisfies SyntaxKind.StringLiteral;
const NUMBER = 11 satisfies SyntaxKind.NumericLiteral;
const FIRST_TRIVIA = 12 satisfies SyntaxKind.LineCommentTrivia;
const LAST_TRIVIA = 15 satisfies SyntaxKind.Trivia;
const UNKNOWN = 16 satisfies SyntaxKind.Unknown;
const EOF = 17 satisfies SyntaxKind.EOF;

const INVALID_SYMBOL = 1 satisfies ParseErrorCode.InvalidSymbol;
const INVALID_NUMBER = 2 satisfies ParseErrorCode.InvalidNumberFormat;
const NAME_EXPECTED = 3 satisfies ParseErrorCode.PropertyNameExpected;
const VALUE_EXPECTED = 4 satisfies ParseErrorCode.ValueExpected;
const COLON_EXPECTED = 5 satisfies ParseErrorCode.ColonExpected;
const COMMA_EXPECTED = 6 satisfies ParseErrorCode.CommaExpected;
const CLOSE_BRACE_EXPECTED = 7 satisfies ParseErrorCode.CloseBraceExpected;
const CLOSE_BRACKET_EXPECTED = 8 satisfies ParseErrorCode.CloseBracketExpected;
const END_EXPECTED = 9 satisfies ParseErrorCode.EndOfFileExpected;

/** What each of the scanner's errors is as a fault; 0 is none. */
const SCAN_FAULTS: Readonly<Record<ScanError, ParseErrorCode | undefined>> = {
  0: undefined,
  1: 11 satisfies ParseErrorCode.UnexpectedEndOfComment,
  2: 12 satisfies ParseErrorCode.UnexpectedEndOfString,
  3: 13 satisfies ParseErrorCode.UnexpectedEndOfNumber,
  4: 14 satisfies ParseErrorCode.InvalidUnicode,
  5: 15 satisfies ParseErrorCode.InvalidEscapeCharacter,
  6: 16 satisfies ParseErrorCode.InvalidCharacter,
};

const AFTER_PROPERTY: readonly SyntaxKind[] = [CLOSE_BRACE, COMMA];
const AFTER_ELEMENT: readonly SyntaxKind[] = [CLOSE_BRACKET, COMMA];
const NOTHING = Symbol("no value");

/**
 * Reads JSON a property or an element at a time, with the scanner of jsonc-parser and the faults of its `parseTree`, which
 * reads a text of many megabytes in one go and takes no other names than the last of its kind.
 */
export function jsonSteps(text: string): Steps<JsonContent> {
  return new JsonReader(text).read();
}

class JsonReader {
  readonly #scanner;
  readonly #faults: ParseError[] = [];
  readonly #wrongKeys: WrongKey[] = [];
  #token: SyntaxKind = UNKNOWN;

  constructor(text: string) {
    this.#scanner = createScanner(text, false);
  }

  *read(): Steps<JsonContent> {
    this.#scan();
    const value = this.#token === EOF ? NOTHING : yield* this.#value();
    if (value === NOTHING) this.#fault(VALUE_EXPECTED);
    else if (this.#token !== EOF) this.#fault(END_EXPECTED);
    return { value, faults: this.#faults, wrongKeys: this.#wrongKeys };
  }

  *#value(): Steps<unknown> {
    switch (this.#token) {
      case OPEN_BRACE:
        return yield* this.#object();
      case OPEN_BRACKET:
        return yield* this.#array();
      default:
        return this.#literal();
    }
  }

  #literal(): unknown {
    const value = this.#literalValue();
    if (value !== NOTHING) this.#scan();
    return value;
  }

  #literalValue(): unknown {
    switch (this.#token) {
      case STRING:
        return this.#scanner.getTokenValue();
      case NUMBER: {
        const number = Number(this.#scanner.getTokenValue());
        if (Number.isNaN(number)) this.#fault(INVALID_NUMBER);
        return number;
      }
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      default:
        return NOTHING;
    }
  }

  *#object(): Steps<Record<string, unknown>> {
    const found: Record<string, unknown> = Object.create(null);
    const wrong: WrongKey[] = [];
    this.#scan();
    let first = true;
    while (this.#token !== CLOSE_BRACE && this.#token !== EOF) {
      if (!this.#separated(first, CLOSE_BRACE)) break;
      yield* this.#property(found, wrong);
      first = false;
      yield;
    }
    this.#wrongKeys.push(...wrong);
    this.#close(CLOSE_BRACE, CLOSE_BRACE_EXPECTED);
    return found;
  }

  *#property(found: Record<string, unknown>, wrong: WrongKey[]): Steps<void> {
    if (this.#token !== STRING) {
      this.#fault(NAME_EXPECTED);
      this.#skipUntil(AFTER_PROPERTY);
      this.#fault(VALUE_EXPECTED);
      return;
    }
    const key = this.#scanner.getTokenValue();
    const offset = this.#scanner.getTokenOffset();
    let value: unknown = NOTHING;
    if (this.#scan() === COLON) {
      this.#scan();
      value = yield* this.#value();
      if (value === NOTHING) this.#fault(VALUE_EXPECTED);
    } else {
      this.#fault(COLON_EXPECTED);
    }
    if (value === NOTHING) this.#skipUntil(AFTER_PROPERTY);
    if (key === "__proto__" || key in found) wrong.push({ key, offset });
    else found[key] = value;
  }

  *#array(): Steps<unknown[]> {
    const found: unknown[] = [];
    this.#scan();
    let first = true;
    while (this.#token !== CLOSE_BRACKET && this.#token !== EOF) {
      if (!this.#separated(first, CLOSE_BRACKET)) break;
      const value = yield* this.#value();
      if (value === NOTHING) {
        this.#fault(VALUE_EXPECTED);
        this.#skipUntil(AFTER_ELEMENT);
      }
      found.push(value);
      first = false;
      yield;
    }
    this.#close(CLOSE_BRACKET, CLOSE_BRACKET_EXPECTED);
    return found;
  }

  /** Takes the comma before what comes next. @returns `false` where the end comes after it. */
  #separated(first: boolean, end: SyntaxKind): boolean {
    if (this.#token !== COMMA) {
      if (!first) this.#fault(COMMA_EXPECTED);
      return true;
    }
    if (first) this.#fault(VALUE_EXPECTED);
    this.#scan();
    return this.#token !== end;
  }

  #close(end: SyntaxKind, code: ParseErrorCode): void {
    if (this.#token === end) this.#scan();
    // Nothing but the end of the text leads here.
    else this.#fault(code);
  }

  #scan(): SyntaxKind {
    for (;;) {
      this.#token = this.#scanner.scan();
      const code = SCAN_FAULTS[this.#scanner.getTokenError()];
      if (code !== undefined) this.#fault(code);
      if (this.#token === UNKNOWN) this.#fault(INVALID_SYMBOL);
      else if (!isTrivia(this.#token)) return this.#token;
    }
  }

  #skipUntil(ends: readonly SyntaxKind[]): void {
    while (this.#token !== EOF && !ends.includes(this.#token)) this.#scan();
  }

  #fault(error: ParseErrorCode): void {
    const [offset, length] = [this.#scanner.getTokenOffset(), this.#scanner.getTokenLength()];
    this.#faults.push({ error, offset, length });
  }
}

function isTrivia(token: SyntaxKind): boolean {
  return token >= FIRST_TRIVIA && token <= LAST_TRIVIA;
}
