import type { ServerResponse } from "node:http";
import type { Transport, TransportSendOptions } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Acceptable } from "./http-headers.js";
import { limitLife } from "./lifetime.js";
import { overdue, type RpcRequest } from "./rpc.js";

/** Comments on a stream in which nothing happens, so that no proxy takes it for dead. Milliseconds. */
const KEEP_ALIVE_MS = 10_000;
/** Longer than any call with all of its waits. Milliseconds. */
const LONGEST_MS = 5 * 60_000;

/**
 * The transport of one request, for a server that answers nothing else: one POST, one answer.
 *
 * The SDK's own transport turns each request into web streams and back. Here the answer is one JSON document, unless something has to be said before it: the first notification,
 * or ten seconds of silence, turns it into a stream of events for a client that accepts one.
 */
export class Exchange implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport["onmessage"]>;
  readonly #res: ServerResponse;
  readonly #request: RpcRequest;
  readonly #accepts: Acceptable;
  #keepAlive: NodeJS.Timeout | undefined;
  #streaming = false;
  #ended = false;

  constructor(res: ServerResponse, request: RpcRequest, accepts: Acceptable) {
    this.#res = res;
    this.#request = request;
    this.#accepts = accepts;
  }

  async start(): Promise<void> {
    this.#res.once("close", () => this.#end());
    limitLife(this.#res, LONGEST_MS, () => this.#expire());
    if (this.#accepts.stream) this.#keepAlive = setInterval(() => this.#comment(), KEEP_ALIVE_MS).unref();
  }

  /** Hands the request to the server. */
  deliver(): void {
    this.onmessage?.(this.#request as JSONRPCMessage);
  }

  async send(message: JSONRPCMessage, _options?: TransportSendOptions): Promise<void> {
    if (this.#ended) return;
    if (!("method" in message)) return this.#answer(message);
    // Its answer would come with another request, and to another server.
    if ("id" in message) throw new Error("Without a session the client cannot be asked anything");
    // A client that does not read does not fill the memory: what tells of progress may be lost.
    if (this.#accepts.stream && !this.#res.writableNeedDrain) this.#event(message);
  }

  async close(): Promise<void> {
    this.#end();
    this.#res.destroy();
  }

  #answer(message: JSONRPCMessage): void {
    if (this.#streaming || !this.#accepts.json) {
      this.#event(message);
      this.#res.end();
    } else {
      const body = Buffer.from(JSON.stringify(message));
      this.#res.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
      this.#res.end(body);
    }
    this.#settle();
  }

  #event(message: JSONRPCMessage): void {
    this.#open();
    this.#res.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
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
    this.#answer(overdue(this.#request.id));
    this.onclose?.();
  }

  /** The client has gone before its answer: what runs for it is cancelled. */
  #end(): void {
    if (this.#ended) return;
    this.#settle();
    this.onclose?.();
  }
}
