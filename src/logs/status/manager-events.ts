import { present } from "../../base/present.js";
import { causeEvent } from "../call-codes.js";
import type { EventKind, LogEvent } from "../event.js";
import { hangupCause } from "../formats/freeswitch-calls.js";
import type { TableRead } from "./table-read.js";

/**
 * What PBXs tell programs that listen, a header a line: Asterisk's manager (AMI: ContactStatus, PeerStatus, Registry, DialEnd,
 * Hangup) and FreeSWITCH's event socket (CHANNEL_HANGUP_COMPLETE).
 */

const BEGINS = /^\s{0,8}Event(?:-Name)?: (?<name>[A-Za-z_]{3,40})\s*$/;
const FIELD = /^\s{0,8}(?<name>[A-Za-z][\w-]{1,40}): (?<value>.{0,300}?)\s*$/;
/** The same as Node prints it, and programs with arrows. */
const INSPECTED =
  /^[\s!|{-]{0,60}'?(?<name>[A-Za-z][\w-]{1,40})'?(?:: '(?<value>[^']{0,300})'| {1,4}--> {1,4}(?<other>.{0,300}?))[,\s}]{0,8}$/;
/** A line of an array of them. */
const QUOTED = /^[\s[]{0,40}'(?<plain>[A-Za-z][\w-]{1,40}: [^']{0,300})'[,\s\]]{0,8}$/;
const LONGEST = 400;

type Fields = ReadonlyMap<string, { readonly value: string; readonly index: number }>;

/** A field in its plain form, whichever way it is printed. */
function plain(line: string): string {
  if (!/'|-->/.test(line) || line.length > LONGEST) return line;
  const quoted = QUOTED.exec(line)?.groups?.plain;
  if (quoted !== undefined) return quoted;
  const { name, value, other } = INSPECTED.exec(line)?.groups ?? {};
  return name === undefined ? line : `${name}: ${value ?? other ?? ""}`;
}

export function readManagerEvents(given: readonly string[]): TableRead {
  const isInspected = given.some((line) =>
    /\bEvent(?:: '| {1,4}--> )[A-Za-z]|'Event: [A-Za-z]{3,40}'/.test(line),
  );
  const lines = isInspected ? given.map(plain) : given;
  const used = new Set<number>();
  const events: LogEvent[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const name = BEGINS.exec(lines[index] ?? "")?.groups?.name;
    if (name === undefined) continue;
    const fields = new Map<string, { value: string; index: number }>();
    let end = index;
    for (; end < Math.min(lines.length, index + LONGEST); end += 1) {
      const line = lines[end] ?? "";
      const field = FIELD.exec(line)?.groups;
      if (field === undefined || (end > index && BEGINS.test(line))) break;
      if (!fields.has(field.name ?? ""))
        fields.set(field.name ?? "", { value: field.value ?? "", index: end });
      used.add(end);
    }
    events.push(...eventOf(name, fields));
    index = Math.max(index, end - 1);
  }
  return { events, lines: used };
}

const STATES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["Reachable", "reachable"],
  ["Unreachable", "unreachable"],
  ["Created", "binding-made"],
  ["Removed", "binding-removed"],
  ["Registered", "registered"],
  ["Unregistered", "unregistered"],
]);
/** Of a registration that chan_sip refused (check_auth_result in sip.h). */
const CAUSES: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["AUTH_SECRET_FAILED", "wrong-password"],
  ["AUTH_USERNAME_MISMATCH", "auth-user-mismatch"],
  ["AUTH_NOT_FOUND", "unknown-user-403"],
  ["AUTH_UNKNOWN_DOMAIN", "foreign-domain"],
  ["AUTH_PEER_NOT_DYNAMIC", "cannot-register"],
  ["AUTH_ACL_FAILED", "acl-denied"],
  ["AUTH_BAD_TRANSPORT", "cannot-register"],
]);
const DIALS: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["CHANUNAVAIL", "call-unavailable"],
  ["CONGESTION", "call-congested"],
  ["NOANSWER", "call-not-answered"],
  ["BUSY", "call-busy"],
  ["CANCEL", "call-cancelled"],
]);

function eventOf(name: string, fields: Fields): LogEvent[] {
  const value = (field: string) => fields.get(field)?.value;
  const told = (
    field: string,
    kind: EventKind | undefined,
    user?: string,
    dialect = "asterisk",
  ): LogEvent[] => {
    const at = fields.get(field);
    if (kind === undefined || at === undefined) return [];
    return [{ dialect, kind, line: at.index + 1, detail: at.value, ...present({ user }) }];
  };
  switch (name) {
    case "ContactStatus":
      return told("ContactStatus", STATES.get(value("ContactStatus") ?? ""), value("AOR"));
    case "PeerStatus":
      return told(
        "PeerStatus",
        STATES.get(value("PeerStatus") ?? "") ??
          (value("PeerStatus") === "Rejected" ? CAUSES.get(value("Cause") ?? "") : undefined),
        value("Peer")?.replace(/^\w{2,6}\//, ""),
      );
    case "Registry":
      return told(
        "Status",
        /^(?:Rejected|Failed|Timeout|No Authentication)/.test(value("Status") ?? "")
          ? "provider-refused"
          : undefined,
      );
    case "DialEnd":
      return told("DialStatus", DIALS.get(value("DialStatus") ?? ""));
    case "Hangup":
      return told("Cause", causeEvent(Number(value("Cause"))));
    case "CHANNEL_HANGUP_COMPLETE":
      return told(
        "Hangup-Cause",
        hangupCause(value("Hangup-Cause") ?? ""),
        value("Caller-Destination-Number"),
        "freeswitch",
      );
    default:
      return [];
  }
}
