import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { answerJson } from "../../base/answer-json.js";
import { INVALID_REQUEST, PARSE_ERROR } from "../../base/json-rpc.js";
import type { Logger } from "../../base/log.js";
import type { HttpSettings } from "../../config/http.js";
import { untrustedStack } from "../../redaction/untrusted.js";
import type { ShareHolder } from "../../tools/core/context.js";
import type { Place, Places } from "../limits/places.js";
import { Turns } from "../limits/turns.js";
import type { Admission, Authenticator, Caller, LimitKind, Limits } from "../types.js";
import { refuse, refuseAndClose } from "./answer.js";
import { readJsonBody } from "./body.js";
import { type MessageView, viewOf } from "./message.js";
import type { Metrics, RefusalReason } from "./metrics.js";
import { OriginCheck } from "./origin.js";
import { peerOfRequest } from "./peer.js";
import { requestIdOf, withinRequest } from "./request-id.js";
import { type Route, routesBelow } from "./routes.js";
import { logVisit, type Visit } from "./visit.js";

/** What answers a request that was let in; `message` is the parsed body of a POST. */
export type McpAnswerer = (
  req: IncomingMessage,
  res: ServerResponse,
  call: { caller: Caller; place: Place; message?: unknown },
) => Promise<void>;

export interface FrontOptions {
  settings: HttpSettings;
  authenticator: Authenticator;
  limits: Limits;
  places: Places;
  metrics: Metrics;
  log: Logger;
  /** Whether the lines that are written on the way name their request: Node 20 takes a tenth of all calls for it. */
  tracesRequests?: boolean;
  answer: McpAnswerer;
  /** What answers requests for pages, which people open; `address` is who sent it. Absent: there are none. */
  page?: (req: IncomingMessage, res: ServerResponse, address: string) => Promise<void>;
  maxBodyBytes?: number;
}

export interface Front {
  listener: RequestListener;
  /** From now on `/readyz` says no, and new calls are sent elsewhere. */
  stop(): void;
}

const MAX_BODY_BYTES = 256 * 1024;
const READY_MS = 5_000;
const BUSY_SECONDS = "1";
const BATCH = "Invalid Request: send one message a request (MCP 2025-06-18)";
const TOO_MUCH = "Invalid Request: more values, or deeper within each other, than a message may have";
/** Calls at once: what is said where a share of the places is used up. */
const TOO_MANY = {
  caller: { status: 429, reason: "busy_caller", message: "Too many concurrent calls from you" },
  tenant: { status: 429, reason: "busy_tenant", message: "Too many concurrent calls from your tenant" },
  server: { status: 503, reason: "busy", message: "Too many concurrent calls" },
} as const;

