import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { listPresets } from "../../../src/presets/index.js";
import { Secret } from "../../../src/redaction/secret.js";
import { LEFT_OUT } from "../../../src/redaction/secret-search.js";
import { untrusted } from "../../../src/redaction/untrusted.js";
import { TelzinoError } from "../../../src/telzino/errors.js";
import type { AgentPage } from "../../../src/telzino/types.js";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";
import { turnsDuring } from "../../support/turns.js";

const NAMES = Array.from({ length: 40 }, (_, index) => `Agent ${index}`);

let connected: ConnectedClient | undefined;
async function disconnect() {
  await connected?.close();
  connected = undefined;
}
afterEach(disconnect);

type ListAgents = ReturnType<typeof servicesFor>["api"]["listAgents"];

async function connect(listAgents?: ListAgents, more: Parameters<typeof servicesFor>[1] = {}) {
  const { api } = servicesFor();
  connected = await connectInProcess(servicesFor(listAgents ? { ...api, listAgents } : api, more));
  return connected.client;
}

async function ofPrompt(name: string, argument: string, value: string, listAgents?: ListAgents) {
  const client = connected?.client ?? (await connect(listAgents));
  const { completion } = await client.complete({
    ref: { type: "ref/prompt", name },
    argument: { name: argument, value },
  });
  return completion;
}

async function ofTemplate(uri: string, argument: string, value: string) {
  const client = connected?.client ?? (await connect());
  const { completion } = await client.complete({
    ref: { type: "ref/resource", uri },
    argument: { name: argument, value },
  });
  return completion.values;
}

