import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sameText } from "../../base/same-text.js";
import { pasteFaults } from "../../redaction/paste-faults.js";
import type { Secret } from "../../redaction/secret.js";
import type { Clock } from "./clock.js";
import { refusalOf } from "./guard.js";
import { HEADERS, pageOf, spentPage } from "./page.js";
import { RateLimit } from "./rate-limit.js";
import type { EntrySession } from "./session.js";
import { textsFor } from "./texts/index.js";
import { readTyped, typedPassword } from "./typed.js";
import { EntryUnavailable } from "./types.js";

/** A password of 256 characters is smaller, escaped at worst. In bytes. */
const MAX_BODY = 4_096;
const MAX_WATCHERS = 4;
/** Requests to one entry, and requests to nothing that exists. */
const OWN_LIMIT = { burst: 40, perSecond: 4 };
const STRANGERS_LIMIT = { burst: 20, perSecond: 1 };
/** `/e/<nonce>`, and what belongs to it. */
const ROUTE = /^\/e\/([\w-]{22})(\/events|\/cancel)?$/;

interface Served {
  session: EntrySession;
  limit: RateLimit;
}

/** The HTTP server of the entry pages, on 127.0.0.1. It listens from `start` to `close`. */
export class EntryServer {
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #strangers: RateLimit;
  readonly #served = new Set<Served>();
  #port = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#strangers = new RateLimit(clock, STRANGERS_LIMIT.burst, STRANGERS_LIMIT.perSecond);
    const timeouts = { headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 2_000 };
    this.#server = createServer({ ...timeouts, maxHeaderSize: 16_384 }, (request, response) =>
      this.#answer(request, response),
    );
    this.#server.maxConnections = 64;
  }

  /** @throws EntryUnavailable if the port is not available. */
  async start(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => {
        const why = error.code === "EADDRINUSE" ? "is taken" : `cannot be used (${error.code})`;
        reject(new EntryUnavailable(`Port ${port} for the local page ${why}: choose another entry port.`));
      });
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    this.#server.unref();
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection too. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Serves an entry until the function that is returned is called. */
  serve(session: EntrySession): () => void {
    const served = { session, limit: new RateLimit(this.#clock, OWN_LIMIT.burst, OWN_LIMIT.perSecond) };
    this.#served.add(served);
    return () => this.#served.delete(served);
  }

  urlOf(session: EntrySession): string {
    return `http://127.0.0.1:${this.#port}/e/${session.nonce}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.on("error", () => {});
    const { method = "", headers, url = "" } = request;
    const refusal = refusalOf({ method, headers, port: this.#port });
    if (refusal) {
      this.#turnAway(response, refusal.status, refusal.reason);
      return;
    }
    const [, nonce = "", part = ""] = ROUTE.exec(url) ?? [];
    const served = this.#find(nonce);
    if (served === undefined) this.#turnAway(response, 404, spentPage(textsFor(headers)));
    else if (!served.limit.take()) reply(response, 429, "Too many requests.");
    else if (method === "GET" && part === "/events") streamView(served.session, response);
    else void this.#answerFor(served.session, part, request, response);
  }

  async #answerFor(
    session: EntrySession,
    part: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    switch (`${request.method} ${part}`) {
      case "GET ":
        reply(response, 200, pageOf(session, textsFor(request.headers)));
        return;
      case "POST ":
      case "POST /cancel": {
        const answer = hasToken(session, request)
          ? await (part === "" ? takePassword(session, request) : cancel(session))
          : ([403, "Not from this page."] as const);
        if (answer !== "broken off") reply(response, ...answer);
        return;
      }
      default:
        response.setHeader("allow", { "": "GET, POST", "/events": "GET", "/cancel": "POST" }[part] ?? "GET");
        reply(response, 405, "Not with this method.");
    }
  }

  /** Looks at every nonce, so the time reveals nothing about which one was nearly right. */
  #find(nonce: string): Served | undefined {
    let found: Served | undefined;
    for (const served of this.#served) {
      if (sameText(nonce, served.session.nonce)) found = served;
    }
    return found;
  }

  #turnAway(response: ServerResponse, status: number, body: string): void {
    if (this.#strangers.take()) reply(response, status, body);
    else reply(response, 429, "Too many requests.");
  }
}

function reply(response: ServerResponse, status: number, body: string | object): void {
  const isPage = typeof body === "string" && body.startsWith("<!");
  const type = typeof body === "object" ? "application/json" : isPage ? "text/html" : "text/plain";
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  // A body that was not read to its end must not be taken for the next request.
  if (status >= 400) response.shouldKeepAlive = false;
  response.writeHead(status, {
    ...HEADERS,
    "content-type": `${type}; charset=utf-8`,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Server-sent events: the view now and at every change, until the entry has ended. */
function streamView(session: EntrySession, response: ServerResponse): void {
  if (session.watchers >= MAX_WATCHERS) {
    reply(response, 429, "Too many pages.");
    return;
  }
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream; charset=utf-8" });
  const unwatch = session.watch((view) => {
    response.write(`data: ${JSON.stringify(view)}\n\n`);
    if (view.phase === "ended") response.end();
  });
  response.once("close", unwatch);
}

type Answer = readonly [status: number, body: string | object];

async function takePassword(session: EntrySession, request: IncomingMessage): Promise<Answer | "broken off"> {
  const body = await readTyped(request, MAX_BODY);
  if (body === "broken off") return body;
  if (body === "too large") return [413, { problem: "tooLong" }];
  const given = passwordIn(body);
  if ("problem" in given) return [422, given];
  const { password, asItIs } = given;
  const doubts = asItIs ? [] : pasteFaults(password, session.request.facts.username);
  // Told before it is sent: a refusal at the PBX counts towards a ban.
  if (doubts.length > 0) return [200, { doubts }];
  switch (session.submit(password)) {
    case "accepted":
      return [202, {}];
    case "over":
      return [410, { problem: "over" }];
    default:
      return [409, { problem: "busy" }];
  }
}

/** Running work is still completed: the password may be stored already. */
function cancel(session: EntrySession): Answer {
  if (session.view.phase === "working") return [409, { problem: "busy" }];
  if (session.view.phase === "ended") return [410, { problem: "over" }];
  session.end("cancelled");
  return [202, {}];
}

function hasToken(session: EntrySession, { headers }: IncomingMessage): boolean {
  return sameText(String(headers["x-entry-token"] ?? ""), session.token);
}

/** `{"password": "…", "asItIs": true}`. The bytes are wiped; the text is wrapped immediately. */
function passwordIn(body: Buffer): { password: Secret; asItIs: boolean } | { problem: string } {
  let read: unknown;
  try {
    read = JSON.parse(body.toString("utf8"));
  } catch {
    return { problem: "invalid" };
  } finally {
    body.fill(0);
  }
  const value = typeof read === "object" && read !== null && "password" in read ? read.password : undefined;
  if (typeof value !== "string") return { problem: "invalid" };
  const password = typedPassword(value);
  if (typeof password === "string") return { problem: password };
  const asItIs = "asItIs" in (read as object) && (read as { asItIs: unknown }).asItIs === true;
  return { password, asItIs };
}
