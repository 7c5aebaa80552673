import { afterEach, describe, expect, it } from "vitest";
import { createRedactor } from "../../../../src/redaction/redactor.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { untrusted } from "../../../../src/redaction/untrusted.js";
import { isLikeAgentId } from "../../../../src/registration/agent-id.js";
import type { Agent, TelzinoApi } from "../../../../src/telzino/types.js";
import type { Services } from "../../../../src/tools/core/context.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../../support/mcp.js";

let connected: ConnectedClient | undefined;
afterEach(() => connected?.close());

const idOf = (index: number) => `${String(index).padStart(8, "0")}-1111-4111-8111-111111111111`;

/** Calls a tool over an API that has agents of these names; tells of whom it asked the API. */
async function callNamed(
  names: readonly string[],
  agentId: string,
  { tool = "get_sip_status", more = {}, password = "", pages = 0, total, isOnePage = false } = {} as {
    tool?: string;
    more?: Partial<Services>;
    password?: string;
    pages?: number;
    total?: number;
    /** Every page is the first one. */
    isOnePage?: boolean;
  },
) {
  const touched: string[] = [];
  const agents: Agent[] = names.map((name, index) => ({
    id: idOf(index),
    name: untrusted(name),
    registration: {
      ...{ sipDomain: "pbx.example.com", username: `${1000 + index}` },
      ...(password === "" ? {} : { password: new Secret(password) }),
    },
  }));
  const { api } = servicesFor();
  const told: TelzinoApi = {
    ...api,
    listAgents: async ({ page = 1, limit = 20 }) => ({
      agents: isOnePage ? agents : agents.slice((page - 1) * limit, page * limit),
      ...(total === undefined ? {} : { total }),
      ...{ page, limit, hasNext: pages > 0 ? page < pages : agents.length > page * limit },
    }),
    getAgent: async (id) => {
      touched.push(id);
      return agents.find((agent) => agent.id === id) ?? Promise.reject(new Error("no such agent"));
    },
    getStatus: async (id) => {
      touched.push(id);
      return { state: "REGISTER_TIMEOUT_STATE" };
    },
    deleteRegistration: async (id) => {
      touched.push(`deleted ${id}`);
    },
  };
  connected = await connectInProcess(servicesFor(told, more));
  const args = tool === "get_sip_status" ? { agentId } : { agentId, username: "1001" };
  const { text, facts, isError } = await connected.call(tool, args);
  return { text, facts, isError: isError === true, touched };
}

