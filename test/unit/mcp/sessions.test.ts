import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createServer as createMcpServer } from "../../../src/mcp/server.js";
import { type CallerOf, type Owner, type SessionLimits, Sessions } from "../../../src/mcp/sessions.js";
import type { TelzinoApi } from "../../../src/telzino/types.js";
import { BOTH, INITIALIZE, rpc, send } from "../../support/http-front.js";
import { servicesFor } from "../../support/mcp.js";

const IDLE_MS = 60_000;
const ACME = {};
const GLOBEX = {};
const OWNERS: Readonly<Record<string, Owner>> = {
  alice: { account: ACME, principal: "alice" },
  bob: { account: ACME, principal: "bob" },
  "alice of globex": { account: GLOBEX, principal: "alice" },
};

let server: Server;
let sessions: Sessions<Owner>;
let callOf: CallerOf<Owner>;

/** Time of the sessions continues only when a test says so; sockets keep their own. */
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["performance", "setInterval", "clearInterval", "setTimeout", "clearTimeout"],
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await sessions.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function start(limits: Partial<SessionLimits> = {}, services = servicesFor()): Promise<void> {
  sessions = new Sessions<Owner>(
    (_caller, of) => {
      callOf = of;
      return createMcpServer(services);
    },
    { idleMs: IDLE_MS, ...limits },
  );
  server = createServer(async (req, res) => {
    const caller = OWNERS[String(req.headers["x-owner"])] ?? { account: {}, principal: "nobody" };
    const message = req.method === "POST" ? await bodyOf(req) : undefined;
    await sessions.handle(req, res, { caller, message });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}

async function bodyOf(req: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of req) text += chunk;
  return JSON.parse(text);
}

const port = () => (server.address() as AddressInfo).port;

async function begin(owner = "alice"): Promise<{ status: number; id: string }> {
  const { status, headers } = await send(port(), {
    headers: { ...BOTH, "x-owner": owner },
    body: INITIALIZE,
  });
  return { status, id: String(headers["mcp-session-id"]) };
}

const headersIn = (id: string, owner = "alice") => ({ ...BOTH, "x-owner": owner, "mcp-session-id": id });

async function ping(id: string, owner = "alice"): Promise<number> {
  return (await send(port(), { headers: headersIn(id, owner), body: rpc("ping") })).status;
}

/** The stream on which the server may speak of itself. */
async function openStream(id: string): Promise<{ close(): Promise<void> }> {
  const req = request({
    host: "127.0.0.1",
    port: port(),
    path: "/mcp",
    headers: headersIn(id),
    agent: false,
  });
  req.on("error", () => {}).end();
  const ended = new Promise((resolve) => {
    server.once("request", (_req, res) => res.once("close", resolve));
  });
  await new Promise((resolve) => req.once("response", resolve));
  return {
    close: async () => {
      req.destroy();
      await ended;
    },
  };
}

/** So long that a session which no one has used meanwhile has been swept. */
const pass = (ms: number) => vi.advanceTimersByTime(ms);
const SWEPT = IDLE_MS + IDLE_MS / 2;

describe("a session that no one uses", () => {
  it("ends", async () => {
    await start();
    const { id } = await begin();
    pass(IDLE_MS / 2);
    expect(sessions.count).toBe(1);
    pass(SWEPT);
    expect(sessions.count).toBe(0);
    expect(await ping(id)).toBe(404);
  });

  it("lasts on from its last use", async () => {
    await start();
    const { id } = await begin();
    for (let times = 0; times < 5; times += 1) {
      pass(IDLE_MS * 0.6);
      expect(await ping(id)).toBe(200);
    }
    pass(SWEPT);
    expect(sessions.count).toBe(0);
  });

  it("does not end while a stream of it is open, and ends once that has been closed for long enough", async () => {
    await start();
    const { id } = await begin();
    const stream = await openStream(id);
    pass(10 * IDLE_MS);
    expect(sessions.count).toBe(1);
    await stream.close();
    pass(IDLE_MS / 2);
    expect(sessions.count).toBe(1);
    pass(SWEPT);
    expect(sessions.count).toBe(0);
  });
});

describe("a session", () => {
  it.each(["bob", "alice of globex"])("of alice is not there for %s", async (other) => {
    await start();
    const { id } = await begin("alice");
    expect(await ping(id, other)).toBe(404);
    expect(await ping(id, "alice")).toBe(200);
  });

  it("is there for its owner's next token: the account and the principal count", async () => {
    await start();
    const { id } = await begin("alice");
    const { alice } = OWNERS;
    Object.assign(OWNERS, { renewed: { ...alice } });
    expect(await ping(id, "renewed")).toBe(200);
  });

  it("is started by a POST of initialize alone", async () => {
    await start();
    const headers = { ...BOTH, "x-owner": "alice" };
    expect((await send(port(), { headers, body: rpc("ping") })).status).toBe(400);
    expect((await send(port(), { method: "GET", headers })).status).toBe(400);
    expect(sessions.count).toBe(0);
  });

  it("forgets who sent a request once that has been answered", async () => {
    await start();
    const { id } = await begin();
    await send(port(), { headers: headersIn(id), body: rpc("ping", {}, "of-alice") });
    await expect.poll(() => catching(() => callOf("of-alice"))).toBe("The request has ended");
  });
});

describe("a request in a session", () => {
  /** Calls of `list_telzino_agents` that have started and do not end unless they are cancelled. */
  let asked: AbortSignal[];
  const hanging = () => {
    asked = [];
    const listAgents: TelzinoApi["listAgents"] = (_query, options) =>
      new Promise((_resolve, reject) => {
        const { signal } = options as { signal: AbortSignal };
        asked.push(signal);
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    return servicesFor({ ...servicesFor().api, listAgents });
  };
  const ask = (session: string, id: number) =>
    send(port(), {
      headers: headersIn(session),
      body: rpc("tools/call", { name: "list_telzino_agents" }, id),
    });

  it("ends with an error when it has taken longer than any may, and is cancelled", async () => {
    await start({}, hanging());
    const { id } = await begin();
    const answer = ask(id, 7);
    await expect.poll(() => asked.length).toBe(1);
    pass(20 * 60_000);
    expect((await answer).text).toMatch(/"id":7,"error":\{"code":-32001,"message":"[^"]*was ended"/);
    expect(asked[0]?.aborted).toBe(true);
    await expect.poll(() => catching(() => callOf(7))).toBe("The request has ended");
  });

  it("ends when its client takes it back", async () => {
    await start({}, hanging());
    const { id } = await begin();
    const answer = ask(id, 7);
    await expect.poll(() => asked.length).toBe(1);
    const body = JSON.stringify({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 7 },
    });
    expect((await send(port(), { headers: headersIn(id), body })).status).toBe(202);
    expect((await answer).text).not.toContain("data:");
    expect(asked[0]?.aborted).toBe(true);
    await expect.poll(() => catching(() => callOf(7))).toBe("The request has ended");
  });

  it("has an id that no other one under way has", async () => {
    await start({}, hanging());
    const { id } = await begin();
    const answer = ask(id, 7);
    await expect.poll(() => asked.length).toBe(1);
    const second = await ask(id, 7);
    expect(second.status).toBe(400);
    expect(second.text).toContain("a request with this id is under way");
    expect(callOf(7)).toBe(OWNERS.alice);
    pass(20 * 60_000);
    expect((await answer).text).toContain('"id":7');
    expect(asked).toHaveLength(1);
  });
});

describe("the number of sessions", () => {
  it("is bounded for one principal, whose account has room left", async () => {
    await start({ maxOfOne: 1 });
    expect((await begin("alice")).status).toBe(200);
    expect((await begin("alice")).status).toBe(429);
    expect((await begin("bob")).status).toBe(200);
    expect((await begin("alice of globex")).status).toBe(200);
  });

  it("is bounded for one account, whose principals have room left", async () => {
    await start({ maxOfAccount: 1 });
    expect((await begin("alice")).status).toBe(200);
    expect((await begin("bob")).status).toBe(429);
    expect((await begin("alice of globex")).status).toBe(200);
  });

  it("is bounded in all, and an ended one makes room", async () => {
    await start({ max: 1 });
    const { id } = await begin("alice");
    expect((await begin("alice of globex")).status).toBe(503);
    expect((await send(port(), { method: "DELETE", headers: headersIn(id) })).status).toBe(200);
    expect((await begin("alice of globex")).status).toBe(200);
  });
});

function catching(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
}
