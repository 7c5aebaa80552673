import { callEvent } from "../call-codes.js";
import type { LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** `tshark -z sip,stat`, how many answers of each code there are, and no more; Wireshark's table of VoIP calls. */

/** Codes that nothing but a call is answered with. */
const OF_CALLS: ReadonlySet<number> = new Set([480, 484, 486, 488, 600, 603, 604, 606]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "SIP ",
    pattern: /^SIP (?<detail>(?<status>[1-6]\d{2}) [A-Za-z' -]{1,40}?)\s{0,20}:\s{1,10}\d{1,9} Packets/,
    kind: ({ status = "" }) => (OF_CALLS.has(Number(status)) ? callEvent(Number(status), "pbx") : undefined),
  },
  {
    marker: "REJECTED",
    pattern: /^REJECTED"?[,;\t ]{1,4}"?(?<detail>INVITE (?<status>[3-6]\d{2}))\b/,
    kind: ({ status = "" }) => callEvent(Number(status), "device"),
  },
  { marker: "SIP Statistics", pattern: /^SIP Statistics$/, kind: undefined },
  { marker: "Number of ", pattern: /^Number of (?:resent )?SIP messages: \d/, kind: undefined },
  {
    marker: "* ",
    pattern: /^\* (?:SIP Status Codes|List of SIP Request|Average setup time)/,
    kind: undefined,
  },
  { marker: " Packets", pattern: /^ Packets$/, kind: undefined },
];

export const FORMAT: LogFormat = {
  dialect: "tshark",
  writtenBy: "tshark",
  patterns: PATTERNS,
};
