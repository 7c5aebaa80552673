import { Buffer } from "node:buffer";
import { type InputStep, type PastedLine, withText } from "./pasted-line.js";

/** Mail as raw source (RFC 2045 6.7): `=3D` for an equals sign, and `=` at the end of a line that continues. */

const EQUALS = /=3D/;
const SOFT = /=$/;
const OCTETS = /(?:=[0-9A-F]{2}){1,200}/g;
/** SIP has many equals signs, and none of them as three signs. */
const ENOUGH = 3;

export const openQuotedPrintable: InputStep = (lines) => {
  let seen = 0;
  for (const { text } of lines) if (EQUALS.test(text)) seen += 1;
  return seen < ENOUGH ? lines : joined(lines);
};

function joined(lines: readonly PastedLine[]): PastedLine[] {
  const whole: PastedLine[] = [];
  let goesOn = false;
  for (const line of lines) {
    const before = whole.at(-1);
    const text = line.text.replace(SOFT, "");
    if (goesOn && before !== undefined) whole[whole.length - 1] = withText(before, before.text + text);
    else whole.push(withText(line, text));
    goesOn = SOFT.test(line.text);
  }
  return whole.map((line) => withText(line, line.text.replace(OCTETS, decoded)));
}

function decoded(octets: string): string {
  return Buffer.from(octets.replaceAll("=", ""), "hex")
    .toString("utf8")
    .replace(/[\r\n]/g, " ");
}
