import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ApiFault } from "./api-fault.js";
import { type ApiRequest, type ApiServices, ROUTES, type Route } from "./api-routes.js";

/** A registration has nine short fields. */
const MAX_BODY = 64 * 1_024;
const REQUEST_MS = 10_000;

/** The documented HTTP API on a loopback port. */
export class ApiServer {
  readonly url: URL;
  readonly #server: Server;

  private constructor(server: Server, url: URL) {
    this.#server = server;
    this.url = url;
  }

  /** @throws Error (Node's, with `code`) when the port cannot be bound. */
  static async start(services: ApiServices, on: { host: string; port: number }): Promise<ApiServer> {
    const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS });
    server.listen({ host: on.host, port: on.port, exclusive: true });
    await once(server, "listening");
    const bound = server.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : on.port;
    const host = on.host.includes(":") ? `[${on.host}]` : on.host;
    const url = new URL(`http://${host}:${port}`);
    const hosts = [url.host, `localhost:${port}`];
    server.on("request", (request, response) => void answer(services, hosts, request, response));
    server.on("error", () => {});
    return new ApiServer(server, url);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

async function answer(
  services: ApiServices,
  hosts: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  request.on("error", () => {});
  try {
    send(response, 200, await run(services, hosts, request, gone.signal));
  } catch (error) {
    const fault = error instanceof ApiFault ? error : new ApiFault(500, "Internal error of the sandbox");
    // What is left of a body that was not read would be taken for the next request.
    const end = request.readableEnded ? {} : { Connection: "close" };
    const body = { success: false, error: { message: fault.message } };
    send(response, fault.status, body, { ...fault.headers, ...end });
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": bytes.length,
    "Cache-Control": "no-store",
    ...headers,
  });
  response.end(bytes);
}

async function run(
  services: ApiServices,
  hosts: readonly string[],
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<unknown> {
  // A page on the web may have its own name point at 127.0.0.1 (DNS rebinding).
  if (!hosts.includes(request.headers.host?.toLowerCase() ?? "")) {
    throw new ApiFault(421, "This server answers for its own loopback address only");
  }
  const url = new URL(request.url ?? "/", "http://sandbox.invalid");
  const { route, id } = findRoute(request.method ?? "", url.pathname);
  authorize(services, route, request);
  const asked: ApiRequest = { id, query: readQuery(url), body: await readBody(request, route), signal };
  return route.handle(services, asked);
}

function findRoute(method: string, path: string): { route: Route; id: string } {
  const matching = ROUTES.filter((route) => route.path.test(path));
  if (matching.length === 0) throw new ApiFault(404, "Not found");
  const route = matching.find((each) => each.method === method);
  if (route === undefined) {
    throw new ApiFault(405, "Method not allowed", { Allow: matching.map((each) => each.method).join(", ") });
  }
  return { route, id: route.path.exec(path)?.[1] ?? "" };
}

function authorize(services: ApiServices, route: Route, request: IncomingMessage): void {
  if (route.access === "open") return;
  if (route.access === "local") {
    if (request.headers.origin !== undefined) throw new ApiFault(403, "Not for web pages");
    return;
  }
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const grant = token === undefined ? undefined : services.tokens.check(token);
  if (grant === undefined) {
    throw new ApiFault(401, "Invalid or missing access token", { "WWW-Authenticate": "Bearer" });
  }
  if (route.access === "write" && !grant.mayWrite) {
    throw new ApiFault(403, "No permission to update agents");
  }
}

function readQuery(url: URL): Record<string, string> {
  const names = [...url.searchParams.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ApiFault(400, `${twice} is given twice`);
  return Object.fromEntries(url.searchParams);
}

async function readBody(request: IncomingMessage, route: Route): Promise<unknown> {
  const takesBody = route.method === "PUT" || route.method === "POST";
  const chunks: Buffer[] = [];
  let length = 0;
  // Destroyed on return, the connection would be gone before the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) throw new ApiFault(413, `The body is larger than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  if (!takesBody) {
    if (length > 0) throw new ApiFault(400, "This call takes no body");
    return undefined;
  }
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    throw new ApiFault(400, "The body must be sent as application/json");
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new ApiFault(400, "The body is not valid JSON");
  }
}
