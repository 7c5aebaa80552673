import { STRUCK } from "../../redaction/secret.js";
import { untrustedToken } from "../../redaction/untrusted.js";
import type { SipMessage } from "../message/message.js";
import { writeHostPort } from "../message/uri.js";
import type { SocketAddress } from "../transport/flow.js";
import type { TraceEntry } from "../transport/trace.js";

export interface TraceFormat {
  /** `full` (default): start line, headers and body. `ladder`: only the start line. */
  readonly detail?: "full" | "ladder";
}

const MAX_TEXT = 300;
const MAX_NAME = 100;
const MAX_BODY = 2_000;
/** Of one message. */
const MAX_HEADERS = 48;
const MAX_MESSAGE = 6_000;
/** Of a whole ladder: messages in full up to the first bound, their first lines up to the second. Characters. */
const MAX_FULL = 32_000;
const MAX_LADDER = 40_000;
/** Looked at beyond what is shown: invisible characters do not count as shown. */
const MARGIN = 64;
const AUTH_HEADER = /^(?:proxy-)?(?:authorization|authenticate|authentication-info)$|^www-authenticate$/i;
/** Together they let a password be guessed off-line. An unclosed quote hides to the end. */
const DIGEST_VALUE =
  /\b(response|nonce|cnonce|nextnonce|rspauth|opaque)(\s*=\s*)("(?:[^"\\]|\\.)*"?|[^,\s]*)/gi;
/** Up to the `@` or to where there can be none; it always matches to its end, so no character is tried twice. */
const BEFORE_HOST = /\bsips?:[^\s@<>]*@?/gi;
const USER_WITH_PASSWORD = /\bsips?:[^\s:@;<>?]*:/i;
const SDP_KEYS = /^(a=crypto:\S+[ \t]+\S+[ \t]+inline:|k=).*$/gim;

/**
 * The ladder of messages for a person to read: when, which way, with whom, and the message. Digest values,
 * passwords in URIs and SDP keys are redacted; names and values of a message count as text from outside.
 */
export function formatTrace(entries: readonly TraceEntry[], format: TraceFormat = {}): string {
  return traceLines(entries, format).join("\n");
}

/** The same by lines. A line says how many entries a long ladder leaves out. */
export function traceLines(entries: readonly TraceEntry[], format: TraceFormat = {}): string[] {
  const lines: string[] = [];
  const full = format.detail !== "ladder";
  let room = MAX_LADDER;
  let inBrief = 0;
  for (const [index, entry] of entries.entries()) {
    if (room <= 0) {
      lines.push(leftOut("further messages left out", entries.length - index));
      break;
    }
    const isWhole = full && room > MAX_LADDER - MAX_FULL;
    if (full && !isWhole) inBrief += 1;
    const added = formatEntry(entry, isWhole ? "full" : "ladder");
    lines.push(...added);
    room -= added.reduce((sum, line) => sum + line.length + 1, 0);
  }
  if (inBrief > 0) lines.push(leftOut("messages of which only the first line is shown", inBrief));
  return lines;
}

function leftOut(what: string, count: number): string {
  return `(${what}: ${count})`;
}

function formatEntry(entry: TraceEntry, detail: "full" | "ladder"): string[] {
  const at = `${String(Math.round(entry.atMs)).padStart(6)} ms`;
  const peer = `${entry.transport} ${hostPort(entry.remote)}`;
  if (entry.kind === "malformed") {
    return [`${at}  <- ${peer}  ${entry.byteCount} bytes that are not a SIP message: ${entry.problem}`];
  }
  if (entry.kind === "closed") return [`${at}  -- ${peer}  ${entry.problem} (${entry.code})`];
  if (entry.kind === "left-out")
    return [`${at}  <- ${peer}  ${leftOut("further messages left out", entry.count)}`];
  const arrow = entry.direction === "sent" ? "->" : "<-";
  const name = entry.direction === "sent" ? String : (text: string) => shown(text, MAX_NAME);
  const first = `${at}  ${arrow} ${peer}  ${startLine(entry.message, name)}`;
  if (detail === "ladder") return [first];
  return [first, ...messageLines(entry.message, name).map((line) => `           ${line}`), ""];
}

/** Shows the name of a method or a header: our own in what we have sent. */
type ShowName = (text: string) => string;

function startLine(message: SipMessage, name: ShowName): string {
  return message.kind === "request"
    ? `${name(message.method)} ${shown(hidePassword(message.uri))} SIP/2.0`
    : `SIP/2.0 ${message.status} ${shown(message.reason)}`;
}

/** Headers and body. */
function messageLines({ headers, body }: SipMessage, name: ShowName): string[] {
  const lines: string[] = [];
  const fields = [...headers];
  let room = MAX_MESSAGE;
  for (const [index, [header, value]] of fields.entries()) {
    if (index >= MAX_HEADERS || room <= 0) {
      lines.push(leftOut("further headers left out", fields.length - index));
      break;
    }
    const line = `${name(header)}: ${shown(formatHeader(header, value))}`;
    lines.push(line);
    room -= line.length;
  }
  // One text, or a secret that goes over a line break would be found in neither line.
  const text = body.subarray(0, MAX_BODY).toString("utf8").replace(SDP_KEYS, `$1${STRUCK}`);
  const shownBody = shown(hidePassword(text), MAX_BODY);
  if (shownBody !== "") lines.push("", shownBody);
  if (body.length > MAX_BODY) lines.push(leftOut("further bytes left out", body.length - MAX_BODY));
  return lines;
}

function shown(text: string, max = MAX_TEXT): string {
  const words = untrustedToken(text.slice(0, max + MARGIN), max);
  return words.isEmpty ? "" : String(words);
}

/** A header's value with its secrets redacted, not yet cleaned. */
function formatHeader(name: string, value: string): string {
  if (!AUTH_HEADER.test(name)) return hidePassword(value);
  const [scheme = ""] = /^\s*[A-Za-z0-9-]*/.exec(value) ?? [];
  const isInfo = /info$/i.test(name);
  // Any other scheme (Basic) may hold the password itself.
  if (!isInfo && scheme.trim().toLowerCase() !== "digest") return `${scheme} ${STRUCK}`;
  return hidePassword(value.replace(DIGEST_VALUE, `$1$2"${STRUCK}"`));
}

function hidePassword(text: string): string {
  return text.replace(BEFORE_HOST, (part) => {
    const user = part.endsWith("@") ? USER_WITH_PASSWORD.exec(part) : null;
    return user === null ? part : `${part.slice(0, user.index + user[0].length)}${STRUCK}@`;
  });
}

function hostPort({ address, port }: SocketAddress): string {
  try {
    return writeHostPort(address, port);
  } catch {
    return `${untrustedToken(address, 60)} port ${port}`;
  }
}
