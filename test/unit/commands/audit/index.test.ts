import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readState } from "../../../../src/audit/state-lines.js";
import type { AuditFlags } from "../../../../src/commands/audit/flags.js";
import { audit } from "../../../../src/commands/audit/index.js";
import { loadConfig } from "../../../../src/config/index.js";
import { type AgentsApi, agentId, agentsOnWire, serveAgents } from "../../../support/agents-api.js";

const FAST = { rate: "1000" };

let api: AgentsApi;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "audit-"));
});
afterEach(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

function sink(): { stream: Writable; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

async function run(flags: AuditFlags, signal = new AbortController().signal) {
  const [out, err] = [sink(), sink()];
  const config = loadConfig({ TELZINO_API_URL: api.url, TELZINO_ACCESS_TOKEN: "t0ken-of-the-account" });
  const io = { stdin: new PassThrough(), stdout: out.stream, stderr: err.stream };
  const code = await audit(config, io, { ...FAST, ...flags }, signal);
  return { code, text: out.text(), errors: err.text() };
}

interface Report {
  outcome: string;
  counts: Record<string, number>;
  resumed: number;
  causes: { cause: string; agents: string[] }[];
  hints: { hint: string; agents: string[] }[];
  agents: { id: string; standing: string; since?: string; cause?: string }[];
}

const statuses = () => api.requests.filter((request) => request.endsWith("/status")).length;

describe("audit", () => {
  it("prints who is not registered by cause, with exit code 1, and writes nothing to the platform", async () => {
    api = await serveAgents(agentsOnWire(250));
    api.states.set(agentId(3), "WRONG_CREDENTIALS_STATE").set(agentId(240), "WRONG_CREDENTIALS_STATE");
    const { code, text } = await run({});
    expect(code).toBe(1);
    expect(text).toContain("250 agents: 2 not registered, 248 registered.");
    expect(text).toMatch(
      /^1\. 2 agents on pbx\.example\.com: WRONG_CREDENTIALS_STATE, while 248 register there/m,
    );
    expect(text).toContain(`diagnose --agent-id ${agentId(3)}`);
    expect(text).toContain("- pbx.example.com: 248 of 250");
    expect(text).not.toContain("mulberry");
    expect(new Set(api.requests.map((request) => request.split(" ")[0]))).toEqual(new Set(["GET"]));
    expect(statuses()).toBe(250);
  });

  it("ends with 0 where no one is down", async () => {
    api = await serveAgents(agentsOnWire(3));
    expect((await run({})).code).toBe(0);
  });

  it("gives JSON and CSV, of problems alone where that is asked for", async () => {
    api = await serveAgents(
      agentsOnWire(5).map((agent, index) => ({
        ...agent,
        ...(index === 1 ? { name: '=1+"a",b' } : {}),
        ...(index === 2 ? { status: "inactive" } : {}),
      })),
    );
    api.states.set(agentId(1), "REGISTER_TIMEOUT_STATE");
    const whole = JSON.parse((await run({ json: true })).text) as Report;
    expect(whole).toMatchObject({ outcome: "down", counts: { down: 1, registered: 3, idle: 1 } });
    expect(whole.agents).toHaveLength(5);
    expect(whole.causes).toMatchObject([{ cause: "agents-alone", agents: [agentId(1)] }]);
    const { text } = await run({ csv: true, only: "problems" });
    const lines = text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`${agentId(1)},"'=1+""a"",b",down,REGISTER_TIMEOUT_STATE,`);
  });

  it("tells of a password that is the user where the API hands it out, and keeps none", async () => {
    api = await serveAgents(
      agentsOnWire(3).map((agent, index) => ({
        ...agent,
        sip_registration_data: {
          ...agent.sip_registration_data,
          ...(index === 1 ? { username: "reception", password: "reception" } : {}),
        },
      })),
    );
    const { hints } = JSON.parse((await run({ json: true })).text) as Report;
    expect(hints).toMatchObject([{ hint: "password-is-user", agents: [agentId(1)] }]);
    const { text } = await run({ state: join(folder, "audit.jsonl") });
    expect(text).toContain("1 agent with a SIP password equal to the user name");
    expect(await readFile(join(folder, "audit.jsonl"), "utf8")).not.toMatch(/"password"|mulberry/);
  });

  it("says of each doubtful agent why, where that differs", async () => {
    api = await serveAgents(agentsOnWire(3));
    api.states.set(agentId(0), "TOTALLY_NEW_STATE").set(agentId(1), "ANOTHER_NEW_STATE");
    const { code, text } = await run({});
    expect(code).toBe(0);
    expect(text).toMatch(/^ {3}- "Agent 0", .*, id 00000000-\S+: \S.*TOTALLY_NEW_STATE/m);
    expect(text).toMatch(/^ {3}- "Agent 1", .*, id 00000001-\S+: \S.*ANOTHER_NEW_STATE/m);
  });

  it.each(["-1", "+1", "@a", "\t=1"])(
    "has no cell that a spreadsheet takes for a formula: %j",
    async (name) => {
      api = await serveAgents(agentsOnWire(1).map((agent) => ({ ...agent, name })));
      const [, line = ""] = (await run({ csv: true })).text.split("\r\n");
      expect(line).toMatch(/^[^,]+,"?(?![-+@=\t])/);
    },
  );

  it("names eight agents of a cause, and says how many more there are", async () => {
    api = await serveAgents(agentsOnWire(11));
    for (let index = 0; index < 11; index += 1) api.states.set(agentId(index), "REGISTER_TIMEOUT_STATE");
    const { text } = await run({});
    expect(text.match(/^ {3}- "Agent/gm)).toHaveLength(8);
    expect(text).toContain("… and 3 more (use --json or --csv to list them)");
  });

  it("counts one as one", async () => {
    api = await serveAgents(agentsOnWire(1));
    expect((await run({})).text).toMatch(/^1 agent: 1 registered\. \(.*, 2 requests\)$/m);
  });

  it.each<[AuditFlags, string]>([
    [{ json: true, csv: true }, "use either --json or --csv, not both"],
    [{ only: "all" }, "the only value of --only is problems"],
    [{ rate: "fast" }, "--rate takes a number"],
    [{ patience: "0" }, "--patience takes seconds"],
  ])("refuses %j", async (flags, said) => {
    api = await serveAgents([]);
    const { code, errors } = await run(flags);
    expect(code).toBe(2);
    expect(errors).toContain(said);
    expect(api.requests).toEqual([]);
  });
});

describe("this machine's clock", () => {
  it.each([
    [-3 * 3_600_000, "This machine's clock is 3 h ahead of the API's"],
    [20 * 60_000, "This machine's clock is 20 min behind the API's"],
    [60_000, undefined],
  ])("is said to be wrong where the API's is off by minutes: %d ms", async (aheadMs, said) => {
    api = await serveAgents(agentsOnWire(2));
    api.aheadMs = aheadMs;
    const { text } = await run({});
    const { clock } = JSON.parse((await run({ json: true })).text);
    if (said === undefined) expect(`${text}${clock}`).not.toContain("This machine's clock");
    else expect([text, clock]).toEqual([expect.stringContaining(said), expect.stringContaining(said)]);
  });
});

describe("an API that is down", () => {
  it("is reported as that, and no agent is told to be down", async () => {
    api = await serveAgents(agentsOnWire(120));
    api.refuse = () => (statuses() > 40 ? { status: 503 } : undefined);
    const { code, text } = await run({ patience: "1" });
    expect(code).toBe(3);
    expect(text).toContain("The Telzino API became unreachable");
    expect(text).toMatch(/\d+ of 120 agents had been read\. The others may or may not be registered\./);
    expect(text).not.toContain("not registered");
  });

  it("from the start is told too", async () => {
    api = await serveAgents([]);
    api.refuse = () => ({ status: 500 });
    const { code, text } = await run({ patience: "1" });
    expect(code).toBe(3);
    expect(text).toContain("became unreachable");
  });

  it("and refuses credentials is not an outage", async () => {
    api = await serveAgents(agentsOnWire(3));
    api.refuse = () => ({ status: 401 });
    const { code, errors } = await run({});
    expect(code).toBe(3);
    expect(errors).toContain("does not accept this server's access token");
    expect(errors).toContain("No agent was read, so whether any is down is unknown.");
  });

  it("and asks for a longer wait than one has patience for is reported as that", async () => {
    api = await serveAgents(agentsOnWire(30));
    api.refuse = () => (statuses() > 20 ? { status: 429, retryAfter: 86_400 } : undefined);
    const { code, text } = await run({ patience: "2" });
    expect(code).toBe(3);
    expect(text).toMatch(
      /^The Telzino API accepts no more requests: .*\b429\b.*\d+ of 30 agents had been read\./m,
    );
    expect(text).not.toContain("out of reach");
  });

  it("and refuses the list is not an outage", async () => {
    api = await serveAgents(agentsOnWire(3));
    api.refuse = () => ({ status: 403 });
    const { code, text } = await run({});
    expect(code).toBe(3);
    expect(text).toContain("The Telzino API does not list the agents: The API answered 403");
    expect(text).toContain("0 agents: none was read.");
  });

  it("that limits the rate is read to the end", async () => {
    api = await serveAgents(agentsOnWire(60));
    let refused = 0;
    api.refuse = () => {
      refused += 1;
      return refused % 20 === 0 ? { status: 429, retryAfter: 0 } : undefined;
    };
    const { code, text } = await run({});
    expect(code).toBe(0);
    expect(text).toContain("60 agents: 60 registered.");
  });
});

describe("a list of agents that does not hold all of them", () => {
  const page = (data: unknown, more: object) => ({ data, pagination: { limit: 100, ...more } });

  it.each<[string, (asked: number) => unknown, string]>([
    [
      "that is the same page for ever",
      () => page(agentsOnWire(100), { page: 1, total: 250, hasNext: true }),
      "page 2 has only agents of pages before it, and says that more follow. 100 of 250 agents were listed.",
    ],
    [
      "that goes round, and tells no total",
      (asked) =>
        page(
          agentsOnWire(200)
            .slice((asked % 2) * 100)
            .slice(0, 100),
          { page: asked, hasNext: true },
        ),
      "page 3 has only agents of pages before it, and says that more follow. 200 agents were listed.",
    ],
    [
      "with an empty page in its midst",
      (asked) => page(asked === 2 ? [] : agentsOnWire(100), { page: asked, total: 250, hasNext: true }),
      "page 2 has no agent, and says that more follow. 100 of 250 agents were listed.",
    ],
    [
      "that ends early",
      () => page(agentsOnWire(100), { page: 1, total: 250, hasNext: false }),
      "The API listed 100 of 250 agents.",
    ],
    [
      "with entries that are no agents",
      () => page([...agentsOnWire(3), { name: "no id" }, null], { page: 1, total: 5, hasNext: false }),
      "The API listed 3 of 5 agents.",
    ],
  ])("%s is reported, and is no success", async (_what, listing, said) => {
    api = await serveAgents(agentsOnWire(250));
    api.answer = (request, url) =>
      request === "GET /v1/agents" ? listing(Number(url.searchParams.get("page"))) : undefined;
    const state = join(folder, "audit.jsonl");
    const { code, text } = await run({ state });
    expect(code).toBe(3);
    expect(text).toContain(`${said} The others may or may not be registered.`);
    expect(api.requests.length).toBeLessThan(210);
    // The next audit starts again: the list may be the same then.
    expect(await readdir(folder)).toEqual(["audit.jsonl"]);
    expect(JSON.parse((await run({ json: true })).text).gap).toContain(said);
  });

  it("says more than its total, and is whole anyway", async () => {
    api = await serveAgents(agentsOnWire(100));
    api.answer = (request, url) =>
      request === "GET /v1/agents" && url.searchParams.get("page") === "1"
        ? page(agentsOnWire(100), { page: 1, total: 100, hasNext: true })
        : undefined;
    const { code, text } = await run({});
    expect(code).toBe(0);
    expect(text).toContain("100 agents: 100 registered.");
  });
});

describe("the state file", () => {
  const state = () => join(folder, "audit.jsonl");

  it("lets an audit that was interrupted continue, also where a kill has cut the last line", async () => {
    api = await serveAgents(agentsOnWire(200));
    api.states.set(agentId(0), "REGISTER_TIMEOUT_STATE");
    const stop = new AbortController();
    api.refuse = () => {
      if (statuses() > 150) stop.abort(new Error("killed"));
      return undefined;
    };
    const first = await run({ state: state() }, stop.signal);
    expect(first.code).toBe(3);
    expect(first.errors).toContain("Run the same command to continue.");
    expect(await readdir(folder)).toEqual(["audit.jsonl.part"]);
    await appendFile(`${state()}.part`, '{"id":"cut');
    api.refuse = () => undefined;
    const before = statuses();
    const second = await run({ state: state(), json: true });
    const report = JSON.parse(second.text) as Report;
    expect(second.code).toBe(1);
    expect(report.counts).toMatchObject({ down: 1, registered: 199 });
    expect(report.resumed).toBeGreaterThan(100);
    expect(statuses() - before).toBe(200 - report.resumed);
    expect(await readdir(folder)).toEqual(["audit.jsonl"]);
    const kept = await readFile(state(), "utf8");
    expect(kept).not.toContain("mulberry");
    // The cut line takes none with it.
    expect(readState(kept)?.reads.size).toBe(200);
  });

  it("tells since when an agent has been seen in its state", async () => {
    api = await serveAgents(agentsOnWire(2));
    api.states.set(agentId(0), "REGISTER_TIMEOUT_STATE");
    await run({ state: state() });
    const kept = await readFile(state(), "utf8");
    // As if it had been an hour ago.
    await writeFile(
      state(),
      kept.replaceAll(/"since":(\d+)/g, (_, time) => `"since":${Number(time) - 3_600_000}`),
    );
    api.states.set(agentId(1), "REGISTER_TIMEOUT_STATE");
    const before = await readFile(state(), "utf8");
    expect((await run({ state: state() })).text).toMatch(/^ {3}Seen in that state since \d{4}-/m);
    await writeFile(state(), before);
    const { agents } = JSON.parse((await run({ state: state(), json: true })).text) as Report;
    // In the order in which their states were read.
    const sinceOf = (id: string) => Date.parse(agents.find((agent) => agent.id === id)?.since ?? "");
    expect(sinceOf(agentId(1)) - sinceOf(agentId(0))).toBeGreaterThanOrEqual(3_500_000);
  });

  it.each([
    ["hours ago", -7],
    ["by a clock that was hours ahead", 7],
  ])("is restarted behind an audit that was interrupted %s", async (_what, hours) => {
    api = await serveAgents(agentsOnWire(3));
    await run({ state: state() });
    const [head = "", ...lines] = (await readFile(state(), "utf8")).split("\n");
    const startedAt = Date.now() + hours * 3_600_000;
    await writeFile(
      `${state()}.part`,
      [JSON.stringify({ ...JSON.parse(head), startedAt }), ...lines].join("\n"),
    );
    expect(JSON.parse((await run({ state: state(), json: true })).text).resumed).toBe(0);
  });

  it("is not put in the place of an audit of another address", async () => {
    api = await serveAgents(agentsOnWire(2));
    await run({ state: state() });
    const kept = (await readFile(state(), "utf8")).replace(new URL(api.url).host, "api.example.com");
    await writeFile(state(), kept);
    const { code, errors } = await run({ state: state() });
    expect(code).toBe(2);
    expect(errors).toContain("it holds an audit of another API address");
    expect(await readFile(state(), "utf8")).toBe(kept);
  });

  it("is not put in the place of a file of something else", async () => {
    api = await serveAgents(agentsOnWire(2));
    await writeFile(state(), "my notes\n");
    const { code, errors } = await run({ state: state() });
    expect(code).toBe(2);
    expect(errors).toContain("it is not the state of an audit, and would be overwritten");
    expect(await readFile(state(), "utf8")).toBe("my notes\n");
    expect(api.requests).toEqual([]);
  });

  it.each([
    ["something else", () => "my notes\n", "audit.jsonl.part beside it is not an audit's file"],
    [
      "an interrupted audit of another address",
      () => `${JSON.stringify({ version: 1, api: "api.example.com", startedAt: Date.now() })}\n`,
      "it holds an interrupted audit of another API address",
    ],
  ])("is not begun where %s would be lost", async (_what, content, said) => {
    api = await serveAgents(agentsOnWire(2));
    const text = content();
    await writeFile(`${state()}.part`, text);
    const { code, errors } = await run({ state: state() });
    expect(code).toBe(2);
    expect(errors).toContain(said);
    expect(await readFile(`${state()}.part`, "utf8")).toBe(text);
    expect(api.requests).toEqual([]);
  });

  it("is begun anew over an interrupted audit of another address where that is asked for", async () => {
    api = await serveAgents(agentsOnWire(2));
    const head = { version: 1, api: "api.example.com", startedAt: Date.now() };
    await writeFile(`${state()}.part`, `${JSON.stringify(head)}\n`);
    expect((await run({ state: state(), fresh: true })).code).toBe(0);
    expect(await readdir(folder)).toEqual(["audit.jsonl"]);
  });

  it.each(["", '{"ver', '{"version":2,"api":"x"}\n'])(
    "is begun anew over a beginning that says nothing, or one of another version: %j",
    async (part) => {
      api = await serveAgents(agentsOnWire(2));
      await writeFile(`${state()}.part`, part);
      expect((await run({ state: state() })).code).toBe(0);
      expect(readState(await readFile(state(), "utf8"))?.reads.size).toBe(2);
    },
  );

  it("is of one audit at a time: another tells what it has read, and that it is not kept", async () => {
    api = await serveAgents(agentsOnWire(40));
    const both = await Promise.all([run({ state: state() }), run({ state: state() })]);
    expect(both.map(({ text }) => text.includes("40 agents: 40 registered."))).toEqual([true, true]);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 2]);
    expect(await readdir(folder)).toEqual(["audit.jsonl"]);
    expect(readState(await readFile(state(), "utf8"))?.reads.size).toBe(40);
  });

  it("that another audit begins anew in the midst is not taken for this one's", async () => {
    api = await serveAgents(agentsOnWire(40));
    let replacing: Promise<unknown> | undefined;
    api.refuse = () => {
      if (statuses() === 20) {
        replacing ??= rm(`${state()}.part`).then(() => writeFile(`${state()}.part`, "of the other"));
      }
      return undefined;
    };
    const { code, text, errors } = await run({ state: state() });
    await replacing;
    expect(code).toBe(2);
    expect(text).toContain("40 agents: 40 registered.");
    expect(errors).toContain("another audit has used it at the same time");
    expect(await readdir(folder)).toEqual(["audit.jsonl.part"]);
    expect(await readFile(`${state()}.part`, "utf8")).toBe("of the other");
  });

  it.each(["", " "])("needs a name: %j", async (name) => {
    api = await serveAgents(agentsOnWire(1));
    const { code, errors } = await run({ state: name });
    expect(code).toBe(2);
    expect(errors).toContain("--state takes the name of a file");
    expect(api.requests).toEqual([]);
  });
});