/** Everything between the socket and the MCP handler: where to, from where, who, how often, how large. */
export function createFront(options: FrontOptions): Front {
  const { settings, authenticator, places, metrics, log } = options;
  const routeOf = routesBelow(settings.publicUrl);
  const origins = new OriginCheck(settings);
  const carry = options.tracesRequests ? withinRequest : alone;
  const turns = new Turns();
  let stopping = false;

  const refused = (visit: Visit, reason: RefusalReason): ServerResponse => {
    visit.seen.refused = reason;
    metrics.refused(reason);
    return visit.res;
  };

  async function mcp(visit: Visit): Promise<void> {
    const { req, res } = visit;
    const verdict = origins.check(req.headers);
    if (!verdict.allowed) {
      const header = verdict.reason === "host" ? "Host" : "Origin";
      return refuse(refused(visit, verdict.reason), 403, `Forbidden: this ${header} is not served`);
    }
    for (const [name, value] of Object.entries(verdict.cors)) res.setHeader(name, value);
    if (req.method === "OPTIONS") {
      res.writeHead(204, { ...origins.preflight(verdict.cors) }).end();
      return;
    }
    const allowed = settings.sessions ? "GET, POST, DELETE" : "POST";
    if (!allowed.split(", ").includes(req.method ?? "")) {
      return refuse(res, 405, "Method not allowed.", { headers: { Allow: allowed } });
    }
    // What came on a connection that was there before the order to stop is still served: a proxy cannot send it again.
    if (stopping) res.setHeader("Connection", "close");
    const place = places.enter();
    if (place === undefined) return tooMany(visit, "server");
    res.once("close", place.leave);
    return admit(visit, place);
  }

  async function admit(visit: Visit, place: Place): Promise<void> {
    const { req, res, seen } = visit;
    const admission = await authenticator.admit(req.headers.authorization);
    if (!admission.admitted) {
      const reasons = { 401: "unauthenticated", 403: "forbidden", 503: "unavailable" } as const;
      return turnAway(refused(visit, reasons[admission.status]), admission);
    }
    const { caller } = admission;
    seen.caller = caller;
    const full = place.claim(caller);
    if (full !== undefined) return tooMany(visit, full);
    if (!(await mayGoOn(visit, caller, "calls"))) return;
    if (req.method !== "POST") {
      // A stream of a session's own stays open for long and does nothing.
      if (req.method === "GET") place.leave();
      return options.answer(req, res, { caller, place });
    }
    const body = await readJsonBody(req, options.maxBodyBytes ?? MAX_BODY_BYTES, turns);
    if (body.kind === "gone") return void res.destroy();
    if (body.kind === "too_large") {
      return refuseAndClose(refused(visit, "body_too_large"), 413, "The body is too large");
    }
    const bad = (words: string, code: number) => refuse(refused(visit, "body"), 400, words, { code });
    if (body.kind === "broken") return bad("Parse error: not JSON", PARSE_ERROR);
    if (body.kind === "immodest") return bad(TOO_MUCH, INVALID_REQUEST);
    if (Array.isArray(body.value)) return bad(BATCH, INVALID_REQUEST);
    const view = viewOf(body.value);
    seen.view = view;
    if (!(await mayDo(visit, caller, view))) return;
    return options.answer(req, res, { caller, place, message: body.value });
  }

  function tooMany(visit: Visit, whose: ShareHolder): void {
    const { status, reason, message } = TOO_MANY[whose];
    refuse(refused(visit, reason), status, message, { headers: { "Retry-After": BUSY_SECONDS } });
  }

  /** Scopes, and the limits of what is worth more than a call. */
  async function mayDo(visit: Visit, caller: Caller, view: MessageView): Promise<boolean> {
    const { scopes } = caller;
    const missing = view.writes || scopes.has("sip:read") ? "sip:write" : "sip:read";
    // Who may write may read.
    if (!scopes.has("sip:write") && (view.writes || missing === "sip:read")) {
      turnAway(refused(visit, "scope"), authenticator.refuseScope(missing));
      return false;
    }
    if (view.writes && !(await mayGoOn(visit, caller, "writes"))) return false;
    if (view.probes) {
      if (!(await mayGoOn(visit, caller, "probes"))) return false;
      metrics.probe(caller.tenant.name);
    }
    return true;
  }

  async function mayGoOn(visit: Visit, caller: Caller, kind: LimitKind): Promise<boolean> {
    const permission = await options.limits.take(caller, kind);
    if (permission.allowed) return true;
    const message = `Too many ${kind} a minute: try again in ${permission.retryAfterSeconds} s`;
    const headers = { "Retry-After": String(permission.retryAfterSeconds) };
    refuse(refused(visit, `rate_${kind}`), 429, message, { headers });
    return false;
  }

  async function page(visit: Visit): Promise<void> {
    const { req, res } = visit;
    if (options.page === undefined) return refuse(res, 404, "Not found");
    const { host } = req.headers;
    if (host === undefined || !origins.check({ host }).allowed) {
      return refuse(refused(visit, "host"), 403, "Forbidden: this Host is not served");
    }
    if (stopping) res.setHeader("Connection", "close");
    const { address } = peerOfRequest(req, settings.trustedProxies);
    await options.page(req, res, address);
    if (res.statusCode === 429) refused(visit, "rate_pages");
  }

  async function ready(res: ServerResponse): Promise<void> {
    const works = !stopping && (await authenticator.ready(AbortSignal.timeout(READY_MS)).catch(() => false));
    const status = stopping ? "stopping" : works ? "ready" : "not ready";
    answerJson(res, works ? 200 : 503, { status }, { "Cache-Control": "no-store" });
  }

  function metadata({ req, res }: Visit): void {
    const document = authenticator.resourceMetadata?.();
    const verdict = origins.check(req.headers);
    if (document === undefined) refuse(res, 404, "There is no authorization server here");
    else answerJson(res, 200, document, verdict.allowed ? verdict.cors : {});
  }

  async function answer(visit: Visit, route: Route | undefined): Promise<void> {
    const { req, res } = visit;
    if (route === undefined) return refuse(res, 404, "Not found");
    if (route === "mcp") return mcp(visit);
    if (route === "page") return page(visit);
    if (req.method !== "GET" && req.method !== "HEAD") {
      return refuse(res, 405, "Method not allowed.", { headers: { Allow: "GET, HEAD" } });
    }
    if (route === "health") return answerJson(res, 200, { status: "ok" }, { "Cache-Control": "no-store" });
    if (route === "ready") return ready(res);
    return metadata(visit);
  }

  const listener: RequestListener = (req, res) => {
    const started = performance.now();
    const id = requestIdOf(req.headers["x-request-id"]);
    res.setHeader("X-Request-Id", id);
    res.setHeader("X-Content-Type-Options", "nosniff");
    const route = routeOf(req.url);
    const visit: Visit = { req, res, seen: {} };
    res.once("close", () =>
      logVisit({ log, trustedProxies: settings.trustedProxies }, visit, { id, route, started }),
    );
    res.on("error", () => {});
    carry(id, () => answer(visit, route)).catch((error: unknown) => {
      log.error("Internal error in a request", { id, error: untrustedStack(error) });
      if (res.headersSent) res.destroy();
      else refuse(res, 500, "Internal error");
    });
  };
  return {
    listener,
    stop() {
      stopping = true;
    },
  };
}

const alone: typeof withinRequest = (_id, run) => run();

function turnAway(res: ServerResponse, refusal: Extract<Admission, { admitted: false }>): void {
  const { status, error, description, challenge } = refusal;
  answerJson(
    res,
    status,
    { error, error_description: description },
    {
      ...(challenge === undefined ? {} : { "WWW-Authenticate": challenge }),
      ...(status === 503 ? { "Retry-After": "5" } : {}),
    },
  );
}
