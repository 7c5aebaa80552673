import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { MOST_AGENTS } from "../../../../src/hosting/front/agent-metrics.js";
import { createMetrics } from "../../../../src/hosting/front/metrics.js";
import { feedAgents } from "../../../../src/hosting/registrations/feed.js";
import {
  type AgentOnWire,
  type AgentsApi,
  agentId,
  agentsOnWire,
  serveAgents,
} from "../../../support/agents-api.js";
import { Folder, openAuthenticator } from "../../../support/hosting.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function served(agents: AgentOnWire[]): Promise<AgentsApi> {
  const api = await serveAgents(agents);
  closing.push(() => api.close());
  return api;
}

/** Rounds over tenants, each of its own API, one for each step; what a scrape says is kept behind each round. */
async function rounds(apis: Record<string, AgentsApi>, steps: readonly ((file: Tenants) => unknown)[]) {
  const folder = new Folder();
  closing.push(() => folder.remove());
  const tenants = Object.fromEntries(
    Object.entries(apis).map(([name, { url }]) => {
      const accessTokenFile = folder.write(`${name}.txt`, `t0ken-of-${name}`);
      return [name, { credentials: { accessTokenFile }, apiUrl: url }];
    }),
  );
  const path = folder.write("tenants.json", { tenants });
  const opened = await openAuthenticator({ tenants: path });
  closing.push(() => opened.authenticator.close());
  const metrics = createMetrics({ running: () => 0, waiting: () => 0, sessions: () => 0 });
  const stop = new AbortController();
  const left = [...steps];
  const scrapes: string[][] = [];
  const asked: number[] = [];
  await left.shift()?.({ tenants, path, reload: () => opened.authenticator.reload() });
  await feedAgents({
    tenants: () => opened.authenticator.knownTenants(),
    ...{
      metrics: metrics.agents(),
      intervalMs: 60_000,
      log: opened.log,
      signal: stop.signal,
      perSecond: 1_000,
    },
    pause: async () => {
      const all = () => Object.values(apis).reduce((sum, { requests }) => sum + requests.length, 0);
      const before = all();
      const lines = (await metrics.text()).split("\n");
      asked.push(all() - before);
      scrapes.push(lines.filter((line) => line.startsWith("telzino_sip_mcp_agent")));
      const step = left.shift();
      if (step === undefined) stop.abort(new Error("enough"));
      else await step({ tenants, path, reload: () => opened.authenticator.reload() });
    },
  });
  return { scrapes, asked, log: opened.lines };
}

interface Tenants {
  tenants: Record<string, unknown>;
  path: string;
  reload: () => Promise<void>;
}

const series = (lines: readonly string[] = [], name: string) =>
  lines.filter((line) => line.startsWith(`telzino_sip_mcp_${name}{`)).sort();
const registered = (tenant: string, index: number, value: number) =>
  `telzino_sip_mcp_agent_registered{tenant="${tenant}",agent="${agentId(index)}"} ${value}`;
