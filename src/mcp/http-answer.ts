import type { ServerResponse } from "node:http";
import type { Acceptable } from "./http-headers.js";
import { limitLife } from "./lifetime.js";
import { overdue } from "./refusal.js";
import type { RpcId } from "./rpc.js";

/** Interval of comments on an idle stream, so no proxy takes it for dead. Milliseconds. */
const KEEP_ALIVE_MS = 10_000;
/** Longer than any call with all of its waits. Milliseconds. */
const LONGEST_MS = 5 * 60_000;

export interface AnswerOptions {
  id: RpcId;
  accepts: Acceptable;
  /** The client has gone before its answer, or it has taken too long: its work should be cancelled. */
  onOver(): void;
  /** An answer that stays open: how long, and how it ends then. Absent: it would have taken too long. */
  lasts?: { ms: number; end(): void };
}

/**
 * The answer to one request: one JSON document, unless something has to be said before it. The first notification, or
 * ten seconds of silence, turns it into a stream of events for a client that accepts one.
 */
export class HttpAnswer {
  readonly #res: ServerResponse;
  readonly #options: AnswerOptions;
  #keepAlive: NodeJS.Timeout | undefined;
  #streaming = false;
  #ended = false;

  constructor(res: ServerResponse, options: AnswerOptions) {
    this.#res = res;
    this.#options = options;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** From now on it is known when the client goes, and how long it takes. */
  begin(): void {
    this.#res.once("close", () => this.giveUp());
    const { accepts, lasts } = this.#options;
    limitLife(this.#res, lasts?.ms ?? LONGEST_MS, () => (lasts ? lasts.end() : this.#expire()));
    if (accepts.stream) {
      this.#keepAlive = setInterval(() => this.#comment(), KEEP_ALIVE_MS).unref();
    }
  }

  /** Says something before the answer itself. A client that does not read does not fill the memory: it may be lost. */
  tell(message: string): void {
    if (this.#ended || !this.#options.accepts.stream || this.#res.writableNeedDrain) return;
    this.#event(message);
  }

  /** The answer itself, as JSON. The status is for an answer that is not a stream. */
  end(message: string, status = 200): void {
    if (this.#ended) return;
    if (this.#streaming || (!this.#options.accepts.json && status === 200)) {
      this.#event(message);
      this.#res.end();
    } else {
      const length = Buffer.byteLength(message);
      this.#res.writeHead(status, { "Content-Type": "application/json", "Content-Length": length });
      this.#res.end(message);
    }
    this.#settle();
  }

  /** Nothing will be answered any more. */
  giveUp(): void {
    if (this.#ended) return;
    this.#settle();
    this.#options.onOver();
  }

  #event(message: string): void {
    this.#open();
    this.#res.write(`event: message\ndata: ${message}\n\n`);
  }

  #comment(): void {
    this.#open();
    if (!this.#res.writableNeedDrain) this.#res.write(": keep-alive\n\n");
  }

  #open(): void {
    if (this.#streaming) return;
    this.#streaming = true;
    this.#res.writeHead(200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store, no-transform",
      // nginx would hold the events back.
      "X-Accel-Buffering": "no",
    });
  }

  #settle(): void {
    this.#ended = true;
    clearInterval(this.#keepAlive);
  }

  #expire(): void {
    if (this.#ended) return;
    this.end(JSON.stringify(overdue(this.#options.id)));
    this.#options.onOver();
  }
}
