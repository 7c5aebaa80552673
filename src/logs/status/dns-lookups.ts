import type { LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** `dig`: the status is above the question. Names that only some have (SRV, NAPTR) prove nothing by their absence. */

const STATUS = /->>HEADER<<-.{0,40}\bstatus: (?<status>[A-Z]{4,9})\b/;
const QUESTION = /^;(?<name>[\w.-]{1,253})\s{1,40}IN\s{1,10}(?<type>[A-Z]{1,8})\b/;

export function readDnsLookups(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  let failed: { readonly line: number; readonly status: string } | undefined;
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith(";")) continue;
    const status = STATUS.exec(line)?.groups?.status;
    if (status !== undefined) {
      used.add(index);
      failed = status === "NXDOMAIN" || status === "SERVFAIL" ? { line: index + 1, status } : undefined;
    } else if (
      /^;;? ?(?:<<>> DiG|global options:|Got answer:|flags:|QUESTION SECTION:|Query time:|SERVER:|WHEN:|MSG SIZE)/.test(
        line,
      )
    ) {
      used.add(index);
    }
    const { name, type } = QUESTION.exec(line)?.groups ?? {};
    if (name === undefined) continue;
    used.add(index);
    if (failed !== undefined && (type === "A" || type === "AAAA") && !name.startsWith("_")) {
      const detail = `${name} ${failed.status}`;
      events.push({ dialect: "network-tools", kind: "client-no-name", line: failed.line, detail });
    }
    failed = undefined;
  }
  return { events, lines: used };
}