/** Seconds, by the agent's number. */
const readAt = (lines: readonly string[] = []) =>
  new Map(
    series(lines, "agent_read_timestamp_seconds").map((line) => [
      Number(/agent="(\d+)/.exec(line)?.[1]),
      Number(line.split(" ").at(-1)),
    ]),
  );
const nothing = () => {};

describe("gauges of agents", () => {
  it("say by tenant and agent who is registered, with when that was read, and ask the API for nothing when scraped", async () => {
    const acme = await served([
      ...agentsOnWire(2),
      ...agentsOnWire(3)
        .slice(2)
        .map((agent) => ({ ...agent, status: "inactive" })),
    ]);
    const globex = await served(agentsOnWire(1));
    acme.states.set(agentId(1), "REGISTER_TIMEOUT_STATE");
    const before = Math.floor(Date.now() / 1_000);
    const { scrapes, asked } = await rounds({ acme, globex }, [nothing]);
    const [lines = []] = scrapes;
    expect(series(lines, "agent_registered")).toEqual([
      registered("acme", 0, 1),
      registered("acme", 1, 0),
      registered("globex", 0, 1),
    ]);
    expect(readAt(lines).size).toBe(3);
    for (const at of readAt(lines).values()) expect(at).toBeGreaterThanOrEqual(before);
    expect(series(lines, "agents")).toContain('telzino_sip_mcp_agents{tenant="acme",standing="idle"} 1');
    expect(asked).toEqual([0]);
    expect(lines.join("\n")).not.toMatch(/mulberry|Agent 0|t0ken/);
    expect(new Set([...acme.requests, ...globex.requests].map((line) => line.split(" ")[0]))).toEqual(
      new Set(["GET"]),
    );
  });

  it("keep what was read, with its time, while the API is out or an agent cannot be read, and drop who is gone", async () => {
    const agents = agentsOnWire(3);
    const acme = await served(agents);
    acme.states.set(agentId(1), "REGISTER_TIMEOUT_STATE");
    const { scrapes, log } = await rounds({ acme }, [
      nothing,
      () => {
        acme.states.clear();
        acme.refuse = () => ({ status: 401 });
      },
      () => {
        agents.pop();
        acme.refuse = (request) =>
          request.includes(agentId(1)) && request.endsWith("/status") ? { status: 403 } : undefined;
      },
      () => {
        acme.refuse = () => undefined;
      },
      () => {
        acme.refuse = () => ({ status: 401 });
      },
    ]);
    const [first, refused, oneUnread, last] = scrapes;
    expect(refused).toEqual(first);
    // Once for each time that it begins.
    expect(log.filter((line) => line.includes("cannot be read for the metrics"))).toHaveLength(2);
    expect(series(oneUnread, "agent_registered")).toEqual([
      registered("acme", 0, 1),
      registered("acme", 1, 0),
    ]);
    expect(readAt(oneUnread).get(1)).toBe(readAt(first).get(1));
    expect(series(last, "agent_registered")).toEqual([registered("acme", 0, 1), registered("acme", 1, 1)]);
  });

  it("go with a tenant that has left the file", async () => {
    const [acme, globex] = [await served(agentsOnWire(1)), await served(agentsOnWire(1))];
    const { scrapes } = await rounds({ acme, globex }, [
      nothing,
      ({ tenants, path, reload }) => {
        const { acme: _, ...left } = tenants;
        writeFileSync(path, JSON.stringify({ tenants: left }));
        return reload();
      },
    ]);
    expect(scrapes.map((lines) => series(lines, "agent_registered").length)).toEqual([2, 1]);
    expect(scrapes.at(-1)?.join("\n")).not.toContain("acme");
  });

  it("have a limit, beyond which agents are counted and not read", async () => {
    const agents = agentsOnWire(MOST_AGENTS.ofTenant + 150);
    const acme = await served(agents);
    const { scrapes } = await rounds({ acme }, [nothing, () => agents.shift()]);
    for (const [round, lines] of scrapes.entries()) {
      const told = series(lines, "agent_registered");
      expect(told).toHaveLength(MOST_AGENTS.ofTenant);
      // Who is gone makes room for the next.
      expect(told.at(0)).toBe(registered("acme", round, 1));
      expect(told.at(-1)).toBe(registered("acme", MOST_AGENTS.ofTenant - 1 + round, 1));
      expect(series(lines, "agents_left_out")).toEqual([
        `telzino_sip_mcp_agents_left_out{tenant="acme"} ${150 - round}`,
      ]);
    }
    expect(acme.requests.filter((request) => request.endsWith("/status"))).toHaveLength(
      2 * MOST_AGENTS.ofTenant,
    );
  });

  it("of all tenants together have a limit, in which a tenant's own count once", () => {
    const metrics = createMetrics({ running: () => 0, waiting: () => 0, sessions: () => 0 }).agents();
    const reading = (index: number) => ({ id: `${index}`, standing: "registered" as const, readAt: 0 });
    const agents = Array.from({ length: MOST_AGENTS.ofTenant }, (_, index) => reading(index));
    for (let tenant = 0; tenant * MOST_AGENTS.ofTenant < MOST_AGENTS.ofAll; tenant += 1) {
      expect(metrics.roomFor(`${tenant}`)).toBe(MOST_AGENTS.ofTenant);
      metrics.took(`${tenant}`, { agents, isWhole: true, leftOut: 0 });
    }
    expect(metrics.roomFor("0")).toBe(MOST_AGENTS.ofTenant);
    expect(metrics.roomFor("one more")).toBe(0);
  });

  it("keep who was missing from a list that was not whole", async () => {
    const all = createMetrics({ running: () => 0, waiting: () => 0, sessions: () => 0 });
    const metrics = all.agents();
    const took = (ids: string[], isWhole: boolean) =>
      metrics.took("acme", {
        agents: ids.map((id) => ({ id, standing: "registered", readAt: 0 })),
        ...{ isWhole, leftOut: 0 },
      });
    const told = async () => series((await all.text()).split("\n"), "agent_registered").length;
    took(["a", "b"], true);
    took(["a"], false);
    expect(await told()).toBe(2);
    took(["a"], true);
    expect(await told()).toBe(1);
  });
});
