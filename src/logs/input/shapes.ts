/** How the lines of logs and messages look, as far as the steps before the readers need to know. */

const REQUEST =
  /\b(?:REGISTER|INVITE|ACK|BYE|CANCEL|OPTIONS|SUBSCRIBE|NOTIFY|REFER|INFO|MESSAGE|PRACK|UPDATE|PUBLISH) sips?:[^\s<>"]{1,300} SIP\/2\.0\.?$/;
const RESPONSE = /SIP\/2\.0 [1-6]\d{2}(?: [^\r\n]{0,120})?$/;
const HEADER = /^(?!(?:sips?|tel|urn|https?|udp|tcp|tls)\s{0,3}:)[A-Za-z][A-Za-z0-9-]{0,40}\s{0,3}:/i;
const TIME =
  /^[^\w]{0,4}(?:[UT] +)?(?:\d{4}[-/]\d{2}[-/]\d{2}[ T]|\d{1,2}[./]\d{1,2}[./]\d{2,4} |\d{2}-\d{2} |[A-Z][a-z]{2} {1,2}\d{1,2} )?\d{1,2}:\d{2}:\d{2}/;
/** What begins an entry without a time: Asterisk's console, levels, frames. */
const ENTRY =
  /^\s{0,8}(?:--? |== |<-{2,5}|-{3,}|={3,}|#{1,8}$|\[?(?:NOTICE|WARNING|ERROR|VERBOSE|DEBUG|INFO|SECURITY)\b|SecurityEvent="|HTTP\/1\.[01] \d{3} |recv \d|send \d|(?:UDP|TCP|TLS|IP) [\d[])/;

/** Where a start line of SIP begins in a line that ends with one; -1 where there is none. */
export function startLineAt(text: string): number {
  if (!text.includes("SIP/2.0")) return -1;
  const trimmed = text.trimEnd();
  return (REQUEST.exec(trimmed) ?? RESPONSE.exec(trimmed))?.index ?? -1;
}

/** A line that is a start line, perhaps with the bytes of a packet before it; a word there means a sentence about SIP. */
export function startsMessage(text: string): boolean {
  const at = startLineAt(text);
  return at === 0 || (at > 0 && !endsWithWord(text.slice(Math.max(0, at - 7), at), text.slice(at)));
}

/** What is before a start line is part of a sentence, which may have it in quotes. */
export function endsWithWord(before: string, startLine: string): boolean {
  const quote = /[A-Za-z]{2}[:,]? (?<quote>[`"'(*]?)$/.exec(before)?.groups?.quote;
  return quote === "" || (quote !== undefined && startLine.includes(quote === "(" ? ")" : quote));
}

export function isHeader(text: string): boolean {
  return HEADER.test(text);
}

/** A line of SDP. */
export function isSdp(text: string): boolean {
  return /^[a-z]=/.test(text);
}

/** A line that begins something, so it cannot be the rest of the one before. */
export function beginsEntry(text: string): boolean {
  return TIME.test(text) || ENTRY.test(text);
}
