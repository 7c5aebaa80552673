import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TelzinoClient } from "../../src/telzino/client.js";
import { type Answer, json, later, reset, text } from "../support/api-stub.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../support/mcp.js";
import { type StoredApi, startStoredApi } from "../support/stored-api.js";
import { AGENT, AGENT_ID, quickClient } from "../support/telzino-client.js";

/** What tools tell of a write, against what the API has stored in the end. */

let api: StoredApi;
let client: TelzinoClient;
let assistant: ConnectedClient;
beforeEach(async () => {
  api = await startStoredApi();
  client = quickClient(api.stub.url);
  assistant = await connectInProcess(servicesFor(client));
});
afterEach(async () => {
  await assistant.close();
  await client.close();
  await api.close();
});

const OLD = {
  ...{ sipDomain: "pbx.example.com", username: "1009", port: 5060, transport: "udp", subscribe: false },
  ...{ password: "pw-1009", registrationEnabled: true },
};

function configure(more: Record<string, unknown> = {}) {
  return assistant.call("configure_sip_registration", {
    agentId: AGENT_ID,
    sipDomain: "pbx.example.com",
    username: "1001",
    password: "pw-1001",
    replace: true,
    ...more,
  });
}

const remove = () => assistant.call("remove_sip_registration", { agentId: AGENT_ID, username: "1009" });

const ANSWERS: [name: string, answer: Answer][] = [
  ["400", json(400, { error: "sipDomain is bad" })],
  ["500", json(500, {})],
  ["502", text(502, "")],
  ["a reset", reset],
  ["half JSON", text(200, '{"success": tr')],
];

describe("configure_sip_registration", () => {
  it.each(ANSWERS)(
    "tells a write that took effect although %s was answered as stored",
    async (_n, answer) => {
      api.faults.push({ effect: true, answer });
      const { facts, text, isError } = await configure();
      expect(isError).toBeFalsy();
      expect(facts).toMatchObject({ outcome: "registered", written: true });
      expect(text).toMatch(/The write was not confirmed: .*\. Reading the agent back showed/);
      expect(api.sent("PUT")).toBe(1);
    },
  );

  it.each([ANSWERS[0], ANSWERS[1]] as typeof ANSWERS)(
    "tells what is stored now where %s was answered and nothing stored",
    async (_name, answer) => {
      api.stored = { ...OLD };
      api.faults.push({ effect: false, answer });
      const { text, isError } = await configure();
      expect(isError).toBe(true);
      expect(text).toMatch(/showed that the registration was not stored\. Stored now: .*username 1009/);
      expect(text).not.toContain("pw-1009");
    },
  );

  it.each(ANSWERS)(
    "claims nothing where %s was answered and nothing can be read back",
    async (_n, answer) => {
      api.onRequest = ({ method }) => {
        if (method === "PUT") api.stub.script(`GET ${AGENT}`, json(403, {}));
      };
      api.faults.push({ effect: true, answer });
      const { text, isError } = await configure();
      expect(isError).toBe(true);
      expect(text).toMatch(/Whether the registration was stored is not known/);
      expect(text).not.toMatch(/nothing was|not stored|unchanged/i);
      expect(api.sent("PUT")).toBe(1);
    },
  );

  it("tells nothing of whether a password that is refused is the stored one", async () => {
    const told = [];
    for (const password of ["pw-1001", "pw-1009"]) {
      api.stored = { ...OLD, username: "1001", password };
      api.faults.push({ effect: false, answer: json(400, { error: "sipDomain is bad" }) });
      told.push(await configure());
    }
    expect(told[0]?.text).toMatch(/showed these settings, but not whether the password was stored with them/);
    expect(told[1]).toEqual(told[0]);
  });

  it("says so where the API stores other values than it was sent", async () => {
    const answered = { ...OLD, username: "1001", port: 5070 };
    api.faults.push({ effect: () => answered, answer: json(200, { success: true, data: answered }) });
    const { text, isError } = await configure();
    expect(isError).toBe(true);
    expect(text).toMatch(/other values in port\..*\n?.*Stored now: .*port 5070/);
  });

  it("tells an outcome that cannot be read back with that remark", async () => {
    api.onRequest = ({ method }) => {
      if (method === "PUT") api.stub.script(`GET ${AGENT}`, json(403, {}));
    };
    const { text, facts } = await configure();
    expect(facts).toMatchObject({ outcome: "registered" });
    expect(text).toMatch(/Whether these are still the stored settings is not known/);
  });

  it("does not tell the outcome of settings that someone else has replaced meanwhile", async () => {
    for (const others of [{ ...OLD }, null, { ...OLD, username: "1001", password: "pw-other" }]) {
      api.stored = null;
      api.onRequest = ({ path }) => {
        if (path.endsWith("/status") && api.stored !== null) api.stored = others;
      };
      const { text, facts } = await configure({ waitSeconds: 1 });
      expect(facts).toMatchObject({ outcome: "stored_differs", written: true });
      expect(facts).not.toHaveProperty("status");
      // No one was seen to change it: that someone did is not claimed.
      expect(text).toMatch(/^Not what is stored now: [\s\S]*may have changed it since, or [\s\S]*Stored now/);
      expect(text).not.toMatch(/registered|pw-/i);
    }
  });

  it("waits for the change before it, and tells its client so", async () => {
    const said: string[] = [];
    api.faults.push({ effect: true, answer: later(100, json(200, { success: true })) });
    const first = configure({ waitSeconds: 0 });
    const second = assistant.call(
      "configure_sip_registration",
      { agentId: AGENT_ID.toUpperCase(), sipDomain: "pbx.example.com", username: "1002", password: "pw" },
      { onprogress: ({ message = "" }) => said.push(message) },
    );
    await Promise.all([first, second]);
    expect(said[0]).toMatch(/another change of this agent is under way/);
  });

  it("asks again where the change before it has put the agent on another line", async () => {
    const [first, second] = await Promise.all([
      configure({ replace: false }),
      configure({ replace: false, username: "1002", password: "pw-1002" }),
    ]);
    expect(first.facts).toMatchObject({ outcome: "registered" });
    expect(second.facts).toMatchObject({ outcome: "confirmation_needed", written: false });
    expect(api.stored).toMatchObject({ username: "1001" });
  });

  it("in turn with another one tells what is stored, or that it was overtaken", {
    timeout: 60_000,
  }, async () => {
    // Only 1001 has the right password, so a foreign outcome would show.
    api.stateOf = (stored) => (stored?.username === "1001" ? "REGISTERED_STATE" : "WRONG_CREDENTIALS_STATE");
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, round) => {
        const username = round % 2 === 0 ? "1001" : "1002";
        const { facts } = await configure({ username, password: `pw-${username}` });
        return { username, outcome: facts.outcome, stored: facts.stored };
      }),
    );
    expect(api.sent("PUT")).toBe(20);
    const told = outcomes.filter(({ outcome }) => outcome !== "overtaken");
    expect(outcomes.map(({ outcome }) => outcome)).not.toContain("stored_differs");
    for (const { username, outcome } of told) {
      expect(outcome).toBe(username === "1001" ? "registered" : "failed");
    }
    expect(told.length).toBeGreaterThan(0);
    // Whoever was not overtaken came last, or was through before the next one began.
    expect(told.map(({ username }) => username)).toContain(api.stored?.username);
  });
});

