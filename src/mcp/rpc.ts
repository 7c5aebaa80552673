import { isObject } from "../base/is-object.js";

/** JSON-RPC 2.0 messages, as far as they can be recognized without the SDK's schemas. */

export type RpcId = string | number;

export interface RpcRequest {
  jsonrpc: "2.0";
  id: RpcId;
  method: string;
  params?: Record<string, unknown>;
}

export function isId(value: unknown): value is RpcId {
  return typeof value === "string" || Number.isSafeInteger(value);
}

const FIELDS = new Set(["jsonrpc", "id", "method", "params"]);

/**
 * A request or a notification in which there is nothing that the SDK's schema could refuse. Any other is judged by the
 * schema: the SDK's server drops what does not fit it, and no answer would come.
 */
export function isPlain(message: unknown): message is Omit<RpcRequest, "id"> & { id?: RpcId } {
  if (!isObject(message)) return false;
  const { params } = message;
  return (
    message.jsonrpc === "2.0" &&
    typeof message.method === "string" &&
    (!("id" in message) || isId(message.id)) &&
    Object.keys(message).every((field) => FIELDS.has(field)) &&
    (params === undefined || (isObject(params) && params._meta === undefined))
  );
}
