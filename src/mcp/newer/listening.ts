import type { ServerResponse } from "node:http";
import { createMcpHandler, type McpHttpHandler, type Server } from "@modelcontextprotocol/server";
import { answerError } from "../../base/answer-json.js";
import { INVALID_PARAMS, TRANSPORT_ERROR } from "../../base/json-rpc.js";
import { boundedError } from "../error-bounds.js";
import { HttpAnswer } from "../http-answer.js";
import { RESOURCE_NOT_FOUND, Refusal } from "../refusal.js";
import type { RpcId, RpcRequest } from "../rpc.js";
import { Subscriptions } from "../subscriptions.js";
import type { NewerCall, StartStream } from "./call.js";
import { isStream, messagesIn, passOnDocument, requestOf } from "./passing.js";

/** After so long a stream ends, and its client may open another: only then its token is looked at again. Milliseconds. */
const LONGEST_MS = 15 * 60_000;
const RETRY_SECONDS = "30";
const TOO_MANY = {
  caller: { status: 429, message: "Too many open streams of yours: close one first" },
  tenant: { status: 429, message: "Too many open streams of your tenant: close one first" },
  server: { status: 503, message: "Too many open streams: come back later" },
} as const;

export function isListen(message: unknown): boolean {
  return (message as { method?: unknown } | null)?.method === "subscriptions/listen";
}

/** Streams of changes (`subscriptions/listen`): each is the answer to one request, and stays open. */
export class Listening {
  readonly #open = new Set<McpHttpHandler>();
  #over = false;

  /** Ends each with its result, which tells its client to open another, and opens no more. */
  end(): void {
    this.#over = true;
    for (const sdk of this.#open) void sdk.close();
  }

  async answer(call: NewerCall, start: StartStream, server: Server): Promise<void> {
    const { req, res, message, accepts, handlers, onerror } = call;
    if (!accepts.stream) {
      answerError(res, 406, TRANSPORT_ERROR, "Not Acceptable: a stream of changes is text/event-stream");
      return;
    }
    if (!mayOpen(res, this.#over ? () => "server" : start)) return;
    const { id = 0 } = message as Partial<RpcRequest>;
    const sdk = createMcpHandler(() => server, {
      ...{ legacy: "reject", maxSubscriptions: 1, onerror },
      // The answer itself does that.
      keepAliveMs: 0,
    });
    const changes = new Subscriptions(handlers.watchResource, (uri) => sdk.notify.resourceUpdated(uri));
    const end = () => {
      changes.end();
      void sdk.close();
    };
    const answer = new HttpAnswer(res, { id, accepts, onOver: end, lasts: { ms: LONGEST_MS, end } });
    answer.begin();
    this.#open.add(sdk);
    try {
      const response = await sdk.fetch(requestOf(req), { parsedBody: message });
      if (isStream(response)) await passOn(response, answer, changes, id);
      else await passOnDocument(response, res, answer);
      if (!answer.ended) res.destroy();
    } finally {
      this.#open.delete(sdk);
      end();
    }
  }
}

/** Has a stream counted until its connection ends. Otherwise the client is told why not. */
function mayOpen(res: ServerResponse, start: StartStream): boolean {
  const taken = start();
  if (typeof taken === "string") {
    const { status, message } = TOO_MANY[taken];
    answerError(res, status, TRANSPORT_ERROR, message, { "Retry-After": RETRY_SECONDS });
    return false;
  }
  res.once("close", taken);
  return true;
}

interface Message {
  method?: string;
  params?: { notifications?: { resourceSubscriptions?: readonly string[] } };
}

async function passOn(
  response: Response,
  answer: HttpAnswer,
  changes: Subscriptions,
  id: RpcId,
): Promise<void> {
  for await (const text of messagesIn(response)) {
    const { method, params } = JSON.parse(text) as Message;
    if (method === "notifications/subscriptions/acknowledged") {
      const refusal = await refusalOf(changes, params?.notifications?.resourceSubscriptions ?? []);
      // As a whole: the client would wait for changes that never come.
      if (refusal !== undefined) return answer.end(JSON.stringify({ jsonrpc: "2.0", id, error: refusal }));
    }
    if (method === undefined) answer.end(text);
    else answer.tell(text);
  }
}

/** Watches what a stream was granted. @returns why not. */
async function refusalOf(changes: Subscriptions, uris: readonly string[]) {
  try {
    for (const uri of new Set(uris)) await changes.add(uri);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // What this era calls it.
    const code = error.code === RESOURCE_NOT_FOUND ? INVALID_PARAMS : error.code;
    return boundedError({ code, message: error.words, data: error.data });
  }
}
