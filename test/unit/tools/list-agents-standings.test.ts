import { afterEach, describe, expect, it } from "vitest";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { TelzinoError } from "../../../src/telzino/errors.js";
import type { Agent, AgentPage, RegistrationStatus, TelzinoApi } from "../../../src/telzino/types.js";
import { standingReader } from "../../../src/tools/list-agents/standings.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";

let connected: ConnectedClient | undefined;
afterEach(() => connected?.close());

const idOf = (index: number) => `${String(index).padStart(8, "0")}-1111-4111-8111-111111111111`;

function agent(index: number, more: Partial<Agent> = {}): Agent {
  const registration = {
    sipDomain: "pbx.example.com",
    username: `${1000 + index}`,
    transport: "tls" as const,
  };
  return { id: idOf(index), name: untrusted(`Desk ${index}`), status: "active", registration, ...more };
}

const registered = (): RegistrationStatus => ({
  state: "REGISTERED_STATE",
  stateCode: 3,
  isRegistered: true,
  lastRegisterSent: new Date(Date.now() - 60_000),
});

/** An API with these agents, which are registered but for those of whom `states` says something else. */
function apiWith(agents: readonly Agent[], states: Record<number, RegistrationStatus["state"] | Error> = {}) {
  const asked: string[] = [];
  const { api } = servicesFor();
  const told: TelzinoApi = {
    ...api,
    listAgents: async ({ page = 1, limit = 20 }): Promise<AgentPage> => ({
      agents: agents.slice((page - 1) * limit, page * limit),
      ...{ page, limit, hasNext: agents.length > page * limit, total: agents.length },
    }),
    getStatus: async (id) => {
      asked.push(id);
      const state = states[Number(id.slice(0, 8))];
      if (state instanceof Error) throw state;
      return state === undefined ? registered() : { state, lastRegisterSent: new Date(Date.now() - 20_000) };
    },
  };
  return { api: told, asked };
}

async function ask(api: TelzinoApi, args: Record<string, unknown>) {
  connected = await connectInProcess(servicesFor(api));
  const { text, facts, isError } = await connected.call("list_telzino_agents", args);
  const agents = (facts.agents ?? []) as { id: string; standing: string; reason?: string; pbx?: string }[];
  return { text, facts, isError, agents };
}

