import type { JSONRPCErrorResponse } from "@modelcontextprotocol/sdk/types.js";
import type { RpcId } from "./rpc.js";

/** Of a resource that does not exist, up to MCP 2025-11-25; later eras have another (their adapter knows it). */
export const RESOURCE_NOT_FOUND = -32_002;

/** Of the SDK, for a request that has taken too long. */
const REQUEST_TIMEOUT = -32_001;

/** Why a request is answered with an error of the protocol. */
export class Refusal extends Error {
  readonly code: number;
  /** Without what the older SDK puts before them. */
  readonly words: string;
  readonly data: unknown;

  constructor(code: number, words: string, data?: unknown) {
    super(`MCP error ${code}: ${words}`);
    this.code = code;
    this.words = words;
    this.data = data;
  }
}

/** The answer to a request that has taken longer than any may. */
export function overdue(id: RpcId): JSONRPCErrorResponse {
  const message = "The request took longer than this server answers any, and was ended";
  return { jsonrpc: "2.0", id, error: { code: REQUEST_TIMEOUT, message } };
}
