import { afterEach, describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/redaction/redactor.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import type { Agent, AgentPage } from "../../../src/telzino/types.js";
import type { Services } from "../../../src/tools/core/context.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { turnsDuring } from "../../support/turns.js";

let connected: ConnectedClient | undefined;
afterEach(() => connected?.close());

/** Asks with an API that has these agents, a hundred a page. */
async function listed(
  names: readonly string[],
  args: Record<string, unknown>,
  { more, password }: { more?: Partial<Services>; password?: string } = {},
) {
  const { api } = servicesFor();
  const registration = password === undefined ? null : { username: "1001", password: new Secret(password) };
  const agents: Agent[] = names.map((name, index) => ({
    id: String(index),
    name: untrusted(name),
    registration,
  }));
  const listAgents = async ({ page = 1, limit = 20 }): Promise<AgentPage> => ({
    agents: agents.slice((page - 1) * limit, page * limit),
    page,
    limit,
    hasNext: agents.length > page * limit,
    total: agents.length,
  });
  connected = await connectInProcess(servicesFor({ ...api, listAgents }, more));
  const { text, facts } = await connected.call("list_telzino_agents", args);
  const shown = facts.agents as { name: string }[];
  return { text, facts, names: shown.map(({ name }) => name) };
}

const desks = (count: number) => Array.from({ length: count }, (_, index) => `Desk ${index + 1}`);

describe("a search for a name", () => {
  it.each([
    ["fills a page exactly", 3, 1, false],
    ["has one more than a page", 4, 1, true],
    ["fills its second page exactly", 6, 2, false],
    ["has one more than two pages", 7, 2, true],
  ])("that %s tells whether there is another page", async (_what, count, page, hasMore) => {
    const { text, facts, names } = await listed(desks(count), { query: "desk", limit: 3, page });
    expect(names).toHaveLength(3);
    expect(facts).toMatchObject({ hasMore, total: count });
    expect(text.includes(`More on page ${page + 1}.`)).toBe(hasMore);
  });

  it("looks through all of the API's pages, whatever the case and blanks", async () => {
    const { names, facts } = await listed([...desks(130), "FrontDesk"], { query: "front desk" });
    expect(names).toEqual(["FrontDesk"]);
    expect(facts).toMatchObject({ hasMore: false, total: 1 });
  });
});

it.each([
  ["name, status and type", {}, 300],
  ["name", { query: "desk 100" }, 100],
])(
  "each %s is looked at in a turn of the event loop of its own (asked with %j)",
  async (_what, asked, turns) => {
    expect(await turnsDuring(() => listed(desks(100), { ...asked, limit: 100 }))).toBeGreaterThanOrEqual(
      turns,
    );
  },
);

it.each<[string, Record<string, unknown>]>([
  ["listed", { limit: 20 }],
  ["searched", { limit: 20, query: "desk" }],
])("a page with more than was asked for is reported: %s", async (_what, args) => {
  const { api } = servicesFor();
  const agents = desks(100).map((name, index) => ({
    id: `${index}`,
    name: untrusted(name),
    registration: null,
  }));
  const page = { agents, sent: 60_000, page: 1, limit: 20, hasNext: false };
  connected = await connectInProcess(servicesFor({ ...api, listAgents: async () => page }));
  const { text, facts } = await connected.call("list_telzino_agents", args);
  const asked = args.query === undefined ? 20 : 100;
  const said = `The API sent 60000 entries on a page of ${asked}. Of them 100 are read; the others are not looked at.`;
  expect(text).toContain(said);
  expect(facts.notes).toContain(said);
});

describe("a name that holds a secret", () => {
  const SECRET = "tulip-rocket-482913";
  const configured = createRedactor();
  configured.hold(new Secret(SECRET));

  it.each<[string, object]>([
    ["a configured one", { more: { configured } }],
    ["its agent's stored password", { password: SECRET }],
  ])("(%s) is left out, and no part of it is found by a query", async (_whose, set) => {
    const all = await listed([`Desk ${SECRET}`, "Desk 2"], {}, set);
    expect(all.names).toEqual([LEFT_OUT, "Desk 2"]);
    await connected?.close();
    for (const query of ["tul", "tulip", "rocket 4", "4829", "desk"]) {
      const { names, facts } = await listed([`Desk ${SECRET}`, "Desk 2"], { query }, set);
      expect(names).toEqual(query === "desk" ? ["Desk 2"] : []);
      expect(facts.total).toBe(names.length);
      await connected?.close();
    }
  });

  const other = { username: "1001", password: new Secret(SECRET) };
  const named = (name: string, id: string): Agent => ({
    id,
    name: untrusted(name),
    registration: undefined,
  });
  it.each<[string, Agent[][], Agent["registration"]]>([
    [
      "of an agent on a later page",
      [
        [{ ...named(`Desk ${SECRET}`, "1"), registration: null }],
        [{ ...named("x", "2"), registration: other }],
      ],
      null,
    ],
    ["that reading its agent brings", [[named(`Desk ${SECRET}`, "1"), named("Desk 2", "2")]], other],
  ])(
    "(the stored one %s) is found by no query either, whatever page is asked for",
    async (_whose, pages, read) => {
      const { api } = servicesFor();
      const listAgents = async ({ page = 1 }): Promise<AgentPage> => ({
        ...{ agents: pages[page - 1] ?? [], page, limit: 100, hasNext: page < pages.length },
      });
      const getAgent = async (id: string): Promise<Agent> => ({
        ...(pages.flat().find((agent) => agent.id === id) as Agent),
        registration: read,
      });
      connected = await connectInProcess(servicesFor({ ...api, listAgents, getAgent }));
      for (const asked of [{ query: "tulip" }, { query: "rocket", limit: 1, page: 2 }]) {
        const { facts } = await connected.call("list_telzino_agents", asked);
        expect(facts).toMatchObject({ agents: [], total: 0, hasMore: false });
      }
    },
  );

  it("is not counted either behind those that are read for every page", async () => {
    const { api } = servicesFor();
    const agents = [...desks(20), `Desk ${SECRET}`].map((name, index) => named(name, `${index}`));
    const listAgents = async (): Promise<AgentPage> => ({ agents, page: 1, limit: 100, hasNext: false });
    const getAgent = async (id: string): Promise<Agent> => ({
      ...(agents[Number(id)] as Agent),
      registration: id === "20" ? other : null,
    });
    connected = await connectInProcess(servicesFor({ ...api, listAgents, getAgent }));
    const { facts } = await connected.call("list_telzino_agents", { query: "desk", limit: 20, page: 2 });
    expect(facts).toMatchObject({ agents: [], total: 20, hasMore: false });
  });
});

describe("a list without a query", () => {
  it("says where the API lists fewer agents than it counts", async () => {
    const { api } = servicesFor();
    const agents: Agent[] = [{ id: "1", name: untrusted("Desk"), registration: null }];
    const listAgents = async (): Promise<AgentPage> => ({
      ...{ agents, page: 1, limit: 20, hasNext: false, total: 12 },
    });
    connected = await connectInProcess(servicesFor({ ...api, listAgents }));
    const { text } = await connected.call("list_agents", {});
    expect(text).toContain("The API's list ends after 1 of 12 agents: who else there is was not seen.");
  });

  it("is the API's page, which says whether there is another one", async () => {
    expect(await listed(desks(4), { limit: 2, page: 2 })).toMatchObject({
      names: ["Desk 3", "Desk 4"],
      facts: { hasMore: false, total: 4 },
    });
    await connected?.close();
    expect((await listed(desks(5), { limit: 2, page: 2 })).text).toContain("More on page 3.");
  });

  it.each([{}, { query: "desk" }])(
    "that ends before the page is not said to have no agent: %j",
    async (args) => {
      const { text } = await listed(desks(4), { limit: 2, page: 7, ...args });
      expect(text).toContain("on page 7.");
      expect(text).toContain("Call list_telzino_agents without page");
      expect(text).not.toMatch(/reach no agent|without query/);
    },
  );

  it("of problems that ends before the page does not say that there is none", async () => {
    const { text } = await listed(desks(4), { limit: 2, page: 7, registration: "problems" });
    expect(text).toContain("0 of 4 agents looked at: nothing to tell.");
  });
});
