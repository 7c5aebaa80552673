import { UPSTREAM_SILENT } from "../answers/failed.js";
import { present } from "../base/present.js";
import { readContacts, type SipMessage } from "../sip/index.js";
import { clientEvent } from "./client-meanings.js";
import type { EventKind, LogEvent } from "./event.js";
import { shown } from "./hide-secrets.js";
import { toldReason } from "./told-reasons.js";
import { addressOfTo, cseqOf } from "./trace-story.js";
import type { TracedMessage } from "./traced-message.js";

/** Answers to a REGISTER that is not in the paste: people copy the answer, and not what it answers. Pure. */
export function loneAnswers(messages: readonly TracedMessage[]): LogEvent[] {
  const asked = new Set(
    messages.flatMap(({ message }) => (message.kind === "request" ? (registerOf(message) ?? []) : [])),
  );
  const events = new Map<string, LogEvent>();
  for (const traced of messages) {
    const { message, line, at } = traced;
    const of = message.kind === "response" ? registerOf(message) : undefined;
    if (message.kind !== "response" || of === undefined || asked.has(of)) continue;
    // That one is read by itself.
    if (toldReason(message) !== undefined) continue;
    const kind = kindOf(traced, message.status);
    if (kind === undefined) continue;
    const detail = `${message.status} ${shown(message.reason, 60)}`;
    const user = addressOfTo(message)?.user;
    events.set(of, { dialect: "sip", kind, line, detail, ...present({ at, user }) });
  }
  return [...events.values()];
}

function registerOf(message: SipMessage): string | undefined {
  const cseq = cseqOf(message);
  if (cseq?.method !== "REGISTER") return undefined;
  return `${cseq.number} ${message.headers.get("Call-ID") ?? ""}`;
}

const FULL = /too many (?:contacts|registrations|bindings)|max(?:imum)? .{0,12}(?:contacts|registrations)/i;

function kindOf(
  { message, direction, byAsterisk, cutEnd }: TracedMessage,
  status: number,
): EventKind | undefined {
  // A challenge may have been answered, and a head that breaks off proves nothing.
  if (status === 401 || status === 407 || status < 200 || cutEnd) return undefined;
  const own = direction === "received" && byAsterisk === true;
  if (!own && FULL.test(message.kind === "response" ? message.reason : "")) return "contacts-full-told";
  // A client makes a code up where nothing comes; this one has come.
  if (!own && UPSTREAM_SILENT.codes.includes(status)) return "client-upstream-silent";
  if (status >= 300) return own ? "provider-refused" : clientEvent(status);
  const kept = readContacts(message.headers).list.some(({ expires }) => expires !== 0);
  return kept ? (own ? "provider-registered" : "registered") : undefined;
}
