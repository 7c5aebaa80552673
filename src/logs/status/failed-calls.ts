import { callEvent } from "../call-codes.js";
import type { EventKind, LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** Reports of PBXs to other programs that a call has failed, as JSON: Yeastar's and OpenVox's `CallFailed`, Twilio's calls. */

const REPORT = /"(?:action|event)"\s{0,2}:\s{0,2}"CallFailed"/;
const REASON = /"reason"\s{0,2}:\s{0,2}"?(?<status>[3-6]\d{2})\b/;
/** A call of Twilio's API (its id begins with CA), with the status that it ended with. */
const TWILIO = /"(?:sid|call_sid|callSid)"\s{0,2}:\s{0,2}"CA[0-9a-fx]{6,40}/i;
const STATUS = /"(?:status|call_status)"\s{0,2}:\s{0,2}"(?<status>no-answer|busy|failed|canceled)"/;
const STATES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["no-answer", "call-not-answered"],
  ["busy", "call-busy"],
  ["failed", "call-congested"],
  ["canceled", "call-cancelled"],
]);
const LINES_OF_CALL = 30;

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
  for (const [call, line] of lines.entries()) {
    if (!line.includes("CA") || !TWILIO.test(line)) continue;
    for (
      let index = Math.max(0, call - LINES_OF_CALL);
      index < Math.min(lines.length, call + LINES_OF_CALL);
      index += 1
    ) {
      const status = used.has(index) ? undefined : STATUS.exec(lines[index] ?? "")?.groups?.status;
      const kind = STATES.get(status ?? "");
      if (status === undefined || kind === undefined) continue;
      used.add(index);
      events.push({ dialect: "twilio", kind, line: index + 1, detail: status });
    }
  }
  return { events, lines: used };
}
