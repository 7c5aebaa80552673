import type { LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** FreeSWITCH: `show registrations`, comma-separated. */

const HEAD = /^\s{0,8}reg_user,realm,token,url,expires,network_ip,network_port/;
const COMMAND = /(?:^|[>"'`] {0,2}|-x ["']?)show registrations["'`]?\s{0,4}$/;
const ROW =
  /^\s{0,8}(?<user>[^,\s]{1,128}),[^,]{0,128},[^,]{0,300},[^,]{0,400},\d{1,12},(?<host>[0-9A-Fa-f.:]{3,45}),(?<port>\d{1,5}),/;

export function readShowRegistrations(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => line.includes("reg_user,") || COMMAND.test(line))) return { events, lines: used };
  let open = false;
  for (const [index, line] of lines.entries()) {
    // With no registration there is no row that names the columns.
    if (HEAD.test(line) || COMMAND.test(line)) {
      open = true;
      used.add(index);
      continue;
    }
    if (!open || line.trim() === "") continue;
    const row = ROW.exec(line)?.groups;
    const total = /^\s{0,8}(\d{1,7}) total\.\s{0,4}$/.exec(line)?.[1];
    if (row === undefined && total === undefined) {
      open = false;
      continue;
    }
    used.add(index);
    if (total === "0") events.push({ dialect: "freeswitch", kind: "not-registered", line: index + 1 });
    if (total !== undefined) open = false;
    else if (row?.user !== undefined) {
      const { user, host = "", port } = row;
      const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
      events.push({ dialect: "freeswitch", kind: "registered", line: index + 1, user, address });
    }
  }
  return { events, lines: used };
}
