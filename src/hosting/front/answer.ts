import type { ServerResponse } from "node:http";
import { answerError } from "../../base/answer-json.js";

/** Codes of JSON-RPC 2.0 section 5.1, and of the SDK's transport for what is none of them. */
export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
const REFUSED = -32_000;

type Headers = Readonly<Record<string, string>>;

/** An error that belongs to no request of JSON-RPC, because none was read. */
export function refuse(
  res: ServerResponse,
  status: number,
  message: string,
  { code = REFUSED, headers = {} }: { code?: number; headers?: Headers } = {},
): void {
  answerError(res, status, code, message, headers);
}

/**
 * A refusal before the body was read to its end: the connection cannot be used again. The answer is sent, and
 * data that still arrives is discarded for a moment, so the client gets to read it.
 */
export function refuseAndClose(res: ServerResponse, status: number, message: string): void {
  const { socket } = res;
  refuse(res, status, message, { headers: { Connection: "close" } });
  res.req.resume();
  const cut = setTimeout(() => socket?.destroy(), 1_000).unref();
  socket?.once("close", () => clearTimeout(cut));
}
