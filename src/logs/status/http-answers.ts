import type { LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** An answer of a web server to a REGISTER in a trace: SIP was sent to a port of HTTP. */

const ANSWER = /^(?<what>HTTP\/1\.[01] [3-5]\d\d(?: [\w '-]{1,60})?)\.?\s{0,3}$/;
const REGISTER = /\bREGISTER sips?:[^\s<>"]{1,300} SIP\/2\.0\.?\s{0,3}$/;
const OTHER = /\bSIP\/2\.0(?: [1-6]\d{2}\b.{0,80})?\.?\s{0,3}$/;

export function readHttpAnswers(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  let asked = false;
  for (const [index, line] of lines.entries()) {
    if (REGISTER.test(line)) asked = true;
    else if (line.includes("SIP/2.0") && OTHER.test(line)) asked = false;
    if (!asked || !line.includes("HTTP/1.")) continue;
    const what = ANSWER.exec(line.trimStart())?.groups?.what;
    // 426 is a web server's demand for WebSocket, which SIP may speak there.
    if (what === undefined || what.includes(" 426")) continue;
    used.add(index);
    events.push({ dialect: "sip", kind: "client-web-server", line: index + 1, detail: what });
  }
  return { events, lines: used };
}
