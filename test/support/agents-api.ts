import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface AgentOnWire {
  id: string;
  name: string;
  status?: string;
  sip_registration_data: Record<string, unknown> | null;
}

export interface AgentsApi {
  readonly url: string;
  /** `GET /v1/agents/…`, in the order in which they came. */
  readonly requests: string[];
  /** State by agent's id; others are registered. */
  readonly states: Map<string, string>;
  /** Answers a request in the place of the API; `undefined` leaves it to the API. */
  refuse: (request: string) => { status: number; retryAfter?: number } | undefined;
  /** What the API answers, with 200, in the place of what it knows. */
  answer: (request: string, url: URL) => unknown;
  /** How far its clock is ahead of this machine's. Milliseconds. */
  aheadMs: number;
  close(): Promise<void>;
}

/** The documented API as far as it is read, over real HTTP, for as many agents as are given. */
export async function serveAgents(agents: readonly AgentOnWire[]): Promise<AgentsApi> {
  const requests: string[] = [];
  const states = new Map<string, string>();
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? "/", "http://api");
    const request = `${incoming.method} ${url.pathname}`;
    requests.push(request);
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, {
          ...{ "content-type": "application/json", date: new Date(Date.now() + api.aheadMs).toUTCString() },
          ...headers,
        })
        .end(JSON.stringify(body));
    const refused = api.refuse(request);
    if (refused !== undefined) {
      const { status, retryAfter } = refused;
      return answer(
        status,
        { error: "no" },
        retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` },
      );
    }
    const told = api.answer(request, url);
    if (told !== undefined) return answer(200, told);
    if (url.pathname === "/v1/agents") {
      const [page, limit] = ["page", "limit"].map((name) => Number(url.searchParams.get(name)));
      const [from, to] = [((page ?? 1) - 1) * (limit ?? 50), (page ?? 1) * (limit ?? 50)];
      const pagination = { page, limit, total: agents.length, hasNext: to < agents.length };
      return answer(200, { data: agents.slice(from, to), pagination });
    }
    const id = url.pathname.split("/")[3] ?? "";
    const agent = agents.find((each) => each.id === id);
    if (agent === undefined) return answer(404, { error: "Agent not found" });
    if (!url.pathname.endsWith("/status")) return answer(200, { data: agent });
    const state = states.get(id) ?? "REGISTERED_STATE";
    const lastRegisterSent = new Date(Date.now() + api.aheadMs - 60_000).toISOString();
    return answer(200, {
      success: true,
      data: {
        ...{ state, isRegistered: state === "REGISTERED_STATE", enabled: "yes", lastRegisterSent },
        registrationTimeout: "3600",
      },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const api: AgentsApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ requests, states, refuse: () => undefined, answer: () => undefined, aheadMs: 0 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return api;
}

/** Agents of one PBX, with ids that tell their number. */
export function agentsOnWire(count: number, host = "pbx.example.com"): AgentOnWire[] {
  return Array.from({ length: count }, (_, index) => ({
    id: agentId(index),
    name: `Agent ${index}`,
    status: "active",
    sip_registration_data: {
      ...{ sipDomain: host, username: `${1000 + index}`, password: `pw-${index}-mulberry` },
      ...{ port: 5061, transport: "tls", registrationEnabled: true },
    },
  }));
}

export function agentId(index: number): string {
  return `${String(index).padStart(8, "0")}-1111-4111-8111-111111111111`;
}
