import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { isObject } from "../base/is-object.js";
import type { Handlers } from "./protocol.js";
import { isPlain, type RpcId } from "./rpc.js";

/** The versions that begin with `initialize`, as the SDK has them; a client that names another is answered by the SDK. */
export const GREETED_VERSIONS: readonly string[] = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
];

/**
 * Answers what a client of the older era asks first, without the SDK: to load it would take most of the start. Only plain
 * messages are taken; the SDK's server, which continues the connection with any other, hears of them afterwards.
 */
export class Greeting {
  /** What the SDK's server has to hear before it continues. */
  readonly heard: JSONRPCMessage[] = [];
  readonly #handlers: Handlers;
  readonly #send: (message: JSONRPCMessage) => void;

  constructor(handlers: Handlers, send: (message: JSONRPCMessage) => void) {
    this.#handlers = handlers;
    this.#send = send;
  }

  /** Whether the message has been taken; its answer may still be under way. */
  take(message: JSONRPCMessage): boolean {
    if (!isPlain(message)) return false;
    const { id, method, params = {} } = message;
    if (id === undefined) return this.#takeNotification(message);
    if (method === "initialize") return this.#initialize(message, id, params);
    if (Object.keys(params).length > 0) return false;
    if (method === "ping") this.#answer(id, {});
    else if (method === "tools/list") void this.#handlers.listTools().then((list) => this.#answer(id, list));
    else return false;
    return true;
  }

  #takeNotification(message: JSONRPCMessage & { method: string }): boolean {
    if (message.method !== "notifications/initialized") return false;
    this.heard.push(message);
    return true;
  }

  #initialize(message: JSONRPCMessage, id: RpcId, params: Record<string, unknown>): boolean {
    const { protocolVersion, clientInfo, capabilities } = params;
    const isTaken =
      this.heard.length === 0 &&
      GREETED_VERSIONS.includes(protocolVersion as string) &&
      isObject(clientInfo) &&
      typeof clientInfo.name === "string" &&
      typeof clientInfo.version === "string" &&
      isObject(capabilities);
    if (!isTaken) return false;
    this.heard.push(message);
    const { serverInfo, instructions, capabilities: own } = this.#handlers;
    this.#answer(id, { protocolVersion, capabilities: own, serverInfo, instructions });
    return true;
  }

  #answer(id: RpcId, result: Record<string, unknown>): void {
    this.#send({ jsonrpc: "2.0", id, result } as JSONRPCMessage);
  }
}
