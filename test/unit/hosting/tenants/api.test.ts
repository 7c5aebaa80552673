import { describe, expect, it } from "vitest";
import { scopedApi } from "../../../../src/hosting/tenants/api.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import { TelzinoError } from "../../../../src/telzino/errors.js";
import type { Agent, TelzinoApi } from "../../../../src/telzino/types.js";
import { keptLog } from "../../../support/hosting.js";
import { failure, SETTINGS } from "../../../support/telzino-client.js";

const OURS = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const ALSO_OURS = "cccccccc-cccc-4ccc-8ccc-cccccccccccc";
const THEIRS = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

function agent(number: number, organizationId?: string): Agent {
  return {
    id: id(number),
    name: untrusted(`Agent ${number}`),
    registration: null,
    ...(organizationId ? { organizationId: untrusted(organizationId) } : {}),
  };
}

/** An account that writes down what it is asked. */
function accountOf(agents: readonly Agent[], { ignoresFilter = false } = {}) {
  const asked: string[] = [];
  const known = (agentId: string) => {
    const found = agents.find((one) => one.id === agentId.toLowerCase());
    if (found) return found;
    const details = { status: 404, detail: untrusted("No agent by that id, dear caller"), operation: "GET" };
    throw new TelzinoError("agent_not_found", "The API answered 404", details);
  };
  const api: TelzinoApi = {
    async listAgents({ organizationId, page = 1, limit = 50 }) {
      asked.push(`list ${page}`);
      const all = agents.filter(
        (one) =>
          ignoresFilter || organizationId === undefined || one.organizationId?.unwrap() === organizationId,
      );
      const from = (page - 1) * limit;
      return {
        agents: all.slice(from, from + limit),
        page,
        limit,
        total: all.length,
        hasNext: all.length > from + limit,
      };
    },
    async getAgent(agentId) {
      asked.push(`get ${agentId}`);
      return known(agentId);
    },
    async putRegistration(agentId) {
      asked.push(`put ${agentId}`);
      return known(agentId) && {};
    },
    async deleteRegistration(agentId) {
      asked.push(`delete ${agentId}`);
      known(agentId);
    },
    async getStatus(agentId) {
      asked.push(`status ${agentId}`);
      known(agentId);
      return { state: "NOT_FOUND" };
    },
    async listCallLogs(agentId) {
      asked.push(`calls ${agentId}`);
      known(agentId);
      return { calls: [], page: 1, hasNext: false };
    },
  };
  return { api, asked };
}

const METHODS: readonly [string, (api: TelzinoApi, agentId: string) => Promise<unknown>][] = [
  ["getAgent", (api, agentId) => api.getAgent(agentId)],
  ["putRegistration", (api, agentId) => api.putRegistration(agentId, SETTINGS, new Secret("pass"))],
  ["deleteRegistration", (api, agentId) => api.deleteRegistration(agentId)],
  ["getStatus", (api, agentId) => api.getStatus(agentId)],
  ["listCallLogs", (api, agentId) => api.listCallLogs(agentId, {})],
];

const facts = ({ code, message, status, detail, operation }: TelzinoError) => ({
  code,
  message,
  status,
  detail,
  operation,
});

const ACCOUNT = [agent(1, OURS), agent(2, THEIRS), agent(3, OURS), agent(4)];

function scoped(scope: Parameters<typeof scopedApi>[1], account = accountOf(ACCOUNT)) {
  const { log, lines } = keptLog();
  return { api: scopedApi(account.api, scope, log), asked: account.asked, lines };
}

describe("an API without limits", () => {
  it("is the API itself", () => {
    const { api } = accountOf([]);
    expect(scopedApi(api, {}, keptLog().log)).toBe(api);
  });
});

describe.each(METHODS)("%s", (_name, call) => {
  it("asks the API nothing about an agent that is not in the list of agents", async () => {
    const { api, asked } = scoped({ agents: [id(1)] });
    const foreign = await failure(call(api, id(2)));
    const unknown = await failure(call(api, id(99)));
    expect(facts(foreign)).toEqual(facts(unknown));
    expect(foreign.code).toBe("agent_not_found");
    expect(asked).toEqual([]);
  });

  it("works on an agent in the list, whatever the case of its id", async () => {
    const { api, asked } = scoped({ agents: [id(1)] });
    await call(api, id(1).toUpperCase());
    expect(asked).toHaveLength(1);
  });

  it("reads an agent of another organization and does no more; it looks as if it did not exist", async () => {
    for (const number of [2, 4]) {
      const { api, asked } = scoped({ organizations: [OURS] });
      const foreign = await failure(call(api, id(number)));
      const unknown = await failure(call(scoped({ organizations: [OURS] }).api, id(99)));
      expect(facts(foreign)).toEqual(facts(unknown));
      expect(asked).toEqual([`get ${id(number)}`]);
    }
  });

  it("works on an agent of the organization", async () => {
    const { api } = scoped({ organizations: [OURS] });
    await call(api, id(1));
  });

  it("wants an agent to be within both where both are given", async () => {
    const both = { organizations: [OURS], agents: [id(1), id(2)] };
    await call(scoped(both).api, id(1));
    for (const number of [2, 3]) {
      expect((await failure(call(scoped(both).api, id(number)))).code).toBe("agent_not_found");
    }
  });
});

