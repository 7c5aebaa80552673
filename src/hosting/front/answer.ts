import type { ServerResponse } from "node:http";
import { answerError } from "../../base/answer-json.js";
import { TRANSPORT_ERROR } from "../../base/json-rpc.js";

type Headers = Readonly<Record<string, string>>;

/** An error that belongs to no request of JSON-RPC, because none was read. */
export function refuse(
  res: ServerResponse,
  status: number,
  message: string,
  { code = TRANSPORT_ERROR, headers = {} }: { code?: number; headers?: Headers } = {},
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
