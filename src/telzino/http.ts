import type { Dispatcher } from "undici";
import type { LogFields, LogLevel } from "../base/log.js";
import { present } from "../base/present.js";
import { asOneStep } from "../base/steps.js";
import type { Secret } from "../redaction/secret.js";
import { createDispatcher, type DispatcherOptions } from "./dispatcher.js";
import { TelzinoError } from "./errors.js";
import { type CallContext, failureOfTransport, type Subject } from "./failure.js";
import { abortable, type Limit } from "./limit.js";
import { type Attempt, type RetryPolicy, readRetryAfter, withRetries } from "./retry.js";
import { type Scrub, scrubbed, scrubber } from "./scrub.js";

export type LogSink = (level: LogLevel, message: string, fields: LogFields) => void;

/** In the log, for each further attempt. */
export const RETRIED = "API call is tried again";

export interface HttpRequest {
  method: "GET" | "PUT" | "DELETE" | "POST";
  /** Below the API's address, with a leading slash; its segments are safe already. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  /** JSON text. */
  body?: string;
  token?: Secret;
  /** What was put into `body`: taken out of every text that comes back. */
  secrets?: readonly Secret[];
  /** The parts that the caller chose. Any part of a secret in them may come back; otherwise its absence would confirm a guess. */
  chosen?: readonly string[];
  /** The path without ids, as shown in errors and logs. */
  operation: string;
  subject: Subject;
  /**
   * When it may be sent again by itself. `unsent`: only where the API cannot have acted on it, i.e. it was never sent
   * or was turned away with 429; the caller of a change has to see its outcome first.
   */
  repeat: "always" | "unsent";
}

export interface HttpAnswer {
  status: number;
  /** The body as UTF-8, cut at {@link MAX_ANSWER_BYTES}, or at {@link MAX_ERROR_BYTES}. */
  text: string;
  tooLarge: boolean;
  /** Another attempt may be answered otherwise. */
  transient: boolean;
  retryAfterSeconds: number | undefined;
  /** The server's clock (header `Date`). */
  date?: Date;
}

export interface HttpOptions extends DispatcherOptions {
  /** Paths are appended to its own. */
  apiUrl: URL;
  userAgent: string;
  retry: RetryPolicy;
  log: LogSink;
  /** Epoch milliseconds. */
  now: () => number;
}

const MAX_ANSWER_BYTES = 1_048_576;
/** Of an answer that is an error. */
const MAX_ERROR_BYTES = 65_536;
/** From which on an answer takes long to read: ten times what an agent has. */
export const LONG_BYTES = 65_536;
const RATE_LIMITED = 429;
const TRANSIENT_STATUS = new Set([RATE_LIMITED, 502, 503, 504]);

