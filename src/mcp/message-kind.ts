import {
  CancelledNotificationSchema,
  isInitializeRequest,
  isJSONRPCRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { isObject } from "../base/is-object.js";
import { isId, isPlain, type RpcId } from "./rpc.js";

/** What a message that came over HTTP is. */

/** `other` is a notification, or an answer to a request of the server's. */
type RpcKind = "request" | "other" | "invalid";

export function kindOf(message: unknown): RpcKind {
  if (!isObject(message) || message.jsonrpc !== "2.0") return "invalid";
  if (typeof message.method === "string") {
    if (message.params !== undefined && !isObject(message.params)) return "invalid";
    if (!("id" in message)) return "other";
    return isPlain(message) || isJSONRPCRequest(message) ? "request" : "invalid";
  }
  const answered = isObject(message.result) || isObject(message.error);
  return answered && (isId(message.id) || isObject(message.error)) ? "other" : "invalid";
}

export function isInitialize(message: unknown): boolean {
  return isObject(message) && message.method === "initialize" && isInitializeRequest(message);
}

/** Which request a message takes back (MCP, basic/utilities/cancellation). */
export function cancelledBy(message: unknown): RpcId | undefined {
  const read = CancelledNotificationSchema.safeParse(message);
  return read.success ? read.data.params.requestId : undefined;
}
