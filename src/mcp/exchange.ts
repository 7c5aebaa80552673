import type { ServerResponse } from "node:http";
import type { Transport, TransportSendOptions } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { HttpAnswer } from "./http-answer.js";
import type { Acceptable } from "./http-headers.js";
import type { RpcRequest } from "./rpc.js";

/**
 * The transport of one request, for a server that answers nothing else: one POST, one answer.
 *
 * The SDK's own transport turns each request into web streams and back.
 */
export class Exchange implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport["onmessage"]>;
  readonly #res: ServerResponse;
  readonly #request: RpcRequest;
  readonly #answer: HttpAnswer;

  constructor(res: ServerResponse, request: RpcRequest, accepts: Acceptable) {
    this.#res = res;
    this.#request = request;
    this.#answer = new HttpAnswer(res, { id: request.id, accepts, onOver: () => this.onclose?.() });
  }

  async start(): Promise<void> {
    this.#answer.begin();
  }

  /** Hands the request to the server. */
  deliver(): void {
    this.onmessage?.(this.#request as JSONRPCMessage);
  }

  async send(message: JSONRPCMessage, _options?: TransportSendOptions): Promise<void> {
    if (this.#answer.ended) return;
    if (!("method" in message)) this.#answer.end(JSON.stringify(message));
    // Its answer would come with another request, and to another server.
    else if ("id" in message) throw new Error("Without a session the client cannot be asked anything");
    else this.#answer.tell(JSON.stringify(message));
  }

  async close(): Promise<void> {
    this.#answer.giveUp();
    this.#res.destroy();
  }
}
