import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { answerError } from "../base/answer-json.js";
import { TRANSPORT_ERROR } from "../base/json-rpc.js";
import { SESSION_NOT_FOUND } from "./http-headers.js";
import { limitLife } from "./lifetime.js";
import { cancelledBy, isInitialize, kindOf } from "./message-kind.js";
import { overdue } from "./refusal.js";
import type { RpcId, RpcRequest } from "./rpc.js";

/** The owner of a session: no one else may use it. */
export interface Owner {
  /** Compared by identity: an account that has been set up again is a different one. */
  account: object;
  principal: string;
}

/** Who has sent a request, by the request's id. @throws when that request has ended. */
export type CallerOf<Caller> = (id: RpcId) => Caller;

export interface SessionLimits {
  /** In all. */
  max: number;
  /** Of one account. */
  maxOfAccount: number;
  /** Of one principal. */
  maxOfOne: number;
  /** An unused session ends after so long, milliseconds. */
  idleMs: number;
}

const DEFAULT_LIMITS: SessionLimits = {
  max: 1_000,
  maxOfAccount: 500,
  maxOfOne: 50,
  idleMs: 15 * 60_000,
};
const RETRY_SECONDS = 30;
/** Longer than any call that waits for its user. Milliseconds. */
const LONGEST_MS = 20 * 60_000;

interface Session<Caller> {
  owner: Owner;
  /** Who has sent the requests that are open. */
  callers: Map<RpcId, Caller>;
  server: Server;
  transport: StreamableHTTPServerTransport;
  /** Requests and streams that are open. */
  open: number;
  /** Monotonic milliseconds. */
  lastUsed: number;
}

interface Call<Caller> {
  caller: Caller;
  message?: unknown;
}

/** Sessions of Streamable HTTP (`Mcp-Session-Id`), bounded in number and in time, each bound to who began it. */
export class Sessions<Caller extends Owner> {
  readonly #sessions = new Map<string, Session<Caller>>();
  readonly #serverFor: (caller: Caller, callOf: CallerOf<Caller>) => Server;
  readonly #limits: SessionLimits;
  readonly #sweep: NodeJS.Timeout;

  constructor(
    serverFor: (caller: Caller, callOf: CallerOf<Caller>) => Server,
    limits: Partial<SessionLimits>,
  ) {
    this.#serverFor = serverFor;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    const every = Math.max(20, Math.min(30_000, this.#limits.idleMs / 4));
    this.#sweep = setInterval(() => this.#endIdle(), every).unref();
  }

  get count(): number {
    return this.#sessions.size;
  }

  async handle(req: IncomingMessage, res: ServerResponse, call: Call<Caller>): Promise<void> {
    const id = req.headers["mcp-session-id"];
    if (id === undefined && req.method === "POST" && isInitialize(call.message)) {
      await this.#begin(req, res, call);
      return;
    }
    if (id === undefined) {
      answerError(res, 400, TRANSPORT_ERROR, "Bad Request: Mcp-Session-Id header is required");
      return;
    }
    const session = this.#sessions.get(String(id));
    // Another's session and none are answered alike: a guess tells nothing.
    if (session === undefined || !sameOwner(session.owner, call.caller)) {
      answerError(res, 404, SESSION_NOT_FOUND, "Session not found");
      return;
    }
    await answerIn(session, req, res, call);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    const open = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.allSettled(open.map(({ server }) => server.close()));
  }

  async #begin(req: IncomingMessage, res: ServerResponse, { caller, message }: Call<Caller>): Promise<void> {
    const full = this.#full(caller);
    if (full !== undefined) {
      answerError(res, full.status, TRANSPORT_ERROR, full.message, { "Retry-After": String(RETRY_SECONDS) });
      return;
    }
    const callers = new Map<RpcId, Caller>();
    const server = this.#serverFor(caller, (id) => openCall(callers, id));
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void this.#sessions.set(id, session),
      onsessionclosed: (id) => void this.#sessions.delete(id),
    });
    const owner = { account: caller.account, principal: caller.principal };
    const session: Session<Caller> = {
      owner,
      callers,
      server,
      transport,
      open: 0,
      lastUsed: performance.now(),
    };
    // The SDK's class and its own interface differ under exactOptionalPropertyTypes.
    await server.connect(transport as Transport);
    await answerIn(session, req, res, { caller, message });
    if (transport.sessionId === undefined) await server.close();
  }

  /** Why no further session may be started. */
  #full({ account, principal }: Owner): { status: number; message: string } | undefined {
    const { max, maxOfAccount, maxOfOne } = this.#limits;
    const ofAccount = [...this.#sessions.values()].filter(({ owner }) => owner.account === account);
    const own = ofAccount.filter(({ owner }) => owner.principal === principal);
    if (own.length >= maxOfOne) return { status: 429, message: "You have too many sessions: end one first" };
    if (ofAccount.length >= maxOfAccount) {
      return { status: 429, message: "Your tenant has too many sessions: end one first" };
    }
    if (this.#sessions.size < max) return undefined;
    return { status: 503, message: "Too many sessions: come back later" };
  }

  #endIdle(): void {
    const before = performance.now() - this.#limits.idleMs;
    for (const [id, session] of this.#sessions) {
      if (session.open > 0 || session.lastUsed > before) continue;
      this.#sessions.delete(id);
      void session.server.close().catch(() => {});
    }
  }
}

function openCall<Caller>(callers: ReadonlyMap<RpcId, Caller>, id: RpcId): Caller {
  const caller = callers.get(id);
  if (caller === undefined) throw new Error("The request has ended");
  return caller;
}

async function answerIn<Caller>(
  session: Session<Caller>,
  req: IncomingMessage,
  res: ServerResponse,
  { caller, message }: Call<Caller>,
): Promise<void> {
  const id = kindOf(message) === "request" ? (message as RpcRequest).id : undefined;
  if (id !== undefined) {
    // The SDK's transport would answer only the later one.
    if (session.callers.has(id)) {
      answerError(res, 400, ErrorCode.InvalidRequest, "Invalid Request: a request with this id is under way");
      return;
    }
    session.callers.set(id, caller);
    limitLife(res, LONGEST_MS, () => expire(session, id));
  }
  session.open += 1;
  session.lastUsed = performance.now();
  res.once("close", () => {
    if (id !== undefined) session.callers.delete(id);
    session.open -= 1;
    session.lastUsed = performance.now();
  });
  if (req.method === "POST") nameBoth(req);
  await session.transport.handleRequest(req, res, message);
  // Who cancels a request gets no answer to it, and the SDK's transport would keep its stream open for one.
  const cancelled = cancelledBy(message);
  if (cancelled !== undefined) session.transport.closeSSEStream(cancelled);
}

/** Cancels a request that takes too long, as its client could, and answers it. */
function expire<Caller>({ transport }: Session<Caller>, id: RpcId): void {
  const params = { requestId: id, reason: "It took too long" };
  transport.onmessage?.({ jsonrpc: "2.0", method: "notifications/cancelled", params });
  transport.send(overdue(id)).catch(() => {});
}

/** The SDK's transport refuses clients that do not name both types, although it answers a POST only by a stream. */
function nameBoth({ headers, rawHeaders }: IncomingMessage): void {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "accept");
  headers.accept = "application/json, text/event-stream";
  if (at >= 0) rawHeaders[at + 1] = headers.accept;
}

function sameOwner(left: Owner, right: Owner): boolean {
  return left.account === right.account && left.principal === right.principal;
}
