import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Handlers } from "../protocol.js";
import type { RpcId } from "../rpc.js";
import { Questions } from "./questions.js";
import { newerServer } from "./server.js";

/** A connection of the newer era over a transport that is another's, and stays open when this ends. */
export class NewerConnection {
  readonly #channel: Transport;
  readonly #handle: ReturnType<typeof serveStdio>;
  readonly #questions = new Questions();
  readonly #open = new Set<RpcId>();
  #settled: (() => void) | undefined;

  constructor(
    handlers: Handlers,
    send: (message: JSONRPCMessage) => Promise<void>,
    onerror: (error: Error) => void,
  ) {
    this.#channel = {
      start: async () => {},
      close: async () => {},
      send: (message) => {
        if (!("method" in message)) this.#answered(message.id);
        return send(message);
      },
    };
    // One user has the connection.
    const own = { owner: { account: this, principal: "" }, questions: this.#questions, mayAsk: true };
    this.#handle = serveStdio(() => newerServer(handlers, own), {
      legacy: "reject",
      transport: this.#channel,
      // Nothing here changes that a client could be notified of.
      maxSubscriptions: 0,
      onerror,
    });
  }

  deliver(message: JSONRPCMessage): void {
    if ("method" in message && "id" in message) this.#open.add(message.id);
    this.#channel.onmessage?.(message);
    if ("method" in message && message.method === "notifications/cancelled") {
      this.#answered((message.params as { requestId?: RpcId } | undefined)?.requestId);
    }
  }

  /** Ends it as soon as what was asked has been answered, so another may continue with the transport. */
  async end(): Promise<void> {
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
    }
    await this.close();
  }

  /** Ends it immediately: running calls are cancelled. */
  async close(): Promise<void> {
    this.#questions.close();
    await this.#handle.close();
  }

  #answered(id: RpcId | undefined): void {
    if (id !== undefined) this.#open.delete(id);
    if (this.#open.size === 0) this.#settled?.();
  }
}
