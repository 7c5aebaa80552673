import { randomBytes, randomInt } from "node:crypto";

/** Consonants: none is taken for a digit, and they make no words. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const CODE_LENGTH = 8;

/** 256 bits in URL-safe base64: 43 characters. */
export function random256(): string {
  return randomBytes(32).toString("base64url");
}

/** Eight letters, as they are read out. */
export function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

/** A typed code in its normal form; `undefined` if it cannot be one. */
export function readCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined;
  const letters = typed.toUpperCase().replace(/[\s.-]/g, "");
  const isCode = letters.length === CODE_LENGTH && [...letters].every((letter) => LETTERS.includes(letter));
  return isCode ? letters : undefined;
}

/** Where the pages are: below the public URL. */
export class PageAddresses {
  readonly host: string;
  /** Of every page: `https://sip.example.com`. */
  readonly origin: string;
  readonly #path: string;

  constructor(publicUrl: URL) {
    this.host = publicUrl.host;
    this.origin = publicUrl.origin;
    // Without a slash at its end, but for the root.
    this.#path = publicUrl.pathname === "/" ? "" : publicUrl.pathname;
  }

  pathOf(token: string): string {
    return `${this.#path}/password/${token}`;
  }

  urlOf(token: string): string {
    return this.origin + this.pathOf(token);
  }

  shortUrlOf(code: string): string {
    return `${this.origin}${this.#path}/p/${code}`;
  }

  /** Where letters are typed. */
  get codePath(): string {
    return `${this.#path}/p`;
  }

  /** What a browser's line of addresses begins with. */
  get beginning(): string {
    return `${this.origin}${this.#path}/`;
  }

  /** One sentence that a voice can say. */
  spoken(code: string): string {
    const said = `${this.host}${this.#path}/p`.replaceAll("/", " slash ").replaceAll(":", " colon ");
    const letters = [code.slice(0, 4), code.slice(4)].map((half) => [...half].join(" ")).join(", ");
    return `Please open ${said} in a browser, and enter the letters ${letters}: there you can type the SIP password.`;
  }
}
