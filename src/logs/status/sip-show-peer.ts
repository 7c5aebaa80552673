import { present } from "../../base/present.js";
import type { EventKind, LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** chan_sip: `sip show peer NAME`, a field a line. */

const NAME = /^\s{0,8}\* Name {1,12}: (?<name>[\w.+-]{1,64})\s{0,4}$/;
const FIELD = /^\s{0,8}(?<field>[A-Z][\w .()/>=-]{1,20}?) {0,14}:(?: (?<value>.{0,120})|)$/;

export function readSipShowPeer(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => line.includes("* Name"))) return { events, lines: used };
  let user: string | undefined;
  let isDynamic = false;
  let address: string | undefined;
  for (const [index, line] of lines.entries()) {
    const name = NAME.exec(line)?.groups?.name;
    if (name !== undefined) {
      [user, isDynamic, address] = [name, false, undefined];
      used.add(index);
      continue;
    }
    if (user === undefined) continue;
    const { field, value = "" } = FIELD.exec(line)?.groups ?? {};
    if (field === undefined) {
      if (line.trim() !== "") user = undefined;
      continue;
    }
    used.add(index);
    if (field === "Dynamic") isDynamic = /^Yes/.test(value);
    // Only one that registers has an expiry.
    if (field === "Expire") isDynamic = true;
    // One with a fixed host has that address.
    if (field === "Addr->IP" && /^\(null\)|^\(Unspecified\)/i.test(value)) isDynamic = true;
    if (field === "Addr->IP") address = /^(?<host>[\d.]{7,15})(?::| Port )\d{1,5}/.exec(value)?.[0];
    const kind = field === "Status" && isDynamic ? statusOf(value, address) : undefined;
    if (kind !== undefined) {
      events.push({
        dialect: "asterisk",
        kind,
        line: index + 1,
        user,
        ...present({ address: placeOf(address) }),
      });
    }
  }
  return { events, lines: used };
}

function placeOf(address: string | undefined): string | undefined {
  return address?.replace(" Port ", ":");
}

function statusOf(status: string, address: string | undefined): EventKind | undefined {
  if (address === undefined) return "not-registered";
  if (/^(?:UNREACHABLE|LAGGED)/.test(status)) return "unreachable";
  return /^(?:OK|Unmonitored)/.test(status) ? "registered" : undefined;
}
