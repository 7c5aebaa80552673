import { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { CallToolRequestSchema, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, describe, expect, it } from "vitest";
import { createPasswordPages } from "../../../src/passwords/page/pages.js";
import { createRedactor } from "../../../src/redaction/redactor.js";
import type { TelzinoApi } from "../../../src/telzino/types.js";
import {
  BOTH,
  INITIALIZE,
  JSON_ONLY,
  type RunningFront,
  rpc,
  send,
  startFront,
  toolCall,
} from "../../support/http-front.js";
import { servicesFor } from "../../support/mcp.js";
import { connectToSandbox, FRONT_DESK } from "../../support/sandbox.js";

let front: RunningFront;
const clients: Client[] = [];
afterEach(async () => {
  await Promise.allSettled(clients.splice(0).map((client) => client.close()));
  await front.close();
});

async function connect(token = "one", capabilities = {}): Promise<Client> {
  const client = new Client({ name: "test", version: "0" }, { capabilities });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const transport = new StreamableHTTPClientTransport(new URL(front.url), { requestInit });
  await client.connect(transport as Transport);
  clients.push(client);
  return client;
}

/** An API whose list of agents comes when it is let. */
function slowApi(): { api: TelzinoApi; release(): void; aborted: Promise<void> } {
  let release: () => void = () => {};
  let abort: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const aborted = new Promise<void>((resolve) => {
    abort = resolve;
  });
  const listAgents: TelzinoApi["listAgents"] = async (_query, options) => {
    options?.signal?.addEventListener("abort", () => abort());
    await Promise.race([released, aborted.then(() => options?.signal?.throwIfAborted())]);
    return { agents: [], page: 1, hasNext: false } as unknown as Awaited<
      ReturnType<TelzinoApi["listAgents"]>
    >;
  };
  return { api: { ...servicesFor().api, listAgents }, release, aborted };
}

/** A server whose only tool tells of its progress twice. */
function progressServer(): Server {
  const server = new Server({ name: "test", version: "0" }, { capabilities: { tools: {} } });
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { _meta } }, { sendNotification }) => {
    const progressToken = _meta?.progressToken ?? "";
    for (const [progress, message] of ["one", "two"].entries()) {
      const params = { progressToken, progress, message };
      await sendNotification({ method: "notifications/progress", params });
    }
    return { content: [] };
  });
  return server;
}

describe("a client of the SDK", () => {
  it("initializes, lists and calls without a session", async () => {
    front = await startFront();
    const client = await connect();
    expect((await client.listTools()).tools).toHaveLength(9);
    const { structuredContent } = await client.callTool({
      name: "list_pbx_presets",
      arguments: { query: "3cx" },
    });
    expect(JSON.stringify(structuredContent)).toContain("3cx");
    await expect(client.callTool({ name: "nothing" })).rejects.toThrow(/Unknown tool/);
  });
});

describe("a client that reads JSON alone", () => {
  it("gets one document, though progress was asked for", async () => {
    front = await startFront();
    const body = toolCall("list_pbx_presets", { query: "3cx" }, { progressToken: "p" });
    const answer = await send(front.port, { headers: JSON_ONLY, body });
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(answer.text)).toMatchObject({ id: 1, result: { structuredContent: {} } });
  });

  it("is answered where there are sessions too, without one", async () => {
    front = await startFront({ flags: { sessions: true } });
    const answer = await send(front.port, { headers: JSON_ONLY, body: INITIALIZE });
    expect(answer.status).toBe(200);
    expect(answer.headers["mcp-session-id"]).toBeUndefined();
    expect(await send(front.port, { headers: JSON_ONLY, body: rpc("tools/list") })).toMatchObject({
      status: 200,
    });
    expect(front.sessionCount()).toBe(0);
  });

  it("gets 202 and nothing more for a notification", async () => {
    front = await startFront();
    const body = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect(await send(front.port, { headers: JSON_ONLY, body })).toMatchObject({ status: 202, text: "" });
  });
});

