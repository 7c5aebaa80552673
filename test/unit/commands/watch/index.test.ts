import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import type { WatchFlags } from "../../../../src/commands/watch/flags.js";
import { watch } from "../../../../src/commands/watch/index.js";
import { loadConfig } from "../../../../src/config/index.js";
import {
  type AgentOnWire,
  type AgentsApi,
  agentId,
  agentsOnWire,
  serveAgents,
} from "../../../support/agents-api.js";

const KEY = "k3y-of-the-webhook";

let api: AgentsApi;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await api.close();
  for (const close of closing.splice(0)) await close();
});

interface Post {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver that answers with these statuses, the last of them from then on. */
async function receiver(...statuses: number[]) {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      posts.push({ headers: request.headers, body });
      response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posts };
}

/** What a receiver does with a post before it believes it. */
function isSigned({ headers, body }: Post, key: string): boolean {
  const signed = `${headers["telzino-webhook-id"]}.${headers["telzino-timestamp"]}.${body}`;
  const isRecent = Math.abs(Date.now() / 1_000 - Number(headers["telzino-timestamp"])) < 300;
  return (
    isRecent &&
    headers["telzino-signature"] === `v1=${createHmac("sha256", key).update(signed).digest("hex")}`
  );
}

/** Watches for as many rounds as are given; each is called before its round. */
async function watched(flags: WatchFlags, rounds: readonly (() => void)[], env = {}) {
  const stop = new AbortController();
  let printed = "";
  const collect = () =>
    new Writable({
      write(chunk, _encoding, done) {
        printed += String(chunk);
        done();
      },
    });
  const config = loadConfig({
    ...{ TELZINO_API_URL: api.url, TELZINO_ACCESS_TOKEN: "t0ken-of-the-account" },
    ...{ TELZINO_WEBHOOK_SECRET: KEY, ...env },
  });
  const left = [...rounds];
  left.shift()?.();
  const waits: number[] = [];
  const pause = async (ms: number) => {
    // Shorter ones are those between the tries of one post.
    if (ms === 1_000 || ms === 4_000) return;
    waits.push(ms);
    const next = left.shift();
    if (next === undefined) stop.abort(new Error("enough"));
    stop.signal.throwIfAborted();
    next?.();
  };
  const io = { stdin: new PassThrough(), stdout: collect(), stderr: collect() };
  const code = await watch(config, io, { rate: "1000", ...flags }, { signal: stop.signal, pause });
  return { code, printed, waits };
}

const nothing = () => {};

