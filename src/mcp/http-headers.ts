import type { IncomingHttpHeaders } from "node:http";
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";

/** Code of the SDK's own transport. */
export const SESSION_NOT_FOUND = -32_001;

/** What a client can read: one document, a stream of events. */
export interface Acceptable {
  json: boolean;
  stream: boolean;
}

/**
 * Reads `Accept`. The protocol wants clients to name both; those that name one get that one, and those that name
 * nothing get JSON.
 */
export function acceptable({ accept }: IncomingHttpHeaders): Acceptable {
  if (accept === undefined || accept.trim() === "") return { json: true, stream: false };
  let json = false;
  let stream = false;
  for (const part of accept.split(",")) {
    const [type = "", ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
    if (parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) continue;
    if (type === "application/json" || type === "application/*" || type === "*/*") json = true;
    if (type === "text/event-stream" || type === "text/*") stream = true;
  }
  return { json, stream };
}

export function isJson({ "content-type": contentType }: IncomingHttpHeaders): boolean {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}

/** `MCP-Protocol-Version` (MCP 2025-06-18, basic/transports): absent is allowed, an unknown one is not. */
export function versionProblem(headers: IncomingHttpHeaders): string | undefined {
  const version = headers["mcp-protocol-version"];
  if (version === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(String(version))) return undefined;
  return `Bad Request: Unsupported protocol version (supported versions: ${SUPPORTED_PROTOCOL_VERSIONS.join(", ")})`;
}
