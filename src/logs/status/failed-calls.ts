import { callEvent } from "../call-codes.js";
import type { LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** Reports of PBXs to other programs that a call has failed, as JSON: Yeastar's and OpenVox's `CallFailed`. */

const REPORT = /"(?:action|event)"\s{0,2}:\s{0,2}"CallFailed"/;
const REASON = /"reason"\s{0,2}:\s{0,2}"?(?<status>[3-6]\d{2})\b/;
/** Lines of one report. */
const NEAR = 8;

export function readFailedCalls(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  const reports = lines.flatMap((line, index) =>
    line.includes("CallFailed") && REPORT.test(line) ? [index] : [],
  );
  for (const report of reports) {
    used.add(report);
    for (let index = Math.max(0, report - 2); index < Math.min(lines.length, report + NEAR); index += 1) {
      const status = REASON.exec(lines[index] ?? "")?.groups?.status;
      if (status === undefined) continue;
      used.add(index);
      const line = index + 1;
      events.push({ dialect: "yeastar", kind: callEvent(Number(status), "device"), line, detail: status });
      break;
    }
  }
  return { events, lines: used };
}
