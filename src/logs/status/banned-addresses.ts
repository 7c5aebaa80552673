import type { LogEvent } from "../event.js";
import { isSipJail } from "../formats/fail2ban.js";
import type { TableRead } from "./table-read.js";

/** Who is banned now: `fail2ban-client status JAIL`, and fail2ban's chains in `iptables -L`. */

const JAIL = /^\s{0,4}Status for the jail: (?<jail>[\w.-]{1,60})/;
const COUNTS =
  /^[\s|`-]{0,12}(?:Filter|Actions|Currently failed:|Total failed:|File list:|Journal matches:|Currently banned:|Total banned:)/;
const LIST = /^[\s|`-]{0,12}Banned IP list:(?<list>[\s0-9A-Fa-f.:]{0,4000})$/;
const CHAIN = /^\s{0,4}Chain (?:fail2ban|f2b)-(?<jail>[\w.-]{1,60}) \(/;
const ROW =
  /^\s{0,4}(?:\d{1,5} {1,8})?(?<target>REJECT|DROP|RETURN) {1,9}(?:all|udp|tcp|0|6|17) {1,4}(?:--|opt) {1,8}(?<address>[0-9A-Fa-f.:]{3,45}) {1,20}/;
const MOST = 50;

export function readBannedAddresses(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => line.includes(" jail: ") || line.includes("Chain ")))
    return { events, lines: used };
  const ban = (address: string, line: number) => {
    if (events.length < MOST) events.push({ dialect: "fail2ban", kind: "banned", line, address });
  };
  let jail: string | undefined;
  for (const [index, line] of lines.entries()) {
    const begun = JAIL.exec(line)?.groups?.jail ?? CHAIN.exec(line)?.groups?.jail;
    if (begun !== undefined) jail = begun;
    if (jail === undefined) continue;
    const list = LIST.exec(line)?.groups?.list;
    const row = ROW.exec(line)?.groups;
    const head = /^\s{0,4}target {1,8}prot /.test(line);
    if (begun === undefined && list === undefined && row === undefined && !head && !COUNTS.test(line)) {
      jail = undefined;
      continue;
    }
    used.add(index);
    if (!isSipJail(jail)) continue;
    for (const address of list?.split(/\s{1,20}/) ?? []) if (address !== "") ban(address, index + 1);
    if (row?.address !== undefined && row.target !== "RETURN") ban(row.address, index + 1);
  }
  return { events, lines: used };
}
