import { randomBytes } from "node:crypto";
import { createMcpHandler, type Server } from "@modelcontextprotocol/server";
import { HttpAnswer } from "../http-answer.js";
import type { RpcRequest } from "../rpc.js";
import type { NewerCall } from "./call.js";
import { isListen, Listening } from "./listening.js";
import { PageQuestions } from "./page-questions.js";
import { isStream, messagesIn, passOnDocument, requestOf } from "./passing.js";
import { Questions } from "./questions.js";
import { newerServer } from "./server.js";

/** The newer era over HTTP. */
export class NewerHttp {
  readonly #questions = new Questions();
  readonly #listening = new Listening();
  readonly #pageQuestions: PageQuestions;

  /** @param key that all processes have that answer requests; absent: the user is not asked. */
  constructor(key: Uint8Array = randomBytes(32)) {
    this.#pageQuestions = new PageQuestions(key);
  }

  answer(call: NewerCall): Promise<void> {
    const questions = call.isAlone ? this.#questions : this.#pageQuestions;
    const { handlers, accepts, owner, startStream, message } = call;
    const server = newerServer(handlers, { silent: !accepts.stream, owner, questions });
    if (startStream && isListen(message)) return this.#listening.answer(call, startStream, server);
    return answerOne(call, server);
  }

  /** Ends the streams of changes, which would never end by themselves. */
  stop(): void {
    this.#listening.end();
  }

  /** Ends the calls that wait for their user, too. */
  close(): void {
    this.stop();
    this.#questions.close();
  }
}

/**
 * Answers one request of the newer era. What the protocol says of it is the SDK's: which headers and versions there must
 * be, which status an error has. Its maximum time, and the handling of a client that does not read, are in `HttpAnswer`.
 */
async function answerOne({ req, res, message, accepts, onerror }: NewerCall, server: Server): Promise<void> {
  const sdk = createMcpHandler(() => server, {
    legacy: "reject",
    // Those are answered elsewhere, if at all.
    maxSubscriptions: 0,
    keepAliveMs: 0,
    onerror,
  });
  const answer = new HttpAnswer(res, {
    // A body of `null` is JSON, too.
    id: (message as Partial<RpcRequest> | null)?.id ?? 0,
    accepts,
    onOver: () => void server.close().catch(onerror),
  });
  answer.begin();
  const response = await sdk.fetch(requestOf(req), { parsedBody: message });
  if (!isStream(response)) return passOnDocument(response, res, answer);
  for await (const text of messagesIn(response)) {
    if ("method" in (JSON.parse(text) as object)) answer.tell(text);
    else answer.end(text);
  }
  if (!answer.ended) res.destroy();
}