describe("the look at whose an agent is", () => {
  it("is kept for a while for reading, and taken again before each change", async () => {
    const { api, asked } = scoped({ organizations: [OURS] });
    for (let index = 0; index < 3; index += 1) await api.getStatus(id(1));
    expect(asked.filter((entry) => entry.startsWith("get"))).toHaveLength(1);
    await api.putRegistration(id(1), SETTINGS, new Secret("pass"));
    await api.deleteRegistration(id(1));
    expect(asked.filter((entry) => entry.startsWith("get"))).toHaveLength(3);
  });

  it("passes on other failures than the one of an unknown agent", async () => {
    const account = accountOf(ACCOUNT);
    account.api.getAgent = () => Promise.reject(new TelzinoError("server_error", "The API answered 500"));
    const { api, asked } = scoped({ organizations: [OURS] }, account);
    expect((await failure(api.deleteRegistration(id(1)))).code).toBe("server_error");
    expect(asked).toEqual([]);
  });
});

describe("lists of agents", () => {
  const names = (page: { agents: Agent[] }) => page.agents.map(({ name }) => name);

  it("have the allowed agents alone, with paging and totals of their own", async () => {
    const { api } = scoped({ agents: [id(1), id(3)] });
    const first = await api.listAgents({ limit: 1 });
    expect(first).toMatchObject({ page: 1, limit: 1, hasNext: true });
    expect(names(first)).toEqual(["Agent 1"]);
    const second = await api.listAgents({ limit: 1, page: 2 });
    expect(second).toMatchObject({ page: 2, total: 2, totalPages: 2, hasNext: false });
    expect(names(second)).toEqual(["Agent 3"]);
    expect(names(await api.listAgents({ limit: 1, page: 3 }))).toEqual([]);
  });

  it("have the agents of the organizations alone, those without one left out", async () => {
    const account = accountOf([...ACCOUNT, agent(5, ALSO_OURS)]);
    const { api } = scoped({ organizations: [OURS, ALSO_OURS] }, account);
    expect(names(await api.listAgents({}))).toEqual(["Agent 1", "Agent 3", "Agent 5"]);
    expect(names(await api.listAgents({ organizationId: ALSO_OURS }))).toEqual(["Agent 5"]);
  });

  it("do not trust the API to filter by organization", async () => {
    const { api } = scoped({ organizations: [OURS] }, accountOf(ACCOUNT, { ignoresFilter: true }));
    expect(names(await api.listAgents({}))).toEqual(["Agent 1", "Agent 3"]);
  });

  it("have what was asked for alone and each agent once, whatever the API answers", async () => {
    const account = accountOf([...ACCOUNT, agent(5, ALSO_OURS)], { ignoresFilter: true });
    const { api } = scoped({ organizations: [OURS, ALSO_OURS] }, account);
    expect(names(await api.listAgents({ organizationId: ALSO_OURS.toUpperCase() }))).toEqual(["Agent 5"]);
    expect(names(await api.listAgents({}))).toEqual(["Agent 1", "Agent 3", "Agent 5"]);
    const within = scoped({ agents: [id(1), id(2), id(4)] }, account).api;
    expect(names(await within.listAgents({ organizationId: THEIRS }))).toEqual(["Agent 2"]);
  });

  it("are empty for another organization, which is not asked for", async () => {
    const { api, asked } = scoped({ organizations: [OURS] });
    expect(await api.listAgents({ organizationId: THEIRS })).toMatchObject({
      agents: [],
      total: 0,
      hasNext: false,
    });
    expect(asked).toEqual([]);
  });

  it("find few allowed agents among many, and stop when all are found", async () => {
    const many = Array.from({ length: 450 }, (_, index) => agent(index, OURS));
    const { api, asked } = scoped({ agents: [id(7), id(130)] }, accountOf(many));
    const page = await api.listAgents({});
    expect(names(page)).toEqual(["Agent 7", "Agent 130"]);
    expect(page).toMatchObject({ total: 2, hasNext: false });
    expect(asked).toEqual(["list 1", "list 2"]);
  });

  it("cost no more pages than are needed", async () => {
    const many = Array.from({ length: 450 }, (_, index) => agent(index, OURS));
    const { api, asked } = scoped({ organizations: [OURS] }, accountOf(many));
    const page = await api.listAgents({ limit: 50 });
    expect(page.agents).toHaveLength(50);
    expect(page).toMatchObject({ hasNext: true });
    expect(page).not.toHaveProperty("total");
    expect(asked).toEqual(["list 1"]);
    const last = await api.listAgents({ limit: 50, page: 9 });
    expect(last).toMatchObject({ total: 450, totalPages: 9, hasNext: false });
  });

  it("end somewhere in an account without end, and say so in the log", async () => {
    const account = accountOf([]);
    let pages = 0;
    account.api.listAgents = async () => {
      pages += 1;
      return { agents: [agent(pages, THEIRS)], page: pages, limit: 100, hasNext: true };
    };
    const { api, lines } = scoped({ agents: [id(100_000)] }, account);
    expect(await api.listAgents({})).toMatchObject({ agents: [], hasNext: false });
    expect(pages).toBe(50);
    expect(lines.join()).toContain("not complete");
  });
});
