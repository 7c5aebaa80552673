import type { LogEvent } from "../event.js";
import { isSipJail } from "../formats/fail2ban.js";
import type { TableRead } from "./table-read.js";

/**
 * Who is banned now: `fail2ban-client status JAIL`, `fail2ban-client banned`, fail2ban's chains in `iptables -L`, and the
 * mail that it sends of a ban (action.d/sendmail.conf).
 */

const JAIL = /^\s{0,4}Status for the jail: (?<jail>[\w.-]{1,60})/;
const COUNTS =
  /^[\s|`-]{0,12}(?:Filter|Actions|Currently failed:|Total failed:|File list:|Journal matches:|Currently banned:|Total banned:)/;
const LIST = /^[\s|`-]{0,12}Banned IP list:(?<list>[\s0-9A-Fa-f.:]{0,4000})$/;
const CHAIN = /^\s{0,4}Chain (?:fail2ban|f2b)-(?<jail>[\w.-]{1,60}) \(/;
const ROW =
  /^\s{0,4}(?:\d{1,5} {1,8})?(?<target>REJECT|DROP|RETURN) {1,9}(?:all|udp|tcp|0|6|17) {1,4}(?:--|opt) {1,8}(?<address>[0-9A-Fa-f.:]{3,45}) {1,20}/;
/** `[{'sshd': ['192.0.2.1']}, {'asterisk': []}]`, of which a line of some thousand characters is read. */
const JAILS = /^\s{0,4}\[\{'[\w.-]{1,60}': \[/;
const OF_JAIL = /\{'(?<jail>[\w.-]{1,60})': \[(?<list>[\s0-9A-Fa-f.:',/]{0,4000})\]\}/g;
const MAIL =
  /^\s{0,4}The IP (?<address>[0-9A-Fa-f.:]{3,45}) has just been banned by Fail2Ban after\b(?<rest>.{0,120})/;
const AGAINST = /^\s{0,4}\d{1,6} attempts against (?<jail>[\w.-]{1,60}?)\.?\s{0,4}$/;
const SUBJECT =
  /^\s{0,4}(?:Subject: )?\[Fail2Ban\] (?<jail>[\w.-]{1,60}): banned (?<address>[0-9A-Fa-f.:]{3,45})(?: from|$)/;
const MOST = 50;

/** The mail's own words, whose jail may be in the line below. */
function readMail(
  lines: readonly string[],
  index: number,
): { readonly address?: string; readonly used: readonly number[] } | undefined {
  const line = lines[index] ?? "";
  const subject = SUBJECT.exec(line)?.groups;
  if (subject !== undefined) return { used: [index], ...ofSip(subject.jail, subject.address) };
  const body = MAIL.exec(line)?.groups;
  if (body === undefined) return undefined;
  const below = AGAINST.exec(lines[index + 1] ?? "")?.groups?.jail;
  const jail = below ?? AGAINST.exec(body.rest ?? "")?.groups?.jail;
  return { used: below === undefined ? [index] : [index, index + 1], ...ofSip(jail, body.address) };
}

function ofSip(jail: string | undefined, address: string | undefined): { readonly address?: string } {
  return jail !== undefined && address !== undefined && isSipJail(jail) ? { address } : {};
}

export function readBannedAddresses(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => / jail: |Chain |\[\{'|Fail2Ban/.test(line))) return { events, lines: used };
  const banned = new Set<string>();
  const ban = (address: string, line: number) => {
    if (events.length < MOST && !banned.has(address)) {
      banned.add(address);
      events.push({ dialect: "fail2ban", kind: "banned", line, address });
    }
  };
  let jail: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (JAILS.test(line)) {
      used.add(index);
      for (const { groups: of = {} } of line.matchAll(OF_JAIL)) {
        if (!isSipJail(of.jail ?? "")) continue;
        for (const address of (of.list ?? "").split(/[\s',]{1,20}/))
          if (address !== "") ban(address, index + 1);
      }
    }
    const mail = readMail(lines, index);
    for (const each of mail?.used ?? []) used.add(each);
    if (mail?.address !== undefined) ban(mail.address, index + 1);
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