describe("list_telzino_agents with registration", () => {
  it("tells in one call who is down and why, problems first, and proposes no change", async () => {
    const agents = [
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => agent(index)),
      agent(8, { registration: null }),
      agent(9, { status: "inactive" }),
    ];
    const { api, asked } = apiWith(agents, {
      1: "REGISTER_TIMEOUT_STATE",
      3: "WRONG_CREDENTIALS_STATE",
      4: "REGISTRAR_ERROR_STATE",
      6: "INTERNAL_ERROR_STATE",
    });
    const { agents: listed, facts, text } = await ask(api, { registration: "all" });
    expect(listed.map(({ id, standing }) => [Number(id.slice(0, 8)), standing])).toEqual([
      ...[1, 3, 4, 6].map((index) => [index, "down"]),
      [8, "none"],
      [9, "idle"],
      ...[0, 2, 5, 7].map((index) => [index, "registered"]),
    ]);
    expect(facts.summary).toBe(
      "10 agents looked at: 4 not registered, 1 without a SIP account, 1 not active, 4 registered.",
    );
    expect(new Set(listed.slice(0, 4).map(({ reason }) => reason)).size).toBe(4);
    expect(listed[0]).toMatchObject({ state: "REGISTER_TIMEOUT_STATE", pbx: "pbx.example.com" });
    expect(text).toMatch(/For "Desk 1": /);
    expect(text).not.toMatch(/configure_sip_registration|remove_sip_registration/);
    // Neither who has no account nor who is not active is asked for.
    expect(asked).toHaveLength(8);
  });

  it("shows problems alone, of as many pages as there are", async () => {
    const agents = Array.from({ length: 95 }, (_, index) => agent(index));
    const { api } = apiWith(agents, { 2: "REGISTER_TIMEOUT_STATE", 90: "WRONG_CREDENTIALS_STATE" });
    const { agents: listed, facts } = await ask(api, { registration: "problems" });
    expect(listed.map(({ id }) => Number(id.slice(0, 8)))).toEqual([2, 90]);
    expect(facts).toMatchObject({ hasMore: false, summary: "95 agents looked at: 2 not registered." });
    expect(facts.nextPage).toBeUndefined();
  });

  it("counts each agent once where the list goes round, and says so", async () => {
    const agents = Array.from({ length: 6 }, (_, index) => agent(index));
    const { api, asked } = apiWith(agents, { 2: "REGISTER_TIMEOUT_STATE" });
    const listAgents = async ({ limit = 20 }): Promise<AgentPage> => ({
      ...{ agents, page: 1, limit, hasNext: true, total: 500 },
    });
    const { agents: listed, facts, text } = await ask({ ...api, listAgents }, { registration: "problems" });
    expect(listed.map(({ id }) => id)).toEqual([idOf(2)]);
    expect(asked).toHaveLength(6);
    expect(facts).toMatchObject({ hasMore: false, summary: "6 of 500 agents looked at: 1 not registered." });
    expect(text).toContain("Page 2 of the list has no agent that was not on a page before it");
    expect(text).toContain("The API's list ends after 6 of 500 agents: who else there is was not seen.");
  });

  it("says once where this machine's clock is wrong by the API's", async () => {
    const { api } = apiWith(Array.from({ length: 40 }, (_, index) => agent(index)));
    const listAgents: TelzinoApi["listAgents"] = async (...args) => ({
      ...(await api.listAgents(...args)),
      answeredAt: new Date(Date.now() - 4 * 3_600_000),
    });
    const { text } = await ask({ ...api, listAgents }, { registration: "problems", limit: 20 });
    expect(text.split("This machine's clock is 4 h ahead of the API's")).toHaveLength(2);
  });

  it("ends once a page is full of problems, and says where to continue", async () => {
    const agents = Array.from({ length: 9 }, (_, index) => agent(index));
    const { api } = apiWith(agents, { 0: "NOT_FOUND", 1: "NOT_FOUND", 4: "NOT_FOUND", 8: "NOT_FOUND" });
    const { facts, text } = await ask(api, { registration: "problems", limit: 3 });
    expect(facts).toMatchObject({ hasMore: true, nextPage: 3, page: 1 });
    expect(text).toContain("Continue with page 3");
  });

  it("reads an agent whose registration the list does not tell", async () => {
    const { api } = apiWith([agent(0, { registration: undefined })], { 0: "REGISTER_TIMEOUT_STATE" });
    const getAgent = async () => agent(0);
    const { agents: listed } = await ask({ ...api, getAgent }, { registration: "all" });
    expect(listed[0]).toMatchObject({ standing: "down", sipAccount: "1000@pbx.example.com" });
  });

  it("tells an agent that cannot be read as that", async () => {
    const { api } = apiWith([agent(0), agent(1)], {
      0: new TelzinoError("forbidden", "The token may not do that"),
    });
    const { agents: listed, isError } = await ask(api, { registration: "all" });
    expect(isError).toBeFalsy();
    expect(listed).toMatchObject([
      { standing: "unread", reason: "Not read: The token may not do that." },
      { standing: "registered" },
    ]);
  });
});

describe("the summary", () => {
  it.each([
    [1, "1 of 2 agents looked at: 1 not registered."],
    [2, "2 agents looked at: 1 not registered, 1 registered."],
  ])("counts with %i agents a page", async (limit, summary) => {
    const { api } = apiWith([agent(0), agent(1)], { 0: "REGISTER_TIMEOUT_STATE" });
    expect((await ask(api, { registration: "all", limit })).facts.summary).toBe(summary);
  });
});