describe("watch", () => {
  it("posts who is down and who is up again, signed, once a second round agrees", async () => {
    api = await serveAgents(agentsOnWire(5));
    const hook = await receiver(204);
    const { code, printed } = await watched({ webhook: hook.url }, [
      nothing,
      () => api.states.set(agentId(2), "REGISTER_TIMEOUT_STATE"),
      nothing,
      () => api.states.delete(agentId(2)),
      nothing,
    ]);
    expect(code).toBe(0);
    expect(hook.posts).toHaveLength(2);
    expect(hook.posts.map((post) => isSigned(post, KEY))).toEqual([true, true]);
    expect(isSigned(hook.posts[0] as Post, "another")).toBe(false);
    const events = hook.posts.flatMap(({ body }) => JSON.parse(body).events);
    expect(events).toMatchObject([
      {
        type: "agent.down",
        agent: { id: agentId(2), state: "REGISTER_TIMEOUT_STATE", cause: "agents-alone" },
      },
      { type: "agent.up", agent: { id: agentId(2), state: "REGISTERED_STATE" } },
    ]);
    expect(printed).toMatch(
      / down {5}"Agent 2" 1002@pbx\.example\.com .*REGISTER_TIMEOUT_STATE, agents-alone/,
    );
    expect(printed).not.toMatch(/mulberry|k3y-of/);
    expect(new Set(api.requests.map((request) => request.split(" ")[0]))).toEqual(new Set(["GET"]));
  });

  it("keeps what was not taken for the next round, under the same id", async () => {
    api = await serveAgents(agentsOnWire(2));
    const hook = await receiver(503, 503, 503, 200);
    await watched({ webhook: hook.url, confirm: "1" }, [
      nothing,
      () => api.states.set(agentId(0), "WRONG_CREDENTIALS_STATE"),
      nothing,
    ]);
    expect(hook.posts).toHaveLength(4);
    expect(new Set(hook.posts.map(({ headers }) => headers["telzino-webhook-id"])).size).toBe(1);
    expect(hook.posts.every((post) => isSigned(post, KEY))).toBe(true);
  });

  it.each([
    [[204], undefined],
    [[503], "1 change that the webhook did not accept was dropped"],
  ] as const)(
    "says at its end how many changes a receiver that answers %j has not taken",
    async (statuses, said) => {
      api = await serveAgents(agentsOnWire(2));
      const hook = await receiver(...statuses);
      const { code, printed } = await watched({ webhook: hook.url, confirm: "1" }, [
        nothing,
        () => api.states.set(agentId(0), "WRONG_CREDENTIALS_STATE"),
      ]);
      expect(code).toBe(0);
      if (said === undefined) expect(printed).not.toContain("dropped");
      else expect(printed).toContain(said);
    },
  );

  it("says once that this machine's clock is wrong", async () => {
    api = await serveAgents(agentsOnWire(2));
    api.aheadMs = -2 * 3_600_000;
    const { printed } = await watched({}, [nothing, nothing]);
    expect(printed.split("This machine's clock is 2 h ahead of the API's")).toHaveLength(2);
  });

  it("tells an outage of the API as that, and of no agent that it is down", async () => {
    api = await serveAgents(agentsOnWire(3));
    const { printed } = await watched({ interval: "1", json: true, confirm: "1" }, [
      nothing,
      () => {
        api.refuse = () => ({ status: 503 });
      },
      () => {
        api.refuse = () => undefined;
      },
    ]);
    const types = printed
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual(["api.unreachable", "api.back"]);
  });

  it("leaves an API alone for as long as it asks, and says that it is not read", async () => {
    api = await serveAgents(agentsOnWire(3));
    const { printed, waits } = await watched({ interval: "1", confirm: "1" }, [
      nothing,
      () => {
        api.refuse = () => ({ status: 429, retryAfter: 3_600 });
      },
      () => {
        api.refuse = () => ({ status: 429, retryAfter: 99_999_999 });
      },
      () => {
        api.refuse = () => undefined;
      },
    ]);
    expect(printed).toContain(
      "The Telzino API accepts no more requests: The API answered 429 to GET /v1/agents. Whether the agents are registered is unknown",
    );
    expect(waits.slice(1, 3)).toEqual([3_600_000, 86_400_000]);
    expect(waits[0]).toBeLessThanOrEqual(1_000);
  });

  it("takes an agent that is on its way, not read, or in a state that is not known for neither down nor up", async () => {
    api = await serveAgents(agentsOnWire(3));
    api.states.set(agentId(0), "REGISTER_TIMEOUT_STATE");
    let isUnreadable = false;
    api.answer = (request) => (isUnreadable && request.includes(agentId(0)) ? { data: {} } : undefined);
    const { printed } = await watched({ confirm: "1" }, [
      nothing,
      () => api.states.set(agentId(0), "REGISTERING_STATE"),
      () => api.states.set(agentId(0), "TOTALLY_NEW_STATE"),
      () => {
        isUnreadable = true;
      },
      () => {
        isUnreadable = false;
        api.states.set(agentId(0), "REGISTER_TIMEOUT_STATE");
      },
    ]);
    expect(printed).not.toMatch(/ (?:up|down|off|flapping|steady) /);
  });

  it.each<[string, (agents: AgentOnWire[]) => void, object]>([
    [
      "inactive",
      ([agent]) => Object.assign(agent as object, { status: "inactive" }),
      { standing: "idle", reason: "The agent is inactive." },
    ],
    [
      "without a registration",
      ([agent]) => Object.assign(agent as object, { sip_registration_data: null }),
      { standing: "none" },
    ],
    [
      "deleted",
      (agents) => agents.shift(),
      { standing: "gone", reason: "It is no longer on the API's list." },
    ],
  ])(
    "tells of an agent that was down and is %s that it counts no more, once",
    async (_what, change, agent) => {
      const agents = agentsOnWire(3);
      api = await serveAgents(agents);
      const hook = await receiver(204);
      const { printed } = await watched({ webhook: hook.url }, [
        nothing,
        () => api.states.set(agentId(0), "REGISTER_TIMEOUT_STATE"),
        nothing,
        () => change(agents),
        nothing,
        nothing,
      ]);
      const events = hook.posts.flatMap(({ body }) => JSON.parse(body).events);
      const named = { id: agentId(0), name: "Agent 0" };
      expect(events).toMatchObject([
        { type: "agent.down", agent: named },
        { type: "agent.off", agent: { ...named, ...agent } },
      ]);
      expect(printed).toMatch(/ off {6}"Agent 0" /);
    },
  );

  it("tells of an agent that comes later and does not register", async () => {
    const agents = agentsOnWire(3);
    api = await serveAgents(agents);
    api.states.set(agentId(2), "REGISTER_TIMEOUT_STATE").set(agentId(3), "WRONG_CREDENTIALS_STATE");
    const { printed } = await watched({ json: true }, [
      nothing,
      () => agents.push(...agentsOnWire(5).slice(3)),
      nothing,
      nothing,
    ]);
    const events = printed.split("\n").filter((line) => line.startsWith("{"));
    expect(events.map((line) => JSON.parse(line))).toMatchObject([
      { type: "agent.down", agent: { id: agentId(3) } },
    ]);
  });

  it("takes the first round that could be read to the end for the first, behind an outage", async () => {
    api = await serveAgents(agentsOnWire(3));
    api.states.set(agentId(2), "REGISTER_TIMEOUT_STATE");
    api.refuse = () => ({ status: 503 });
    const { printed } = await watched({ interval: "1", confirm: "1" }, [
      nothing,
      () => {
        api.refuse = () => undefined;
      },
      nothing,
    ]);
    expect(printed).toContain("watching 3 agents, 1 not registered now");
    expect(printed).not.toMatch(/ down /);
  });

  it("does not take agents behind a gap in the list for gone", async () => {
    api = await serveAgents(agentsOnWire(3));
    api.states.set(agentId(2), "REGISTER_TIMEOUT_STATE");
    let isShort = false;
    api.answer = (request) =>
      isShort && request === "GET /v1/agents"
        ? { data: agentsOnWire(2), pagination: { page: 1, total: 3, hasNext: false } }
        : undefined;
    const { printed } = await watched({ confirm: "1" }, [
      nothing,
      () => {
        isShort = true;
      },
      nothing,
    ]);
    expect(printed).not.toMatch(/ off /);
  });

  it("tells of an agent that went down while the list was empty once", async () => {
    api = await serveAgents(agentsOnWire(3));
    let isEmpty = false;
    api.answer = (request) =>
      isEmpty && request === "GET /v1/agents" ? { data: [], pagination: { hasNext: false } } : undefined;
    const { printed } = await watched({ confirm: "1" }, [
      nothing,
      () => {
        isEmpty = true;
        api.states.set(agentId(1), "REGISTER_TIMEOUT_STATE");
      },
      () => {
        isEmpty = false;
      },
    ]);
    expect(printed).toMatch(/ down {5}"Agent 1"/);
  });

  it.each<[WatchFlags, object, string]>([
    [{ webhook: "http://hooks.example.com/" }, {}, "--webhook takes an https:// address"],
    [{ webhook: "https://hooks.example.com/" }, { TELZINO_WEBHOOK_SECRET: "" }, "set TELZINO_WEBHOOK_SECRET"],
    [{ webhook: "https://u:p@hooks.example.com/" }, {}, "without user or password"],
    [{ webhook: "https://:p@hooks.example.com/" }, {}, "without user or password"],
    [{ interval: "0" }, {}, "--interval takes seconds"],
    [{ confirm: "1.5" }, {}, "--confirm takes a whole number"],
  ])("refuses %j", async (flags, env, said) => {
    api = await serveAgents([]);
    const { code, printed } = await watched(flags, [nothing], env);
    expect(code).toBe(2);
    expect(printed).toContain(said);
  });
});