describe("remove_sip_registration", () => {
  beforeEach(() => {
    api.stored = { ...OLD };
  });

  it.each(ANSWERS)(
    "tells a removal that took effect although %s was answered as done",
    async (_n, answer) => {
      api.faults.push({ effect: true, answer });
      const { facts, text } = await remove();
      expect(facts).toMatchObject({ outcome: "removed" });
      expect(text).toMatch(/Reading the agent back showed that nothing is stored/);
      expect(api.sent("DELETE")).toBe(1);
    },
  );

  it("tells what is still stored where it had no effect", async () => {
    api.faults.push({ effect: false, answer: json(500, {}) });
    const { isError, text } = await remove();
    expect(isError).toBe(true);
    expect(text).toMatch(/was not removed\. Stored now: .*username 1009/);
  });

  it("tells that something else has been stored since", async () => {
    api.onRequest = ({ path }) => {
      if (path.endsWith("/status")) api.stored = { ...OLD, username: "1002" };
    };
    api.stateOf = () => "NOT_FOUND";
    const { facts, text } = await remove();
    expect(facts).toMatchObject({ outcome: "still_stored", stored: { username: "1002" } });
    expect(facts).not.toHaveProperty("removed");
    expect(text).toMatch(
      /may have stored it since, or the removal had no effect[\s\S]*Stored now: .*username 1002/,
    );
  });
});

describe("a change that is answered as if the agent were not there, though it is", () => {
  it.each<[string, () => ReturnType<typeof remove>, string]>([
    ["remove_sip_registration", remove, "removed"],
    ["configure_sip_registration", configure, "stored"],
  ])("of %s is not reported as if it were not there", async (_tool, change, done) => {
    api.stored = { ...OLD };
    api.faults.push({ effect: false, answer: json(404, { error: "not found" }) });
    const { text, isError } = await change();
    expect(isError).toBe(true);
    expect(text).not.toMatch(/No such agent|list_telzino_agents/);
    expect(text).toContain("but it shows the agent when it is read");
    expect(text).toContain('The API said: "not found"');
    expect(text).toMatch(new RegExp(`was not ${done}\\. Stored now: .*username 1009`));
    expect(text).toContain("call get_sip_status");
  });

  it("is reported as it is where the agent is not there either", async () => {
    api.stored = { ...OLD };
    api.faults.push({ effect: false, answer: json(404, { error: "Agent not found" }) });
    const gone = json(404, { error: "Agent not found" });
    api.stub.script(`GET ${AGENT}`, json(200, { data: { id: AGENT_ID, sip_registration_data: OLD } }), gone);
    expect((await remove()).text).toContain("No such agent");
  });
});