describe("a page that was cut", () => {
  const cut = (index: number) =>
    apiWith(
      Array.from({ length: 25 }, (_, each) => agent(each)),
      { 3: "NOT_FOUND", [index]: new TelzinoError("rate_limited", "429", { retryAfterSeconds: 7_200 }) },
    );

  it("is left for the next call, where pages before it were read", async () => {
    const { agents, facts, text } = await ask(cut(22).api, { registration: "problems", limit: 20 });
    expect(agents.map(({ id, standing }) => [id, standing])).toEqual([[idOf(3), "down"]]);
    expect(facts).toMatchObject({
      ...{ hasMore: true, nextPage: 2 },
      summary: "20 of 25 agents looked at: 1 not registered.",
    });
    expect(text).toContain("The Telzino API accepts no more requests");
  });

  it("is shown as far as it was read, where it is the first", async () => {
    const { agents, facts } = await ask(cut(12).api, { registration: "problems", limit: 20 });
    expect(agents).toContainEqual(expect.objectContaining({ id: idOf(12), standing: "unread" }));
    expect(facts).toMatchObject({ hasMore: true, nextPage: 2 });
  });
});

describe("the reader", () => {
  it("ends with the call, and what it has under way with it", async () => {
    const { api } = apiWith([agent(0)]);
    const call = new AbortController();
    let reason: unknown;
    const services = servicesFor({
      ...api,
      getStatus: (_id, { signal } = {}) => {
        setImmediate(() => call.abort(new Error("the call was given up")));
        return new Promise((_, reject) =>
          signal?.addEventListener("abort", () => {
            reason = signal.reason;
            reject(reason);
          }),
        );
      },
    });
    const reader = standingReader(
      {
        ...{ services, readOnly: true, signal: call.signal },
        ...{ progress: () => {}, hold: () => () => {}, shows: () => true },
      },
      5_000,
    );
    await expect(reader.read([agent(0)])).rejects.toThrow("the call was given up");
    reader.end();
    expect(reason).toEqual(new Error("the call was given up"));
  });

  it("does not say that an API did not answer which has refused by rate", async () => {
    const { api } = apiWith([agent(0)], {
      0: new TelzinoError("rate_limited", "429", { retryAfterSeconds: 7_200 }),
    });
    const { agents, text } = await ask(api, { registration: "problems" });
    expect(agents).toMatchObject([{ standing: "unread" }]);
    expect(text).toContain("The Telzino API accepts no more requests");
    expect(text).not.toMatch(/did not answer|stopped answering|out of reach/);
  });

  it("waits for a refusal that asks for less than its time", async () => {
    const { api } = apiWith([agent(0)]);
    let refusals = 0;
    const getStatus: TelzinoApi["getStatus"] = async (...args) => {
      refusals += 1;
      if (refusals === 1) throw new TelzinoError("rate_limited", "429", { retryAfterSeconds: 1 });
      return api.getStatus(...args);
    };
    const { facts } = await ask({ ...api, getStatus }, { registration: "all" });
    expect(facts.summary).toBe("1 agent looked at: 1 registered.");
  });

  it("gives what there is when its time is up", async () => {
    const agents = Array.from({ length: 12 }, (_, index) => agent(index));
    const { api } = apiWith(agents);
    const never = (signal?: AbortSignal) =>
      new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const services = servicesFor({
      ...api,
      getStatus: (id, options) => (id === idOf(2) ? never(options?.signal) : api.getStatus(id, options)),
    });
    const call = {
      ...{ services, readOnly: true, signal: new AbortController().signal },
      ...{ progress: () => {}, hold: () => () => {}, shows: () => true },
    };
    const reader = standingReader(call, 1_500);
    const standings = await reader.read(agents);
    reader.end();
    const unread = standings.filter(({ judged }) => judged.standing === "unread");
    expect(unread.map(({ agent: { id } }) => id)).toContain(idOf(2));
    expect(standings[0]?.judged.standing).toBe("registered");
    expect(reader.isOver()).toBe(true);
    expect(reader.outage()).toBeUndefined();
  });
});