describe("a request that is none of JSON-RPC's", () => {
  const tokens = { one: ["sip:write"] } as const;
  const headers = { ...BOTH, authorization: "Bearer one" };

  it.each([
    ["with a progress token that is none", { params: { _meta: { progressToken: {} } } }],
    ["with a member that does not belong there", { more: true }],
    ["that is an answer as well", { result: {} }],
  ])("(%s) is answered immediately, in a session too", async (_what, more) => {
    front = await startFront({ flags: { sessions: true }, tokens });
    const begun = await send(front.port, { headers, body: INITIALIZE });
    const session = { "mcp-session-id": String(begun.headers["mcp-session-id"]) };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping", ...more });
    for (const from of [
      { ...headers, ...JSON_ONLY },
      { ...headers, ...session },
    ]) {
      const answer = await send(front.port, { headers: from, body });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({
        jsonrpc: "2.0",
        error: { message: expect.stringContaining("JSON-RPC") },
      });
    }
    await expect.poll(() => front.places.inside).toBe(0);
  });
});

describe("a stream", () => {
  it("is what a client gets that reads nothing else", async () => {
    front = await startFront();
    const headers = { ...BOTH, accept: "text/event-stream" };
    const answer = await send(front.port, { headers, body: rpc("ping", {}, "seven") });
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    expect(answer.text).toBe('event: message\ndata: {"result":{},"jsonrpc":"2.0","id":"seven"}\n\n');
  });

  it("carries progress on the POST itself, before the result", async () => {
    front = await startFront({
      serverFor: () => progressServer(),
    });
    const seen: (string | undefined)[] = [];
    const client = await connect();
    await client.callTool({ name: "any" }, undefined, { onprogress: ({ message }) => seen.push(message) });
    expect(seen).toEqual(["one", "two"]);
  });
});

describe("calls at once", () => {
  it("are bounded: one more is answered 503 and when to come back", async () => {
    const { api, release } = slowApi();
    front = await startFront({ services: servicesFor(api), flags: { maxCalls: "1" } });
    const first = send(front.port, { headers: BOTH, body: toolCall("list_telzino_agents") });
    await expect.poll(() => front.places.inside).toBe(1);
    const second = await send(front.port, { headers: BOTH, body: rpc("ping") });
    expect(second).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    release();
    expect((await first).status).toBe(200);
    expect((await send(front.port, { headers: BOTH, body: rpc("ping") })).status).toBe(200);
  });

  it("end with the connection of who asked for them", async () => {
    const { api, aborted } = slowApi();
    front = await startFront({ services: servicesFor(api) });
    const leave = new AbortController();
    const request = fetch(front.url, {
      method: "POST",
      headers: BOTH,
      body: toolCall("list_telzino_agents"),
      signal: leave.signal,
    });
    await expect.poll(() => front.places.inside).toBe(1);
    leave.abort();
    await expect(request).rejects.toThrow();
    await aborted;
    await expect.poll(() => front.places.inside).toBe(0);
  });

  it("end with the connection where nothing is said on it, for a client that reads no stream", async () => {
    const { api, aborted } = slowApi();
    front = await startFront({ services: servicesFor(api), timeouts: { idle: 300 } });
    const silent = send(front.port, { headers: JSON_ONLY, body: toolCall("list_telzino_agents") });
    await expect(silent).rejects.toThrow(/hang up|ECONNRESET/);
    await aborted;
    await expect.poll(() => front.places.inside).toBe(0);
  });

  it("are not held by a client that sends its headers or its body drop by drop", async () => {
    front = await startFront({ timeouts: { headers: 200, request: 400 } });
    const drip = (head: string) =>
      new Promise<string>((resolve) => {
        const socket = new Socket().connect(front.port, "127.0.0.1");
        let answer = "";
        const timer = setInterval(() => socket.write("x"), 50);
        socket.on("data", (chunk) => {
          answer += String(chunk);
        });
        socket.on("error", () => {});
        socket.on("close", () => {
          clearInterval(timer);
          resolve(answer);
        });
        socket.write(head);
      });
    const line = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    const [headers, body] = await Promise.all([
      drip(`${line}X-Slow: `),
      drip(`${line}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n`),
    ]);
    expect(headers).toMatch(/^HTTP\/1.1 408/);
    expect(body).not.toMatch(/^HTTP\/1.1 200/);
    await expect.poll(() => front.places.inside).toBe(0);
  });
});

