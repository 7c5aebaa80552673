import type { ServerResponse } from "node:http";

type Headers = Readonly<Record<string, string>>;

/** One JSON document, unless something has been answered already. */
export function answerJson(res: ServerResponse, status: number, body: unknown, headers: Headers = {}): void {
  if (res.headersSent || res.destroyed) return;
  const text = JSON.stringify(body);
  res.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  });
  res.end(text);
}

/** An error of JSON-RPC that belongs to no request, because none was read. */
export function answerError(
  res: ServerResponse,
  status: number,
  code: number,
  message: string,
  headers: Headers = {},
): void {
  answerJson(res, status, { jsonrpc: "2.0", error: { code, message }, id: null }, headers);
}
