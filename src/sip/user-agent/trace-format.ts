import { untrustedToken } from "../../redaction/untrusted.js";
import type { SipMessage } from "../message/message.js";
import { writeHostPort } from "../message/uri.js";
import type { SocketAddress } from "../transport/flow.js";
import type { TraceEntry } from "../transport/trace.js";

export interface TraceFormat {
  /** `full` (default): start line, headers and body. `ladder`: the start line alone. */
  readonly detail?: "full" | "ladder";
}

const HIDDEN = "[hidden]";
const MAX_TEXT = 300;
const MAX_BODY = 2_000;
const AUTH_HEADER = /^(?:proxy-)?(?:authorization|authenticate|authentication-info)$|^www-authenticate$/i;
/** Together they let a password be guessed off-line. An unclosed quote hides to the end. */
const DIGEST_VALUE =
  /\b(response|nonce|cnonce|nextnonce|rspauth|opaque)(\s*=\s*)("(?:[^"\\]|\\.)*"?|[^,\s]*)/gi;
/** Up to the `@` or to where there can be none; it always matches to its end, so that no sign is tried twice. */
const BEFORE_HOST = /\bsips?:[^\s@<>]*@?/gi;
const USER_WITH_PASSWORD = /\bsips?:[^\s:@;<>?]*:/i;
const SDP_KEYS = /^(a=crypto:\S+[ \t]+\S+[ \t]+inline:|k=).*$/gim;

/**
 * The ladder of messages for a person to read: when, which way, with whom, and the message. Digest values,
 * passwords in URIs and SDP keys are struck out; names and values of a message count as text from outside.
 */
export function formatTrace(entries: readonly TraceEntry[], format: TraceFormat = {}): string {
  return traceLines(entries, format).join("\n");
}

/** The same by lines. */
export function traceLines(entries: readonly TraceEntry[], format: TraceFormat = {}): string[] {
  return entries.flatMap((entry) => formatEntry(entry, format.detail ?? "full"));
}

function formatEntry(entry: TraceEntry, detail: "full" | "ladder"): string[] {
  const at = `${String(Math.round(entry.atMs)).padStart(6)} ms`;
  const peer = `${entry.transport} ${hostPort(entry.remote)}`;
  if (entry.kind === "malformed") {
    return [`${at}  <- ${peer}  ${entry.byteCount} bytes that are no SIP message: ${entry.problem}`];
  }
  if (entry.kind === "closed") return [`${at}  -- ${peer}  ${entry.problem} (${entry.code})`];
  const arrow = entry.direction === "sent" ? "->" : "<-";
  const [start = "", ...rest] = messageLines(entry.message, entry.direction === "sent" ? String : shown);
  const first = `${at}  ${arrow} ${peer}  ${start}`;
  return detail === "ladder" ? [first] : [first, ...rest.map((line) => `           ${line}`), ""];
}

/** @param name shows the name of a method or a header: our own in what we have sent. */
function messageLines(message: SipMessage, name: (text: string) => string): string[] {
  const start =
    message.kind === "request"
      ? `${name(message.method)} ${shown(hidePassword(message.uri))} SIP/2.0`
      : `SIP/2.0 ${message.status} ${shown(message.reason)}`;
  const headers = [...message.headers].map(
    ([header, value]) => `${name(header)}: ${shown(formatHeader(header, value))}`,
  );
  // One text, or a secret that goes over a line break would be found in neither line.
  const body = message.body.subarray(0, MAX_BODY).toString("utf8").replace(SDP_KEYS, `$1${HIDDEN}`);
  const shownBody = shown(hidePassword(body), MAX_BODY);
  return [start, ...headers, ...(shownBody === "" ? [] : ["", shownBody])];
}

function shown(text: string, max = MAX_TEXT): string {
  const words = untrustedToken(text, max);
  return words.isEmpty ? "" : String(words);
}

/** A header's value with its secrets struck out, not yet cleaned. */
function formatHeader(name: string, value: string): string {
  if (!AUTH_HEADER.test(name)) return hidePassword(value);
  const [scheme = ""] = /^\s*[A-Za-z0-9-]*/.exec(value) ?? [];
  const isInfo = /info$/i.test(name);
  // Any other scheme (Basic) may hold the password itself.
  if (!isInfo && scheme.trim().toLowerCase() !== "digest") return `${scheme} ${HIDDEN}`;
  return hidePassword(value.replace(DIGEST_VALUE, `$1$2"${HIDDEN}"`));
}

function hidePassword(text: string): string {
  return text.replace(BEFORE_HOST, (part) => {
    const user = part.endsWith("@") ? USER_WITH_PASSWORD.exec(part) : null;
    return user === null ? part : `${part.slice(0, user.index + user[0].length)}${HIDDEN}@`;
  });
}

function hostPort({ address, port }: SocketAddress): string {
  try {
    return writeHostPort(address, port);
  } catch {
    return `${untrustedToken(address, 60)} port ${port}`;
  }
}