/** Sends requests to the API, and tries again where the policy says so. */
export class Http {
  readonly #options: HttpOptions;
  #dispatcher: Promise<Dispatcher> | undefined;
  #made: Dispatcher | undefined;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the final answer, whatever its status, redirects apart: those are never followed.
   *
   * @throws TelzinoError where no answer came, and the limit's reason.
   */
  async send(request: HttpRequest, limit: Limit): Promise<HttpAnswer> {
    const call = { ...request, scrub: scrubOf(request) };
    const outcome = await withRetries(
      this.#options.retry,
      limit,
      () => this.#attempt(call, limit.signal),
      ({ attempt, waitMs }) =>
        this.#options.log("info", RETRIED, {
          operation: request.operation,
          attempt: attempt + 1,
          waitMs: Math.round(waitMs),
        }),
    );
    if (outcome.kind === "failure") throw outcome.error;
    return outcome.answer;
  }

  async #attempt(request: HttpRequest & CallContext, signal: AbortSignal): Promise<Attempt<HttpAnswer>> {
    const started = performance.now();
    const outcome = await this.#exchange(request, signal);
    this.#options.log("debug", "API call", {
      operation: request.operation,
      ms: Math.round(performance.now() - started),
      ...(outcome.kind === "answer" ? { status: outcome.answer.status } : { failure: outcome.error.message }),
    });
    return request.repeat === "always" || hadNoEffect(outcome) ? outcome : { ...outcome, transient: false };
  }

  async #exchange(request: HttpRequest & CallContext, signal: AbortSignal): Promise<Attempt<HttpAnswer>> {
    try {
      this.#dispatcher ??= createDispatcher(this.#options);
      this.#made ??= await abortable(this.#dispatcher, signal);
      // undici notices an abort only once it is connected.
      const response = await abortable(this.#made.request(this.#undiciRequest(request, signal)), signal);
      return await this.#readAnswer(response, request);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TelzinoError) return { kind: "failure", error, transient: false };
      return failureOfTransport(error, this.#options.apiUrl.host, request);
    }
  }

  #undiciRequest(request: HttpRequest, signal: AbortSignal): Dispatcher.RequestOptions {
    const { apiUrl, userAgent, timeouts } = this.#options;
    return {
      origin: apiUrl.origin,
      path: `${apiUrl.pathname.replace(/\/+$/, "")}${request.path}${queryOf(request.query)}`,
      method: request.method,
      headers: {
        accept: "application/json",
        "user-agent": userAgent,
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token.reveal()}` }),
      },
      body: request.body ?? null,
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyMs,
      signal,
    };
  }

  async #readAnswer(
    response: Dispatcher.ResponseData,
    call: HttpRequest & CallContext,
  ): Promise<Attempt<HttpAnswer>> {
    const status = response.statusCode;
    if (status >= 300 && status < 400) {
      discard(response.body);
      const error = redirected(status, firstOf(response.headers.location), this.#options.apiUrl, call);
      return { kind: "failure", error, transient: false };
    }
    const retryAfterSeconds = readRetryAfter(firstOf(response.headers["retry-after"]), this.#options.now());
    // What an error says is worth less than its status: a broken body must not hide it.
    const read = readBody(response.body, status < 300 ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES);
    const { text, tooLarge } = await (status < 300
      ? read
      : read.catch(() => ({ text: "", tooLarge: false })));
    const transient = TRANSIENT_STATUS.has(status);
    return {
      kind: "answer",
      answer: {
        ...{ status, text, tooLarge, transient, retryAfterSeconds },
        ...present({ date: readDate(firstOf(response.headers.date)) }),
      },
      transient,
      ...present({ retryAfterSeconds }),
    };
  }

  /** Ends every connection. Calls under way fail. */
  async close(): Promise<void> {
    const dispatcher = await this.#dispatcher?.catch(() => undefined);
    await dispatcher?.destroy();
  }
}

/** As RFC 9110 section 5.6.7 writes it: `Sun, 06 Nov 1994 08:49:37 GMT`. */
function readDate(header = ""): Date | undefined {
  const ms = header.length === 29 && header.endsWith(" GMT") ? Date.parse(header) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

function hadNoEffect(attempt: Attempt<HttpAnswer>): boolean {
  return attempt.kind === "failure" ? attempt.error.unsent : attempt.answer.status === RATE_LIMITED;
}

/** Takes everything secret that was sent with this request out of an answer that echoes it. */
export function scrubOf({ secrets = [], token, chosen }: HttpRequest): Scrub {
  return scrubber(token === undefined ? secrets : [...secrets, token], chosen);
}

function queryOf(query: HttpRequest["query"] = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.append(name, String(value));
  }
  return given.size === 0 ? "" : `?${given}`;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

async function readBody(
  body: Dispatcher.ResponseData["body"],
  limit: number,
): Promise<{ text: string; tooLarge: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  let hasEnded = false;
  const tooLarge = await new Promise<boolean>((resolve, reject) => {
    body.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk.subarray(0, Math.max(0, limit - (size - chunk.length))));
      if (size <= limit) return;
      resolve(true);
      // The connection goes with it.
      discard(body);
    });
    body.once("end", () => {
      hasEnded = true;
      resolve(false);
    });
    body.once("error", reject);
    // Every body closes; to make an error costs more than to read a short one.
    body.once("close", () => {
      if (!hasEnded) reject(new Error("the answer broke off"));
    });
  });
  const [first = Buffer.alloc(0)] = chunks;
  const decode = () => (chunks.length > 1 ? Buffer.concat(chunks) : first).toString("utf8");
  return { text: size < LONG_BYTES ? decode() : await asOneStep(decode), tooLarge };
}

function discard(body: Dispatcher.ResponseData["body"]): void {
  body.on("error", () => {}).destroy();
}

function redirected(
  status: number,
  location: string | undefined,
  from: URL,
  call: CallContext,
): TelzinoError {
  const target =
    location !== undefined && URL.canParse(location, from.href) ? new URL(location, from.href).origin : "";
  const words = target === "" ? "" : ` to ${scrubbed(target, call.scrub)}`;
  return new TelzinoError("redirected", `The API answered ${call.operation} with a redirect${words}`, {
    status,
    operation: call.operation,
  });
}
