import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface RecordedRequest {
  method: string;
  /** With the query, as it was sent. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** `performance.now()` when it had arrived. */
  at: number;
}

/** How the stub answers one request. */
export type Answer = (response: ServerResponse, request: RecordedRequest) => void;

/** A real HTTP server on loopback that records what it is sent and answers as scripted. */
export interface ApiStub {
  readonly url: URL;
  readonly requests: RecordedRequest[];
  /** Connections accepted so far. */
  connections(): number;
  /** Those of one method and path, the query apart: `GET /v1/agents`. */
  requestsTo(route: string): RecordedRequest[];
  /** Answers for a route, one a request; the last one continues. Without a script a route answers 500. */
  script(route: string, ...answers: [Answer, ...Answer[]]): void;
  close(): Promise<void>;
}

export async function startApiStub(): Promise<ApiStub> {
  const requests: RecordedRequest[] = [];
  const scripts = new Map<string, Answer[]>();
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("error", () => {});
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      const body = Buffer.concat(chunks).toString("utf8");
      const request = { method, path: url, headers, body, at: performance.now() };
      requests.push(request);
      const answers = scripts.get(routeOf(request)) ?? [];
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? text(500, "not scripted");
      answer(response, request);
    });
  });
  server.on("connection", (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    requests,
    connections: () => accepted,
    requestsTo: (route) => requests.filter((request) => routeOf(request) === route),
    script: (route, ...answers) => scripts.set(route, answers),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function routeOf({ method, path }: RecordedRequest): string {
  return `${method} ${path.replace(/\?.*$/, "")}`;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "text/plain", ...headers }).end(body);
  };
}

/** Grants a token by client credentials, as documented. */
export function grant(token: string, expiresIn: unknown = 86_400): Answer {
  return json(200, { access_token: token, token_type: "Bearer", expires_in: expiresIn });
}

/** Ends the connection with a TCP reset and without an answer. */
export const reset: Answer = (response) => {
  response.socket?.resetAndDestroy();
};

/** Never answers. */
export const silence: Answer = () => {};

/** Sends the beginning of a body, then resets the connection. */
export function cutOff(status = 200): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"data":', () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
  };
}

/** Sends the beginning of a body, then nothing more. */
export const stall: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"data":');
};

/** Sends a body piece by piece, without an end. */
export function drip(everyMs: number): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), everyMs);
    response.on("close", () => clearInterval(timer));
  };
}

export function later(ms: number, answer: Answer): Answer {
  return (response, request) => {
    setTimeout(() => answer(response, request), ms);
  };
}
