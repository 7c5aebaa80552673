import type { EventKind, LogEvent } from "../event.js";
import type { TableRead } from "./table-read.js";

/** FreeSWITCH: `sofia status profile … reg`, `sofia status gateway …` and `show registrations` of one gateway a block. */

const FIELD =
  /^(Call-ID|User|Contact|Agent|Status|Ping-Status|Ping-Time|Host|IP|Port|Auth-User|Auth-Realm|MWI-Account|State|Name|Profile|Scheme|Realm|Username|Password|From|Exten|To|Proxy|Context|Expires|Freq|Ping|PingFreq|PingTime|PingState|CallsIN|CallsOUT|FailedCallsIN|FailedCallsOUT|Uptime):?\s{1,30}(.{0,300})$/;

interface Entry {
  readonly line: number;
  readonly fields: Map<string, string>;
}

export function readSofiaStatus(lines: readonly string[]): TableRead {
  const used = new Set<number>();
  const events: LogEvent[] = [];
  if (!lines.some((line) => /^(?:User|State|Registrations)\b/.test(line))) return { events, lines: used };
  let entry: Entry | undefined;
  let registrations = false;
  const close = () => {
    if (entry) events.push(...eventsOf(entry));
    entry = undefined;
  };
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "Registrations:") registrations = true;
    const total = /^Total items returned: (\d{1,7})\s*$/.exec(line)?.[1];
    if (total !== undefined || line.trim() === "Registrations:") used.add(index);
    if (total === "0" && registrations) {
      events.push({ dialect: "freeswitch", kind: "not-registered", line: index + 1 });
    }
    const [, name = "", value = ""] = FIELD.exec(line) ?? [];
    if (name === "") {
      close();
      continue;
    }
    if (name === "Call-ID" || entry?.fields.has(name)) close();
    entry ??= { line: index + 1, fields: new Map() };
    entry.fields.set(name, value.trim());
    used.add(index);
  }
  close();
  // Without an entry these fields are anybody's.
  return events.length === 0 ? { events, lines: new Set() } : { events, lines: used };
}

function eventsOf({ line, fields }: Entry): LogEvent[] {
  const of = (kind: EventKind, more: Partial<LogEvent> = {}): LogEvent[] => [
    { dialect: "freeswitch", kind, line, ...more },
  ];
  const status = fields.get("Status") ?? "";
  const user = /^([^@\s]{1,128})@/.exec(fields.get("User") ?? "")?.[1];
  if (user !== undefined && /^(?:Registered|Unregistered)\b/i.test(status)) {
    const address = fields.get("IP");
    const more = { user, ...(address ? { address: `${address}:${fields.get("Port") || "5060"}` } : {}) };
    if (/^Unregistered/i.test(status)) return of("not-registered", more);
    return of(/^Unreachable/i.test(fields.get("Ping-Status") ?? "") ? "unreachable" : "registered", more);
  }
  const state = fields.get("State");
  // People leave lines out: a profile and a realm are a gateway's too.
  const ofGateway = fields.has("Proxy") || (fields.has("Profile") && fields.has("Realm"));
  if (state === undefined || !ofGateway) return [];
  const detail = fields.get("Username") ?? "";
  return of(/^(?:REGED|NOREG)\b/.test(state) ? "provider" : "provider-refused", {
    detail: `${state} ${detail}`,
  });
}
