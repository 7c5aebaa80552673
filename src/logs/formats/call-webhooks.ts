import type { EventKind, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";
import { hangupCause } from "./freeswitch-calls.js";

/** What platforms tell a program's address of a call that ends, as forms and JSON: sipgate, Vonage, SignalWire, Plivo. */

const SIPGATE: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["normalClearing", "call-ended"],
  ["busy", "call-busy"],
  ["cancel", "call-cancelled"],
  ["noAnswer", "call-not-answered"],
  ["congestion", "call-congested"],
  ["notFound", "call-number-unknown"],
]);
const VONAGE: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["completed", "call-ended"],
  ["busy", "call-busy"],
  ["timeout", "call-not-answered"],
  ["unanswered", "call-not-answered"],
  ["rejected", "call-declined"],
  ["failed", "call-congested"],
  ["cancelled", "call-cancelled"],
]);
const SIGNALWIRE: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["hangup", "call-ended"],
  ["busy", "call-busy"],
  ["noAnswer", "call-not-answered"],
  ["decline", "call-declined"],
  ["cancel", "call-cancelled"],
]);
const PLIVO: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["Normal Hangup", "call-ended"],
  ["Busy Line", "call-busy"],
  ["No Answer", "call-not-answered"],
  ["Rejected", "call-declined"],
  ["Unallocated Number", "call-number-unknown"],
]);

const PATTERNS: readonly LinePattern[] = [
  {
    marker: "event=hangup",
    pattern: /^event=hangup&(?:[^\s]{0,300}&)?cause=(?<detail>[A-Za-z]{4,20})\b/,
    kind: ({ detail = "" }) => SIPGATE.get(detail),
  },
  {
    marker: "conversation_uuid",
    pattern:
      /^conversation_uuid"?[:=] ?"?CON-[\w-]{1,60}"?[,&].{0,300}?\bstatus"?[:=] ?"?(?<detail>[a-z]{4,12})\b/,
    kind: ({ detail = "" }) => VONAGE.get(detail),
  },
  {
    marker: "status",
    pattern: /^status"?[:=] ?"?(?<detail>[a-z]{4,12})\b"?[,&].{0,300}?\bconversation_uuid"?[:=] ?"?CON-/,
    kind: ({ detail = "" }) => VONAGE.get(detail),
  },
  {
    marker: '"end_reason"',
    pattern: /^"end_reason"\s?:\s?"(?<detail>[A-Za-z]{4,12})"/,
    kind: ({ detail = "" }) => SIGNALWIRE.get(detail),
  },
  {
    marker: "HangupCauseName",
    pattern: /^HangupCauseName"?\s?[:=]\s?"?(?<detail>[A-Z][A-Za-z_+ ]{3,40})/,
    kind: ({ detail = "" }) => PLIVO.get(detail.replaceAll("+", " ").trim()) ?? hangupCause(detail.trim()),
  },
];

export const FORMAT: LogFormat = {
  dialect: "call-platform",
  writtenBy: "a platform for calls",
  rank: 903,
  patterns: PATTERNS,
};
