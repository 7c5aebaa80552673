import {
  CancelledNotificationSchema,
  isInitializeRequest,
  isJSONRPCRequest,
} from "@modelcontextprotocol/sdk/types.js";

/** JSON-RPC 2.0 messages as they come over HTTP, told apart. */

export type RpcId = string | number;

export interface RpcRequest {
  jsonrpc: "2.0";
  id: RpcId;
  method: string;
  params?: Record<string, unknown>;
}

/** What a body is: `other` is a notification, or an answer to a request of the server's. */
export type RpcKind = "request" | "other" | "invalid";

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is RpcId {
  return typeof value === "string" || Number.isSafeInteger(value);
}

const FIELDS = new Set(["jsonrpc", "id", "method", "params"]);

/**
 * A request in which there is nothing that the SDK's schema could refuse. Any other is judged by the schema: the SDK's
 * server drops what does not fit it, and no answer would come.
 */
function isPlainRequest(message: Record<string, unknown>): boolean {
  const { id, params } = message;
  return (
    isId(id) &&
    Object.keys(message).every((field) => FIELDS.has(field)) &&
    (params === undefined || (isObject(params) && params._meta === undefined))
  );
}

export function kindOf(message: unknown): RpcKind {
  if (!isObject(message) || message.jsonrpc !== "2.0") return "invalid";
  if (typeof message.method === "string") {
    if (message.params !== undefined && !isObject(message.params)) return "invalid";
    if (!("id" in message)) return "other";
    return isPlainRequest(message) || isJSONRPCRequest(message) ? "request" : "invalid";
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
