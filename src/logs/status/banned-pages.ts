import type { LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/**
 * A PBX's page of addresses that it keeps out, copied as text: a heading that says so, and an address a line (FreePBX's Intrusion
 * Detection, Yeastar's Blocked IP Address, 3CX's and Grandstream's blacklists).
 */

const HEADING = /\b(?:banned|blocked|blacklist(?:ed)?|block ?list|deny ?list)\b/i;
const NONE = /\b(?:no|not|none|never|isn't|aren't)\b/i;
const OF_ADDRESSES = /\b(?:ip|ips|address(?:es)?|hosts?)\b/i;
const ADDRESS = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/;
const ROW =
  /^[\s|]{0,8}(?:\d{1,4}[.)]?\s{1,8})?(?<address>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:\/32)?(?:\s{0,20}$|\t| {2,}| {0,4}\|)(?<rest>.{0,200})/;
/** Kept out of something else. */
const OTHER = /\b(?:ssh|https?|web|gui|ami|manager|ftp)\b/i;
const OF_SIP = /\b(?:sip|regist|extension|asterisk|pbx)/i;
const LONGEST_HEADING = 90;
/** Lines between the heading and the first address: what the columns are, and what the page explains. */
const MOST_BETWEEN = 5;
const MOST = 50;

export function readBannedPages(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  let left = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (
      line.length <= LONGEST_HEADING &&
      HEADING.test(line) &&
      OF_ADDRESSES.test(line) &&
      !NONE.test(line) &&
      !ADDRESS.test(line)
    ) {
      left = MOST_BETWEEN;
      used.add(index);
      continue;
    }
    if (left === 0) continue;
    const { address, rest = "" } = ROW.exec(line)?.groups ?? {};
    if (address === undefined) {
      left -= 1;
      continue;
    }
    used.add(index);
    if (OTHER.test(rest) && !OF_SIP.test(rest)) continue;
    if (events.length < MOST)
      events.push({ dialect: "pbx-page", kind: "told-banned", line: index + 1, address });
  }
  return events.length === 0 ? { events, lines: new Set() } : { events, lines: used };
}
