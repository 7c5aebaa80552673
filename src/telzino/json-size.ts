const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What each object, list, and property of an object brings one of. */
const COUNTED: ReadonlySet<number> = new Set([0x5b, 0x7b, 0x3a]);

/**
 * Whether a JSON text has more objects, lists and properties than that: of a megabyte of them no program can read in the
 * time for which others may be kept waiting, while a megabyte of text is read in one go. Linear, and quicker than reading.
 */
export function hasMoreParts(json: string, limit: number): boolean {
  if (json.length <= limit) return false;
  let count = 0;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json.charCodeAt(at);
    if (sign === QUOTE) at = endOfString(json, at);
    else if (COUNTED.has(sign)) count += 1;
    if (count > limit) return true;
  }
  return false;
}

/** Where a string ends that begins there. */
function endOfString(json: string, begin: number): number {
  for (let at = json.indexOf('"', begin + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let from = at;
    while (from > begin + 1 && json.charCodeAt(from - 1) === BACKSLASH) from -= 1;
    if ((at - from) % 2 === 0) return at;
  }
  return json.length;
}