describe("sessions", () => {
  const ask = { elicitation: { url: {} } };
  const tokens = { one: ["sip:write"], two: ["sip:write"] } as const;

  it("let the server ask the client's user, over the POST of the call", async () => {
    const redactor = createRedactor();
    const entry = createPasswordPages({ port: 0, redactor });
    const inside = await connectToSandbox({ entry, redactor });
    try {
      front = await startFront({ services: inside.services, flags: { sessions: true }, tokens });
      const client = await connect("one", ask);
      const urls: string[] = [];
      client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
        urls.push("url" in params ? params.url : "");
        return { action: "decline" };
      });
      const line = { agentId: FRONT_DESK, ...inside.pbx, username: "1001" };
      await client.callTool({ name: "configure_sip_registration", arguments: line });
      expect(urls).toHaveLength(1);
      expect(urls[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    } finally {
      await entry.close();
      await inside.close();
    }
  });

  it.each(["text/event-stream", "text/*, text/event-stream;q=0.5"])(
    "are there for a client that reads streams alone (Accept: %s)",
    async (accept) => {
      front = await startFront({ flags: { sessions: true }, tokens });
      const begun = await send(front.port, {
        headers: { ...BOTH, accept, authorization: "Bearer one" },
        body: INITIALIZE,
      });
      expect(begun.status).toBe(200);
      expect(begun.text).toMatch(/^event: message\n.*"serverInfo"/m);
      expect(begun.headers["mcp-session-id"]).toBeDefined();
    },
  );

  it("are another caller's for no one: 404, as for one that never was", async () => {
    front = await startFront({ flags: { sessions: true }, tokens });
    const begun = await send(front.port, {
      headers: { ...BOTH, authorization: "Bearer one" },
      body: INITIALIZE,
    });
    const id = String(begun.headers["mcp-session-id"]);
    const use = (token: string, session: string, method = "POST") =>
      send(front.port, {
        method,
        headers: { ...BOTH, authorization: `Bearer ${token}`, "mcp-session-id": session },
        ...(method === "POST" ? { body: rpc("ping") } : {}),
      });
    const foreign = await use("two", id);
    const unknown = await use("two", "00000000-0000-4000-8000-000000000000");
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe(unknown.text);
    expect((await use("two", id, "DELETE")).status).toBe(404);
    expect((await use("one", id)).status).toBe(200);
    expect((await use("one", id, "DELETE")).status).toBe(200);
    expect((await use("one", id)).status).toBe(404);
  });

  it("are bounded in number, of one caller too, and end when no one uses them", async () => {
    front = await startFront({
      flags: { sessions: true },
      tokens,
      sessions: { max: 3, maxOfOne: 2, idleMs: 300 },
    });
    const begin = async (token: string) =>
      (await send(front.port, { headers: { ...BOTH, authorization: `Bearer ${token}` }, body: INITIALIZE }))
        .status;
    expect([await begin("one"), await begin("one"), await begin("one")]).toEqual([200, 200, 429]);
    expect([await begin("two"), await begin("two")]).toEqual([200, 503]);
    expect(front.sessionCount()).toBe(3);
    await pause(300);
    await expect.poll(() => front.sessionCount()).toBe(0);
    expect(await begin("one")).toBe(200);
  });
});
