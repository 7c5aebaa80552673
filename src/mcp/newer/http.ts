import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { boundedError } from "../error-bounds.js";
import { HttpAnswer } from "../http-answer.js";
import type { Acceptable } from "../http-headers.js";
import type { Handlers } from "../protocol.js";
import type { RpcRequest } from "../rpc.js";
import { PageQuestions } from "./page-questions.js";
import { type CallOwner, Questions } from "./questions.js";
import { newerServer } from "./server.js";

/** The SDK wants an address; nothing looks at it. */
const HERE = "http://localhost/mcp";
/** Headers of which the protocol says something. */
const HEADERS = ["content-type", "mcp-protocol-version", "mcp-method", "mcp-name"] as const;

export interface NewerCall {
  req: IncomingMessage;
  res: ServerResponse;
  message: unknown;
  accepts: Acceptable;
  handlers: Handlers;
  owner: CallOwner;
  /** No other process answers requests. */
  isAlone: boolean;
  onerror: (error: Error) => void;
}

/** The newer era over HTTP. */
export class NewerHttp {
  readonly #questions = new Questions();
  readonly #pageQuestions: PageQuestions;

  /** @param key that all processes have that answer requests; absent: the user is not asked. */
  constructor(key: Uint8Array = randomBytes(32)) {
    this.#pageQuestions = new PageQuestions(key);
  }

  answer(call: NewerCall): Promise<void> {
    return answerOne(call, call.isAlone ? this.#questions : this.#pageQuestions);
  }

  /** Ends the calls that wait for their user. */
  close(): void {
    this.#questions.close();
  }
}

/**
 * Answers one request of the newer era. What the protocol says of it is the SDK's: which headers and versions there must
 * be, which status an error has. Its maximum time, and the handling of a client that does not read, are in `HttpAnswer`.
 */
async function answerOne(
  { req, res, message, accepts, handlers, owner, onerror }: NewerCall,
  questions: Questions | PageQuestions,
): Promise<void> {
  const server = newerServer(handlers, { silent: !accepts.stream, owner, questions });
  const sdk = createMcpHandler(() => server, {
    legacy: "reject",
    // A stream that would never say anything.
    maxSubscriptions: 0,
    keepAliveMs: 0,
    onerror,
  });
  const answer = new HttpAnswer(res, {
    id: (message as Partial<RpcRequest>).id ?? 0,
    accepts,
    onOver: () => void server.close().catch(onerror),
  });
  answer.begin();
  const response = await sdk.fetch(new Request(HERE, { method: "POST", headers: headersOf(req) }), {
    parsedBody: message,
  });
  if (response.headers.get("content-type") === "text/event-stream") await passOn(response, res, answer);
  else await passOnDocument(response, res, answer);
}

function headersOf({ headers }: IncomingMessage): [string, string][] {
  return HEADERS.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value] as [string, string]] : [];
  });
}

async function passOnDocument(response: Response, res: ServerResponse, answer: HttpAnswer): Promise<void> {
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

/** The SDK writes one event at a time. */
async function passOn(response: Response, res: ServerResponse, answer: HttpAnswer): Promise<void> {
  const text = new TextDecoder();
  for await (const frame of response.body ?? []) {
    const data = dataOf(text.decode(frame));
    if ("method" in (JSON.parse(data) as object)) answer.tell(data);
    else answer.end(data);
  }
  if (!answer.ended) res.destroy();
}

function dataOf(frame: string): string {
  return frame.slice(frame.indexOf("data: ") + "data: ".length).trimEnd();
}
