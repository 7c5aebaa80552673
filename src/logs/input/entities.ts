/** Undoes what a web page did to `<`, `>`, `&` and quotes. */

const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({ lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: " " }),
);
const ENTITY = /&(?:(lt|gt|amp|quot|apos|nbsp)|#(\d{1,4})|#[xX]([0-9a-fA-F]{1,4}));/g;
/** Without one of these the text was never escaped, and an ampersand is one. */
const ESCAPED = /&(?:amp;)?(?:lt|gt|quot|#39|#34|#x27|#x22);/i;
const LINE_BREAK = /<br ?\/?>\n?/gi;

export function withoutEntities(text: string): string {
  const broken = text.includes("<br") ? text.replace(LINE_BREAK, "\n") : text;
  if (!ESCAPED.test(broken)) return broken;
  const once = broken.replace(ENTITY, undone);
  // Some pages escape what was escaped before.
  return ESCAPED.test(once) ? once.replace(ENTITY, undone) : once;
}

function undone(whole: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return NAMED.get(name) ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  // Printable ASCII alone: whatever else is written so was no part of a log.
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : whole;
}
