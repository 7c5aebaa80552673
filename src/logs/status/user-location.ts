import { present } from "../../base/present.js";
import type { LogEvent } from "../event.js";
import { endpoint } from "../frames.js";
import { type TableRead, withJsonFrame } from "./table-read.js";

/** Kamailio's and OpenSIPS's user location: `kamctl ul show`, `kamcmd ul.dump`, `opensips-cli -x mi ul_dump`. */

const AOR = /^\s{0,40}"?(?:AoR|AOR)"?:{1,2}\s{0,4}"?([^"\s,@{}]{1,128})/;
const CONTACT = /^\s{0,40}"?(?:Address|Contact)"?:{1,2}\s{0,4}"?<?sips?:(?:[^@"\s]{1,128}@)?([^;"\s>]{1,80})/;
const EMPTY =
  /"(?:AoRs|AORs)":\s{0,4}\[\s{0,4}\]|^\s{0,20}Records: 0\b|AOR not found|"message":\s?"AOR not found"/i;
const FIELD =
  /^\s{1,40}"?(?:Expires|Q|Callid|Call-ID|CSeq|Cseq|User-Agent|User-agent|Received|Path|State|Flags|CFlags|Cflags|Socket|Methods|Ruid|Instance|Reg-Id|Last-Keepalive|KA-Roundtrip|Last-Modified|HashID|Contacts|Info|Contact|Server-Id|Tcpconn-Id|Keepalive)"?:{1,2}/;

export function readUserLocation(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => /aors?\b|Records: 0/i.test(line))) return { events, lines: used };
  let user: string | undefined;
  for (const [index, line] of lines.entries()) {
    // Written as JSON without line ends, an entry is a line of many.
    for (const part of line.includes('"AoR"') ? line.split(/(?="AoR"|"Address")/) : [line]) {
      const aor = AOR.exec(part)?.[1];
      const contact = user === undefined ? undefined : CONTACT.exec(part)?.[1];
      if (aor !== undefined) user = aor;
      if (aor !== undefined || contact !== undefined) used.add(index);
      if (contact === undefined || user === undefined) continue;
      const address = endpoint(contact);
      events.push({
        ...{ dialect: "kamailio", kind: "registered", line: index + 1, user },
        ...present({ address }),
      });
    }
    if (user !== undefined && FIELD.test(line)) used.add(index);
    if (EMPTY.test(line)) {
      used.add(index);
      events.push({ dialect: "kamailio", kind: "not-registered", line: index + 1 });
    }
  }
  if (events.length > 0) withJsonFrame(lines, used);
  return { events, lines: used };
}
