import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "../../src/sandbox/index.js";

export const FRONT_DESK = "11111111-1111-4111-8111-111111111111";
export const AFTER_HOURS = "22222222-2222-4222-8222-222222222222";
export const LEGACY_VIDA = "55555555-5555-4555-8555-555555555555";

/** `data` of a status, as the reference documents it. */
export interface StatusData {
  state: string;
  stateCode: number;
  enabled: string;
  expires: number;
  lastRegisterSent: string;
  registrationTimeout: string;
  isRegistered: boolean;
  errorMessage: string;
}

export interface AgentData {
  id: string;
  name: string;
  sip_registration_data?: unknown;
  mcp_servers: { auth_headers: Record<string, string> }[];
}

export interface CallLogData {
  room_name: string;
  call_started_at: string;
  call_ended_at: string;
  transcript_json: { speaker: string; text: string; is_partial: boolean }[];
}

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  /** What the test takes it for; a wrong shape fails the test where it is looked at. */
  body: Body;
}

/** Calls the documented API as a stranger would: with fetch, knowing nothing of the client of this program. */
export class ApiCaller {
  readonly #base: URL;
  #token = "";

  constructor(base: URL) {
    this.#base = base;
  }

  async login(clientId = "sandbox", clientSecret = "sandbox-secret"): Promise<string> {
    const { body } = await this.send<{ access_token: string }>("POST", "/oauth/token", {
      client_id: clientId,
      client_secret: clientSecret,
      audience: "https://api.telzino.com/",
      grant_type: "client_credentials",
    });
    this.#token = body.access_token;
    return body.access_token;
  }

  async send<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: {
        ...(this.#token === "" ? {} : { Authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Body };
  }

  put(agentId: string, body: unknown): Promise<Answer> {
    return this.send("PUT", `/v1/agents/${agentId}/sip/registration`, body);
  }

  remove(agentId: string): Promise<Answer> {
    return this.send("DELETE", `/v1/agents/${agentId}/sip/registration`);
  }

  async status(agentId: string): Promise<StatusData> {
    return (await this.send<{ data: StatusData }>("GET", `/v1/agents/${agentId}/sip/registration/status`))
      .body.data;
  }

  /** Polls until the state is reached, and gives every state that was seen on the way, without repetitions. */
  async until(
    agentId: string,
    state: string,
    withinMs = 3_000,
  ): Promise<{ status: StatusData; seen: string[] }> {
    const seen: string[] = [];
    const end = performance.now() + withinMs;
    for (;;) {
      const status = await this.status(agentId);
      if (seen.at(-1) !== status.state) seen.push(status.state);
      if (status.state === state) return { status, seen };
      if (performance.now() > end)
        throw new Error(`${state} not reached in ${withinMs} ms: ${seen.join(", ")}`);
      await delay(5);
    }
  }
}

export async function callerOf(sandbox: Sandbox): Promise<ApiCaller> {
  const caller = new ApiCaller(sandbox.apiUrl);
  await caller.login();
  return caller;
}