/** `--expose-gc` has an effect on contexts that are made after it. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

function page(names: readonly string[], hasNext = false): AgentPage {
  const agents = names.map((name, index) => ({
    id: String(index),
    name: untrusted(name),
    registration: null,
  }));
  return { agents, page: 1, limit: 100, hasNext };
}

describe("a preset", () => {
  it("is completed from all ids, from their beginning, and from names that people use", async () => {
    expect((await ofPrompt("setup_pbx", "pbx", "")).values).toStrictEqual(listPresets().map(({ id }) => id));
    expect((await ofPrompt("setup_pbx", "pbx", "freep")).values.slice(0, 2)).toStrictEqual([
      "freepbx-pjsip",
      "freepbx-chan-sip",
    ]);
    expect((await ofPrompt("migrate_pbx", "from", "Sangoma")).values).toContain("freepbx-pjsip");
    expect((await ofPrompt("migrate_pbx", "to", "RingE")).values[0]).toBe("ringcentral");
    expect(await ofTemplate("telzino://presets/{id}", "id", "3")).toContain("3cx");
  });

  it("that no one knows is not completed", async () => {
    expect((await ofPrompt("setup_pbx", "pbx", "zzzz")).values).toStrictEqual([]);
  });
});

describe("a symptom", () => {
  it("is completed from codes and words", async () => {
    expect((await ofPrompt("troubleshoot_sip", "symptom", "40")).values.slice(0, 3)).toStrictEqual(
      expect.arrayContaining(["401", "403", "404"]),
    );
    expect((await ofPrompt("troubleshoot_sip", "symptom", "audio")).values[0]).toBe("one-way-audio");
    expect((await ofPrompt("troubleshoot_sip", "symptom", "cannot hear")).values).toContain("one-way-audio");
    expect((await ofPrompt("troubleshoot_sip", "symptom", "wrong_c")).values).toContain(
      "WRONG_CREDENTIALS_STATE",
    );
    expect(await ofTemplate("telzino://troubleshooting/{code}", "code", "wrong_c")).not.toContain(
      "WRONG_CREDENTIALS_STATE",
    );
    expect(await ofTemplate("telzino://troubleshooting/{code}", "code", "drops")).toStrictEqual(
      expect.arrayContaining(["drops-after-32-s", "drops-after-15-min"]),
    );
  });
});

describe("an agent's name", () => {
  it("is completed from the API, over its pages, once for all letters typed", async () => {
    let calls = 0;
    const listAgents: ListAgents = async ({ page: number }) => {
      calls += 1;
      return number === 1 ? page(["Front Desk", "Front Desk", "After Hours"], true) : page(["Late Front"]);
    };
    expect((await ofPrompt("setup_pbx", "agent", "fr", listAgents)).values).toStrictEqual([
      "Front Desk",
      "Late Front",
    ]);
    expect((await ofPrompt("setup_pbx", "agent", "after", listAgents)).values).toStrictEqual(["After Hours"]);
    expect(calls).toBe(2);
  });

  it("is asked for again after 30 seconds, so a new agent is found", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const names = ["Front Desk"];
      const listAgents: ListAgents = async () => page(names);
      expect((await ofPrompt("setup_pbx", "agent", "", listAgents)).values).toStrictEqual(["Front Desk"]);
      names.push("After Hours");
      vi.advanceTimersByTime(29_999);
      expect((await ofPrompt("setup_pbx", "agent", "")).values).toStrictEqual(["Front Desk"]);
      vi.advanceTimersByTime(1);
      expect((await ofPrompt("setup_pbx", "agent", "")).values).toStrictEqual(["Front Desk", "After Hours"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is kept for all servers over the same services, and for those alone", async () => {
    let calls = 0;
    const answering = (name: string) => {
      const listAgents: ListAgents = async () => {
        calls += 1;
        return page([name]);
      };
      return servicesFor({ ...servicesFor().api, listAgents });
    };
    const [own, others] = [answering("Front Desk"), answering("Night Desk")];
    const seen: string[] = [];
    for (const services of [own, { ...own }, others]) {
      connected = await connectInProcess(services);
      seen.push(...(await ofPrompt("setup_pbx", "agent", "")).values);
      await disconnect();
    }
    expect(seen).toStrictEqual(["Front Desk", "Front Desk", "Night Desk"]);
    expect(calls).toBe(2);
  });

  it("is shown in one line, cut, and without invisible characters", async () => {
    const values = (
      await ofPrompt("setup_pbx", "agent", "", async () => page([`A\u202E\n${"x".repeat(500)}`]))
    ).values;
    expect(values).toHaveLength(1);
    expect(values[0]).toMatch(/^A x+…$/);
    expect(values[0]?.length).toBeLessThanOrEqual(100);
  });

  it("is left out where it holds the stored password of any agent that came with it", async () => {
    const names = ["Desk tulip-rocket-482913", "Front Desk"];
    const password = new Secret("tulip-rocket-482913");
    const { agents, ...rest } = page(names);
    const listAgents: ListAgents = async () => ({
      ...rest,
      agents: agents.map((agent, index) => (index === 1 ? { ...agent, registration: { password } } : agent)),
    });
    expect((await ofPrompt("setup_pbx", "agent", "", listAgents)).values).toStrictEqual([
      LEFT_OUT,
      "Front Desk",
    ]);
  });

  it("takes a turn of the event loop where looking at it takes long", async () => {
    const asked = await turnsDuring(() => ofPrompt("setup_pbx", "agent", "", async () => page(NAMES)));
    // The first may have what is left of the turn of who came before.
    expect(asked).toBeGreaterThanOrEqual(NAMES.length - 1);
  });

  it("is never an error: without credentials, with an API that fails, or one that does not answer", async () => {
    expect((await ofPrompt("setup_pbx", "agent", "f")).values).toStrictEqual([]);
    await disconnect();
    const failing = () => Promise.reject(new TelzinoError("server_error", "no"));
    expect((await ofPrompt("setup_pbx", "agent", "f", failing)).values).toStrictEqual([]);
    await disconnect();
    const silent: ListAgents = (_query, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        // What nothing but a timer holds is gone before it fires.
        setImmediate(collectGarbage);
      });
    expect((await ofPrompt("setup_pbx", "agent", "f", silent)).values).toStrictEqual([]);
  });

  it("leads to its id for the address of its registration, as the beginning of an id does", async () => {
    const ids = ["aaaaaaaa-1111-4111-8111-111111111111", "BBBBBBBB-1111-4111-8111-111111111111", "no-id"];
    const agents = ids.map((id, index) => ({
      ...{ id, name: untrusted(`Desk ${index}`, { from: "api" }), registration: null },
    }));
    await connect(async () => ({ agents, page: 1, limit: 100, hasNext: false }));
    const values = (typed: string) => ofTemplate("telzino://agents/{id}/registration", "id", typed);
    const [first, second = ""] = ids;
    expect(await values("")).toEqual([first, second.toLowerCase()]);
    expect(await values("bbbb")).toEqual([second.toLowerCase()]);
    expect(await values("desk 0")).toEqual([first]);
  });

  it("is not asked for where one agent is bound", async () => {
    let calls = 0;
    const listAgents: ListAgents = async () => {
      calls += 1;
      return page(["Front Desk"]);
    };
    await connect(listAgents, { boundAgentId: "11111111-1111-4111-8111-111111111111" });
    expect((await ofPrompt("setup_pbx", "agent", "f")).values).toStrictEqual([]);
    expect(calls).toBe(0);
  });

  it("comes a hundred at a time, with the number of all", async () => {
    const names = Array.from({ length: 130 }, (_, index) => `Agent ${index}`);
    const { values, total, hasMore } = await ofPrompt("setup_pbx", "agent", "agent", async () => page(names));
    expect([values.length, total, hasMore]).toStrictEqual([100, 130, true]);
  });
});

describe("what cannot be completed", () => {
  it("gives no values and no error", async () => {
    expect((await ofPrompt("setup_pbx", "colour", "b")).values).toStrictEqual([]);
    expect((await ofPrompt("no_such_prompt", "constructor", "b")).values).toStrictEqual([]);
    expect(await ofTemplate("telzino://agents/{id}", "id", "b")).toStrictEqual([]);
  });
});