describe("an agent's name in the place of its id", () => {
  it.each(["Front Desk", " front desk ", "FRONTDESK", "front  desk"])("%j is taken", async (name) => {
    const { facts, isError } = await callNamed(["Sales", "Front Desk", "Front Desk 2"], name);
    expect(isError).toBe(false);
    expect(facts).toMatchObject({ agentId: idOf(1), agentName: "Front Desk" });
  });

  it.each([
    ["Hauptstraße", "HAUPTSTRASSE"],
    ["ΟΔΟΣ", "οδος"],
    ["Caf\u00e9", "CAFE\u0301"],
  ])("%j is %j in other letters", async (name, given) => {
    const { facts, isError } = await callNamed(["Sales", name], given);
    expect(isError).toBe(false);
    expect(facts).toMatchObject({ agentId: idOf(1) });
  });

  it.each(["get_sip_status", "remove_sip_registration"])(
    "that two agents have does nothing, and both are listed (%s)",
    async (tool) => {
      const { text, isError, touched } = await callNamed(["Desk", "Sales", "desk "], "desk", { tool });
      expect(isError).toBe(true);
      expect(text).toMatch(/2 agents have the name "desk", so nothing was done/);
      expect(text).toContain(idOf(0));
      expect(text).toContain(idOf(2));
      expect(text).toContain("1002@pbx.example.com");
      expect(text).not.toContain(idOf(1));
      expect(touched).toEqual([]);
    },
  );

  it("that no one has names those that contain it", async () => {
    const { text, isError, touched } = await callNamed(["Front Desk 1", "Sales"], "front desk");
    expect(isError).toBe(true);
    expect(text).toMatch(/No agent has the name "front desk"\. Names with that in them:\n- "Front Desk 1"/);
    expect(touched).toEqual([]);
  });

  it.each(["Recpetion", "receptoin ", "Resepcion"])(
    "that is misspelt names the nearest, and does nothing: %j",
    async (name) => {
      const { text, isError, touched } = await callNamed(
        ["Sales", "Reception", "Reservations", "reception"],
        name,
      );
      expect(isError).toBe(true);
      expect(text).toMatch(/No agent has the name "\w+ ?"\. The nearest:\n- "Reception".*\n- "reception"/);
      expect(text).not.toMatch(/Sales|Reservations/);
      expect(touched).toEqual([]);
    },
  );

  it("that is near none names none", async () => {
    const { text } = await callNamed(["Sales", "Reception"], "warehouse");
    expect(text).not.toMatch(/nearest|Sales|Reception/);
  });

  it.each(["kq7vzt2m", "kq7vzt3m"])(
    "that is right or nearly so, where it is a secret, is answered alike: %j",
    async (name) => {
      const names = ["kq7vzt2m", "kq7bzt9m"];
      const { text } = await callNamed(names, name, { password: "kq7vzt2m" });
      expect(text).toMatch(/The nearest:\n- "kq7bzt9m"/);
      expect(text.split("nearest")[1]).not.toContain("kq7vzt2m");
    },
  );

  it("that is near a secret does not name it", async () => {
    const { text } = await callNamed(["hunter-mulberry-7"], "hunter-mulberry-8", {
      password: "hunter-mulberry-7",
    });
    expect(text).not.toMatch(/nearest|mulberry-7/);
  });

  it("is refused where there are more agents than are searched", async () => {
    const { text, isError, touched } = await callNamed(["Desk"], "Desk", { pages: 99 });
    expect(isError).toBe(true);
    expect(text).toContain("whether only one has it is not known");
    expect(touched).toEqual([]);
  });

  it.each<[string, object]>([
    ["goes round", { pages: 99, isOnePage: true, total: 300 }],
    ["ends before its total", { total: 300 }],
  ])("is refused, and no one is listed twice, where the list %s", async (_what, list) => {
    const { text, isError, touched } = await callNamed(["Desk", "Sales"], "Desk", list);
    expect(isError).toBe(true);
    expect(text).toContain("Not all agents could be searched");
    expect(text).not.toContain("2 agents");
    expect(touched).toEqual([]);
  });

  it("is taken where a list goes round that has all agents", async () => {
    const { isError, facts } = await callNamed(["Desk", "Sales"], "Desk", {
      ...{ pages: 99, isOnePage: true, total: 2 },
    });
    expect(isError).toBe(false);
    expect(facts).toMatchObject({ agentId: idOf(0) });
  });

  it.each([
    "11111111-1111-4111-8111-11111111111",
    "g1111111-1111-4111-8111-111111111111",
    "111111111111411181111111",
    "{11111111-1111-4111-8111-111111111111}",
    "urn:uuid:11111111-1111-4111-8111-111111111111",
  ])("is never looked for where it looks like an id: %s", async (id) => {
    const { text, isError } = await callNamed([id], id);
    expect(isError).toBe(true);
    expect(text).toContain("agentId must be an agent's UUID");
  });

  it.each(["Front Desk", "support-team-desk-north", "1001", "Deadbeef", "Berlin 2030-01-01", "3CX-4"])(
    "is no id: %s",
    (name) => expect(isLikeAgentId(name)).toBe(false),
  );
});

describe("a name that holds a secret", () => {
  const SECRET = "tulip-rocket-482913";
  const configured = createRedactor();
  configured.hold(new Secret(SECRET));

  it.each<[string, object]>([
    ["a configured one", { more: { configured } }],
    ["an agent's stored password", { password: SECRET }],
  ])("(%s) is found by no one: a right guess is answered as a wrong one", async (_whose, set) => {
    const answers: string[] = [];
    for (const guess of [`Desk ${SECRET}`, "Desk tulip-rocket-482914", "Desk tulip", "tulip-rocket-48"]) {
      const { text, isError, touched } = await callNamed(["Sales", `Desk ${SECRET}`], guess, set);
      expect(isError).toBe(true);
      expect(touched).toEqual([]);
      answers.push(text.replace(guess, "…"));
      await connected?.close();
    }
    expect(new Set(answers).size).toBe(1);
  });
});
