import { LEFT_OUT } from "../redaction/secret-search.js";
import { apiText } from "./api-text.js";
import { readErrorBody } from "./error-body.js";
import { TelzinoError, type TelzinoErrorCode } from "./errors.js";
import type { Attempt } from "./retry.js";
import type { Scrub } from "./scrub.js";

/** What a call was about; decides what an answer to it means. */
export type Subject = "login" | "agent" | "list";

export interface FailedAnswer {
  status: number;
  text: string;
  transient: boolean;
  retryAfterSeconds: number | undefined;
}

export interface CallContext {
  operation: string;
  subject: Subject;
  scrub: Scrub;
}

/** Documented messages that say more than the status they come with. */
const AGENT_NOT_FOUND = /\bagents? (?:was )?not found\b/i;
const NOT_LIVEKIT = /\bvida agents?\b/i;

/** The error that an answer stands for. `meaning` is the status that it should have had, where that is another. */
export function failureOfAnswer(
  answer: FailedAnswer,
  call: CallContext,
  meaning: number = answer.status,
): TelzinoError {
  const said = readErrorBody(answer.text, call.scrub);
  const code = codeOf(meaning, said?.detail.unwrap() ?? "", call.subject);
  const { retryAfterSeconds, status, transient } = answer;
  return new TelzinoError(
    code,
    `The API answered ${meaning === status ? status : `${status} with a failure`} to ${call.operation}`,
    {
      status,
      operation: call.operation,
      transient,
      ...said,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterSeconds) }),
    },
  );
}

function codeOf(status: number, words: string, subject: Subject): TelzinoErrorCode {
  if (subject === "agent" && status !== 401 && status !== 429 && status <= 500) {
    if (AGENT_NOT_FOUND.test(words)) return "agent_not_found";
    if (NOT_LIVEKIT.test(words)) return "not_livekit_agent";
  }
  if (status === 429) return "rate_limited";
  if (status >= 500) return "server_error";
  if (status === 408) return "timeout";
  if (status === 404 || status === 405 || status === 410) {
    return subject === "agent" && status !== 405 ? "agent_not_found" : "unreadable_answer";
  }
  if (subject === "login") return "login_refused";
  if (status === 401) return "unauthorized";
  return status === 403 ? "forbidden" : "invalid_request";
}

/** What each kind of failure below HTTP means: error code of Node or undici → ours, its words, worth another try. */
const TRANSPORT: Readonly<Record<string, readonly [TelzinoErrorCode, string, boolean]>> = {
  ENOTFOUND: ["unreachable", "its name does not resolve", false],
  EAI_AGAIN: ["unreachable", "name resolution failed for the moment", true],
  ECONNREFUSED: ["unreachable", "the connection was refused", false],
  ECONNRESET: ["unreachable", "the connection was reset", true],
  EPIPE: ["unreachable", "the connection was reset", true],
  UND_ERR_SOCKET: ["unreachable", "the connection was closed before the answer", true],
  ETIMEDOUT: ["unreachable", "no connection came about in time", true],
  UND_ERR_CONNECT_TIMEOUT: ["unreachable", "no connection came about in time", true],
  UND_ERR_HEADERS_TIMEOUT: ["timeout", "no answer came in time", true],
  UND_ERR_BODY_TIMEOUT: ["timeout", "the answer stopped in its middle", true],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ["unreadable_answer", "the answer is shorter than announced", true],
  UND_ERR_HEADERS_OVERFLOW: ["unreadable_answer", "the headers of the answer are too large", false],
  UND_ERR_PRX_TLS: ["unreachable", "TLS with the proxy failed", false],
};

/** Why no usable answer came, and whether another attempt may help. `host` is where the call went. */
export function failureOfTransport(error: unknown, host: string, call: CallContext): Attempt<never> {
  const code = errorCode(error);
  const refusal = /Proxy response \((\d{3})\)/.exec(error instanceof Error ? error.message : "")?.[1];
  const [kind, words, transient] =
    refusal === undefined
      ? (TRANSPORT[code] ?? guessed(code))
      : ([
          "unreachable",
          `the proxy refused to connect (HTTP ${refusal})`,
          /^50[234]$/.test(refusal),
        ] as const);
  const failure = new TelzinoError(kind, `${host}: ${words}${where(error, code)}`, {
    operation: call.operation,
    transient,
    unsent: refusal !== undefined || neverSent(error, code),
    cause: plainCause(error, code, call.scrub),
  });
  return { kind: "failure", error: failure, transient };
}

/**
 * Whether a failure is one of look-up, connection or the server's certificate, so no request has been sent. Other
 * TLS errors may also come later: an alert ends a connection at any time (RFC 8446 section 6).
 */
function neverSent(error: unknown, code: string): boolean {
  const { syscall } = firstError(error) as NodeJS.ErrnoException;
  if (syscall === "connect" || syscall === "getaddrinfo") return true;
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "UND_ERR_PRX_TLS") return true;
  return !code.startsWith("ERR_SSL") && /CERT|SIGNED|SIGNATURE|ISSUER/.test(code);
}

function guessed(code: string): readonly [TelzinoErrorCode, string, boolean] {
  if (code.startsWith("HPE")) return ["unreadable_answer", "what answers does not speak HTTP", false];
  if (/CERT|TLS|SSL|SIGNED|SIGNATURE|EPROTO|ISSUER/.test(code)) return ["unreachable", "TLS failed", false];
  return ["unreachable", "the connection failed", false];
}

/** Code and peer, in brackets: the peer is the proxy where that is what failed. */
function where(error: unknown, code: string): string {
  const { address, port, hostname } = firstError(error) as {
    address?: string;
    port?: number;
    hostname?: string;
  };
  const peer =
    hostname ?? (address === undefined ? "" : `${address}${port === undefined ? "" : ` port ${port}`}`);
  const facts = [code === "HPE" ? "" : code, peer].filter((fact) => fact !== "");
  return facts.length === 0 ? "" : ` (${facts.join(", ")})`;
}

/** The error itself, or the first one where every address of a host was tried. */
function firstError(error: unknown): Error {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first : new Error(String(first));
}

function errorCode(error: unknown): string {
  const first = firstError(error);
  // undici gives the most common one no code.
  if (first.name === "HTTPParserError") return "HPE";
  const { code } = first as NodeJS.ErrnoException;
  return typeof code === "string" ? code : "";
}

/** undici's errors can carry headers, bodies and sockets: only what they say is kept. */
function plainCause(error: unknown, code: string, scrub: Scrub): Error {
  const said = apiText(firstError(error).message, { max: 300 });
  const cause = new Error(said.passes(scrub) ? said.unwrap() : LEFT_OUT);
  return code === "" ? cause : Object.assign(cause, { code });
}
