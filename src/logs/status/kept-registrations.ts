import { present } from "../../base/present.js";
import type { EventKind, LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** Kamailio's own registrations with providers: `kamcmd uac.reg_dump`. */

const FIELD =
  /^\s{0,40}"?(?<name>l_uuid|l_username|l_domain|r_username|r_domain|realm|auth_username|auth_proxy|auth_password|auth_ha1|expires|flags|diff_expires|timer_expires|reg_init|reg_delay|contact_addr|socket)"?\s{0,2}:\s{0,4}"?(?<value>[^",\s]{0,120})/;
/** Bits of `flags` (uac_reg.c). */
const [DISABLED, ONGOING, ONLINE] = [1, 2, 4];

export function readKeptRegistrations(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => line.includes("l_uuid"))) return { events, lines: used };
  let name: string | undefined;
  for (const [index, line] of lines.entries()) {
    const found = FIELD.exec(line)?.groups;
    if (found === undefined) continue;
    used.add(index);
    if (found.name === "l_uuid") name = undefined;
    if (found.name === "r_domain" || (found.name === "l_uuid" && name === undefined)) name = found.value;
    const flags = found.name === "flags" ? Number(found.value) : Number.NaN;
    if (!Number.isInteger(flags)) continue;
    events.push({ dialect: "kamailio", line: index + 1, ...stateOf(flags), ...present({ detail: name }) });
  }
  return { events, lines: used };
}

function stateOf(flags: number): { kind: EventKind } {
  if ((flags & DISABLED) !== 0) return { kind: "provider" };
  if ((flags & ONLINE) !== 0) return { kind: "provider-registered" };
  // Asked, and not yet answered: for a moment after each start, and for good where nothing answers.
  return { kind: (flags & ONGOING) !== 0 ? "provider-refused" : "provider" };
}
