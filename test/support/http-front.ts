import { type IncomingHttpHeaders, request } from "node:http";
import { type HttpFlags, readHttpSettings } from "../../src/config/http.js";
import { createFront } from "../../src/hosting/front/front.js";
import { type HttpTimeouts, listen } from "../../src/hosting/front/listener.js";
import { createMetrics, type Metrics } from "../../src/hosting/front/metrics.js";
import { createLimits } from "../../src/hosting/limits/limits.js";
import { type Place, Places, placeSizes } from "../../src/hosting/limits/places.js";
import { type Authenticator, type Caller, SCOPES, type Scope, type Tenant } from "../../src/hosting/types.js";
import { type HandlerOptions, handlersOf } from "../../src/mcp/handlers.js";
import {
  type CallerOf,
  createHttpHandler,
  type HttpHandlerOptions,
  type Owner,
  type SessionLimits,
} from "../../src/mcp/http.js";
import { createServer } from "../../src/mcp/server.js";
import type { Services } from "../../src/tools/core/context.js";
import { keptLog } from "./hosting.js";
import { NEWER, newerMeta, servicesFor } from "./mcp.js";

export interface FrontSetup {
  flags?: HttpFlags;
  /** Of every tenant that `tenants` does not name. */
  services?: Services;
  tenants?: Readonly<Record<string, Services>>;
  /**
   * Scopes of a bearer token's owner; the token is the principal's name, after that of the tenant where it is not
   * `acme`: `globex/bob`. Absent: everyone comes in.
   */
  tokens?: Readonly<Record<string, readonly Scope[]>>;
  timeouts?: Partial<HttpTimeouts>;
  sessions?: Partial<SessionLimits>;
  maxBodyBytes?: number;
  serverFor?: HttpHandlerOptions<FrontOwner>["serverFor"];
}

interface FrontOwner extends Owner {
  tenant: Tenant;
  place: Place;
}

export interface RunningFront {
  /** Of the endpoint. */
  url: string;
  port: number;
  /** Lines of the log. */
  lines: string[];
  places: Places;
  metrics: Metrics;
  sessionCount(): number;
  stop(): void;
  close(): Promise<void>;
}

/** The hosted server's front and MCP handler in process, with an authenticator that knows its tokens by heart. */
export async function startFront(setup: FrontSetup = {}): Promise<RunningFront> {
  const settings = readHttpSettings({ auth: false, port: "0", limitCalls: "100000", ...setup.flags });
  const services = setup.services ?? servicesFor();
  const { log, lines } = keptLog();
  const places = new Places(placeSizes(settings));
  const metrics = createMetrics({
    running: () => places.inside,
    waiting: () => places.waiting,
    sessions: () => handler.sessionCount(),
  });
  const optionsFor = (tenant: Tenant, callOf: CallerOf<FrontOwner>): HandlerOptions => ({
    placeOf: (id) => callOf(id).place,
    observe: (call) => metrics.toolCall(tenant.name, call),
  });
  const handler = createHttpHandler<FrontOwner>({
    serverFor:
      setup.serverFor ?? (({ tenant }, callOf) => createServer(tenant.services, optionsFor(tenant, callOf))),
    handlersFor: ({ tenant }, callOf) =>
      handlersOf(tenant.services, { ...optionsFor(tenant, callOf), lasts: true }),
    startStream: ({ place }) => place.startStream(),
    ...(settings.sessions ? { sessions: setup.sessions ?? {} } : {}),
  });
  const limits = await createLimits({ rates: settings.rates, log });
  const front = createFront({
    settings,
    authenticator: endpointFor((tenant) => setup.tenants?.[tenant] ?? services, setup.tokens),
    limits,
    places,
    metrics,
    log,
    answer: (req, res, { caller: { tenant, principal }, place, message }) =>
      handler.handle(req, res, { caller: { account: tenant.services, principal, tenant, place }, message }),
    ...(setup.maxBodyBytes === undefined ? {} : { maxBodyBytes: setup.maxBodyBytes }),
  });
  const listener = await listen(front.listener, {
    host: settings.host,
    port: settings.port,
    ...(setup.timeouts ? { timeouts: setup.timeouts } : {}),
  });
  return {
    url: `${listener.url}/mcp`,
    port: Number(new URL(listener.url).port),
    lines,
    places,
    metrics,
    sessionCount: () => handler.sessionCount(),
    stop: () => front.stop(),
    async close() {
      await handler.close();
      await limits.close();
      await listener.close();
    },
  };
}

function endpointFor(servicesOf: (tenant: string) => Services, tokens: FrontSetup["tokens"]): Authenticator {
  const callerOf = (token: string, scopes: readonly Scope[]): Caller => {
    const [, name = "acme", principal = ""] = /^(?:(\w+)\/)?(.*)$/.exec(token) ?? [];
    const tenant: Tenant = { name, services: servicesOf(name), close: async () => {} };
    return { tenant, principal, scopes: new Set(scopes) };
  };
  return {
    async admit(authorization) {
      if (tokens === undefined) return { admitted: true, caller: callerOf("local", SCOPES) };
      const token = authorization?.replace(/^Bearer /, "") ?? "";
      const scopes = tokens[token];
      if (scopes !== undefined) return { admitted: true, caller: callerOf(token, scopes) };
      return { admitted: false, status: 401, error: "unauthorized", description: "no", challenge: "Bearer" };
    },
    refuseScope: (scope) => ({
      admitted: false,
      status: 403,
      error: "insufficient_scope",
      description: scope,
      challenge: `Bearer error="insufficient_scope", scope="${scope}"`,
    }),
    resourceMetadata: () => ({ resource: "https://sip.example.com/mcp" }),
    tenantNamed: () => undefined,
    knownTenants: () => [],
    reload: async () => {},
    ready: async () => true,
    close: async () => {},
  };
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Sent {
  method?: string;
  path?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** One HTTP request with headers as they are given, `Host` too; an answer that is streamed is read to its end. */
export function send(
  port: number,
  { method = "POST", path = "/mcp", headers = {}, body }: Sent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (res) => {
      let text = "";
      res.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      res.on("end", () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
      res.on("error", reject);
    });
    req.on("error", reject).end(body);
  });
}

export const JSON_ONLY = { "content-type": "application/json", accept: "application/json" };
export const BOTH = { "content-type": "application/json", accept: "application/json, text/event-stream" };

export function rpc(method: string, params: object = {}, id: number | string = 1): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

export function toolCall(name: string, args: object = {}, meta?: object): string {
  return rpc("tools/call", { name, arguments: args, ...(meta ? { _meta: meta } : {}) });
}

/** A request of the newer era, with the headers that it must have. */
export function newerRequest(
  method: string,
  params: { name?: string; uri?: string; _meta?: object; [more: string]: unknown } = {},
  headers: Readonly<Record<string, string>> = BOTH,
): Sent {
  const name = params.name ?? params.uri;
  return {
    headers: {
      ...headers,
      "mcp-protocol-version": NEWER,
      "mcp-method": method,
      ...(name === undefined ? {} : { "mcp-name": name }),
    },
    body: rpc(method, { ...params, _meta: { ...newerMeta(), ...params._meta } }),
  };
}

export const INITIALIZE = rpc("initialize", {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "test", version: "0" },
});
