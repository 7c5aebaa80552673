import type { IncomingMessage, ServerResponse } from "node:http";
import { boundedError } from "../error-bounds.js";
import type { HttpAnswer } from "../http-answer.js";

/** The SDK wants an address; nothing looks at it. */
const HERE = "http://localhost/mcp";
/** Headers of which the protocol says something. */
const HEADERS = ["content-type", "mcp-protocol-version", "mcp-method", "mcp-name"] as const;

/** A request as the SDK takes it. Its body is handed over parsed. */
export function requestOf({ headers }: IncomingMessage): Request {
  const given = HEADERS.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value] as [string, string]] : [];
  });
  return new Request(HERE, { method: "POST", headers: given });
}

export function isStream(response: Response): boolean {
  return response.headers.get("content-type") === "text/event-stream";
}

export async function passOnDocument(
  response: Response,
  res: ServerResponse,
  answer: HttpAnswer,
): Promise<void> {
  const text = await response.text();
  if (answer.ended) return;
  if (text !== "") {
    answer.end(response.ok ? text : boundedDocument(text), response.status);
    return;
  }
  res.writeHead(response.status, { "Content-Length": 0 }).end();
}

/** An error that the SDK tells without the server, and so without its bounds. */
function boundedDocument(text: string): string {
  const document = JSON.parse(text) as { error?: Parameters<typeof boundedError>[0] };
  return JSON.stringify(
    document.error === undefined ? document : { ...document, error: boundedError(document.error) },
  );
}

/** The messages of a stream, as JSON: the SDK writes one event at a time. */
export async function* messagesIn(response: Response): AsyncGenerator<string> {
  const text = new TextDecoder();
  for await (const frame of response.body ?? []) {
    const event = text.decode(frame);
    yield event.slice(event.indexOf("data: ") + "data: ".length).trimEnd();
  }
}
