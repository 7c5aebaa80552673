import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { answerError } from "../base/answer-json.js";
import { TRANSPORT_ERROR } from "../base/json-rpc.js";
import { once } from "../base/once.js";
import { isNewer } from "./era.js";
import { Exchange } from "./exchange.js";
import { type Acceptable, acceptable, isJson, versionProblem } from "./http-headers.js";
import { kindOf } from "./message-kind.js";
import type { StartStream } from "./newer/call.js";
import type { NewerHttp } from "./newer/http.js";
import type { Handlers } from "./protocol.js";
import type { RpcRequest } from "./rpc.js";
import { type CallerOf, type Owner, type SessionLimits, Sessions } from "./sessions.js";

export type { CallerOf, Owner, SessionLimits } from "./sessions.js";

/** One HTTP request whose sender has been let in. */
interface HttpCall<Caller extends Owner = Owner> {
  caller: Caller;
  /** The body of a POST, parsed. */
  message?: unknown;
}

export interface HttpHandlerOptions<Caller extends Owner> {
  /** A separate server for one request or, if it lasts, one session. @param callOf the sender of one of its requests. */
  serverFor(caller: Caller, callOf: CallerOf<Caller>, connection: { lasts: boolean }): Server;
  /** The same for a request of the newer era, each of which stands for itself. Absent: that era is not served. */
  handlersFor?(caller: Caller, callOf: CallerOf<Caller>): Handlers;
  /** Counts a stream of changes in the newer era. Absent: there are none. */
  startStream?(caller: Caller): ReturnType<StartStream>;
  /** No other process answers requests, so a call of the newer era may wait here for its user's answer. */
  isAlone?: boolean;
  /** What all processes have that answer requests: the answer to a question may come to any of them. */
  questionKey?: Uint8Array;
  /** Absent: every request stands for itself, and any replica answers it. */
  sessions?: Partial<SessionLimits>;
  /** Errors that no client sees. */
  onerror?: (error: Error) => void;
}

export interface HttpHandler<Caller extends Owner> {
  /** Answers. Resolves once the request has been handed over, not when it has been answered. */
  handle(req: IncomingMessage, res: ServerResponse, call: HttpCall<Caller>): Promise<void>;
  /** How many sessions there are. */
  sessionCount(): number;
  /** Ends streams of changes, and opens no more; everything else is still answered. */
  stop(): Promise<void>;
  /** Ends every session and its streams. */
  close(): Promise<void>;
}

/** Streamable HTTP (MCP, basic/transports) of both eras for requests that have been admitted and parsed. */
export function createHttpHandler<Caller extends Owner>(
  options: HttpHandlerOptions<Caller>,
): HttpHandler<Caller> {
  /** The newer era, loaded by the first request of it. */
  const newer = once(async () => new (await import("./newer/http.js")).NewerHttp(options.questionKey));
  let hasNewer = false;
  const sessions =
    options.sessions &&
    new Sessions<Caller>(
      (caller, callOf) => options.serverFor(caller, callOf, { lasts: true }),
      options.sessions,
    );
  return {
    async handle(req, res, call) {
      if (req.method !== "POST" && sessions === undefined) {
        answerError(res, 405, TRANSPORT_ERROR, "Method not allowed.", { Allow: "POST" });
        return;
      }
      if (req.method === "POST" && options.handlersFor && isNewer(req.headers, call.message)) {
        hasNewer = true;
        await answerInNewer(options, options.handlersFor, newer, req, res, call);
        return;
      }
      // A client that cannot read a stream cannot be asked anything, so a session would be useless.
      const inSession = req.method !== "POST" || acceptable(req.headers).stream;
      if (sessions !== undefined && inSession) await sessions.handle(req, res, call);
      else await answerAlone(options, req, res, call);
    },
    sessionCount: () => sessions?.count ?? 0,
    async stop() {
      if (hasNewer) (await newer()).stop();
    },
    async close() {
      if (hasNewer) (await newer()).close();
      await sessions?.close();
    },
  };
}

async function answerInNewer<Caller extends Owner>(
  { onerror = () => {}, isAlone = false, startStream }: HttpHandlerOptions<Caller>,
  handlersFor: NonNullable<HttpHandlerOptions<Caller>["handlersFor"]>,
  load: () => Promise<NewerHttp>,
  req: IncomingMessage,
  res: ServerResponse,
  { caller, message }: HttpCall<Caller>,
): Promise<void> {
  const accepts = accepted(req, res);
  if (accepts === undefined) return;
  const newer = await load();
  const handlers = handlersFor(caller, () => caller);
  if (res.destroyed) return;
  await newer.answer({
    ...{ req, res, message, accepts, handlers, owner: caller, isAlone, onerror },
    startStream: startStream && (() => startStream(caller)),
  });
}

/** What the client can read; undefined where it was told that this cannot be answered. */
function accepted(req: IncomingMessage, res: ServerResponse): Acceptable | undefined {
  const accepts = acceptable(req.headers);
  if (!accepts.json && !accepts.stream) {
    answerError(res, 406, TRANSPORT_ERROR, "Not Acceptable: application/json or text/event-stream");
    return undefined;
  }
  if (!isJson(req.headers)) {
    answerError(res, 415, TRANSPORT_ERROR, "Unsupported Media Type: Content-Type must be application/json");
    return undefined;
  }
  return accepts;
}

async function answerAlone<Caller extends Owner>(
  { serverFor, onerror }: HttpHandlerOptions<Caller>,
  req: IncomingMessage,
  res: ServerResponse,
  { caller, message }: HttpCall<Caller>,
): Promise<void> {
  const accepts = accepted(req, res);
  if (accepts === undefined) return;
  const kind = kindOf(message);
  if (kind === "invalid") {
    answerError(res, 400, ErrorCode.InvalidRequest, "Invalid Request: not a JSON-RPC 2.0 message");
    return;
  }
  const request = message as RpcRequest;
  const problem = request.method === "initialize" ? undefined : versionProblem(req.headers);
  if (problem !== undefined) {
    answerError(res, 400, TRANSPORT_ERROR, problem);
    return;
  }
  if (kind === "other") {
    res.writeHead(202, { "Content-Length": 0 }).end();
    return;
  }
  const server = serverFor(caller, () => caller, { lasts: false });
  if (onerror) server.onerror = onerror;
  const exchange = new Exchange(res, request, accepts);
  await server.connect(exchange);
  exchange.deliver();
}
