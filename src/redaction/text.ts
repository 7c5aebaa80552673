/**
 * ANSI escape sequences (CSI and OSC), then every control, format (zero-width, bidirectional marks, soft
 * hyphen), surrogate and private-use character. Line breaks and tabs are handled before.
 */
const ESCAPE_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]|\p{Variation_Selector}/gu;

/** Words of printable ASCII with a space between them: nothing to do. */
const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** A text without the escape sequences of terminals, which are invisible. */
export function withoutEscapes(text: string): string {
  return text.includes("\u001b") ? text.replace(ESCAPE_SEQUENCES, "") : text;
}

/** The beginning of a text that can be seen at all where it is shown with at most `max` characters. */
export function seenPart(text: string, max: number): string {
  return text.slice(0, max * 4 + 256);
}

/**
 * Makes text that an outsider wrote (API errors, SIP reason phrases, Server headers, agent and caller
 * names) fit to be shown: one line, no control or invisible characters, at most `max` characters.
 */
export function cleanText(value: string | number | undefined, max = 200): string {
  // Cut before cleaning, so a hostile megabyte costs no more than a hostile page.
  const whole = String(value ?? "");
  if (whole.length <= max && PLAIN.test(whole)) return whole;
  const raw = seenPart(whole, max);
  const clean = raw
    .replace(ESCAPE_SEQUENCES, "")
    .replace(/\s+/g, " ")
    .replace(INVISIBLE, "")
    .replace(/ {2,}/g, " ")
    .trim();
  const characters = [...clean];
  const isCut = characters.length > max || raw.length < whole.length;
  return isCut ? `${characters.slice(0, max - 1).join("")}…` : clean;
}

/**
 * Cleaned text of an outsider as part of a sentence: in double quotes, which mark it as someone else's
 * words. Those in it are escaped, so it cannot end them and continue as if in ours; escaped as in JSON and
 * not replaced, so a secret in it is still found.
 */
export function quoted(clean: string): string {
  return `"${clean.replace(/["\\]/g, "\\$&")}"`;
}
