import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder, madeToken } from "../../support/hosting.js";
import { BOTH, toolCall } from "../../support/http-front.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

/**
 * Others continue being served while the built server is sent the worst: told by the order in which calls end. How long
 * they wait is what bench/http/stall.mjs measures.
 */

const ATTACKERS = 16;
const MAX_LOG = 60_000;
/** One after the other: read by the event loop itself, the logs would let one of them in between two, and end first. */
const CHEAP_CALLS = 3 * ATTACKERS;

type Inputs = { WORST: Readonly<Record<string, (size: number) => string>> };
const { WORST }: Inputs = await import(String(new URL("../../../bench/logs/inputs.mjs", import.meta.url)));

let server: SpawnedHttp;
beforeAll(async () => {
  server = await spawnHttp(["--no-auth", "--sandbox", "--limit-calls", "100000"]);
});
afterAll(() => server?.process.kill());

async function post(body: string, to = server, token = ""): Promise<{ status: number; text: string }> {
  const headers = { ...BOTH, ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(to.url, { method: "POST", headers, body });
  return { status: answer.status, text: await answer.text() };
}

/** Sends a message many times at once, and cheap calls one after the other. @returns the attackers' answers, and how many had come when the last cheap call ended. */
async function attack(body: string) {
  let ended = 0;
  const attackers = Array.from({ length: ATTACKERS }, async () => {
    const answer = await post(body);
    ended += 1;
    return answer;
  });
  for (let call = 0; call < CHEAP_CALLS; call += 1) {
    expect((await post(toolCall("list_pbx_presets", { query: "3cx" }))).text).toContain("3CX");
  }
  const endedBefore = ended;
  return { endedBefore, answers: await Promise.all(attackers) };
}

describe("the built server", () => {
  it.runIf(process.platform === "linux")(
    "reads a long log in a thread of its own, and a short one without",
    async () => {
      const threads = () => readdirSync(`/proc/${server.process.child.pid}/task`).length;
      const call = (size: number) =>
        post(toolCall("explain_sip_log", { log: WORST["calls in short lines"]?.(size) ?? "" }));
      await call(1_000);
      const before = threads();
      await call(1_000);
      expect(threads()).toBe(before);
      await call(MAX_LOG);
      expect(threads()).toBe(before + 1);
    },
  );
});

describe("while 16 callers at once send it", () => {
  it.each([
    "REGISTERs of one Call-ID",
    "REGISTERs of one Call-ID, each answered",
    "REGISTERs, each with its own Call-ID and answered",
    "folded header lines",
    "calls in short lines",
    "names of JavaScript's own",
  ])("a log of %s, the server answers another caller's calls first", async (name) => {
    const log = WORST[name]?.(MAX_LOG) ?? "";
    expect(log.length).toBeGreaterThan(MAX_LOG * 0.9);
    const { endedBefore, answers } = await attack(toolCall("explain_sip_log", { log }));
    expect(endedBefore).toBeLessThan(ATTACKERS);
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      // A machine that has too much else to do stops the reading.
      expect(text).toMatch(/unknown and left out|Reading this log took too long/);
    }
  });

  const deep = `${"[".repeat(120_000)}${"]".repeat(120_000)}`;
  it.each([
    ["deep JSON", `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":${deep}}}`, 400],
    ["constructor", toolCall("list_telzino_agents", { constructor: { query: "x" } }), 200],
    ["a misnamed argument without end", toolCall("list_pbx_presets", { ["a".repeat(240_000)]: 1 }), 200],
    [
      "misnamed arguments without end",
      toolCall(
        "list_pbx_presets",
        Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [index, 1])),
      ),
      400,
    ],
    ["a query without end", toolCall("list_pbx_presets", { query: "a ".repeat(100_000) }), 200],
    ["a host without end", toolCall("configure_sip_registration", { sipDomain: "ä.".repeat(60_000) }), 200],
    ["a name of a tool without end", toolCall("a".repeat(240_000), {}), 200],
  ])("%s, each gets a short error, and the server lives", async (_name, body, status) => {
    const { answers } = await attack(body);
    for (const answer of answers) {
      expect(answer.status).toBe(status);
      expect(answer.text).toMatch(/"isError":true|"error":\{/);
      expect(answer.text.length).toBeLessThan(2_000);
    }
    expect(server.process.child.exitCode).toBeNull();
  });

  it("__proto__, each gets what it would get without", async () => {
    const call = (args: string) =>
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_telzino_agents","arguments":${args}}}`;
    const { answers } = await attack(call('{"__proto__":{"query":"front"}}'));
    const without = await post(call("{}"));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([without.text]));
  });
});

describe("while two callers of one tenant send as many of the worst logs as they may", () => {
  const folder = new Folder();
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) => madeToken(name)) as [Made, Made, Made];
  let shared: SpawnedHttp;
  beforeAll(async () => {
    const credentials = { clientId: "sandbox", clientSecretEnv: "SECRET" };
    const tenants = {
      acme: { credentials, tokens: [alice.entry, bob.entry] },
      globex: { credentials, tokens: [carol.entry] },
    };
    const file = folder.write("tenants.json", { tenants });
    const flags = ["--tenants", file, "--sandbox", "--limit-calls", "100000"];
    shared = await spawnHttp(flags, { SECRET: "sandbox-secret" });
  });
  afterAll(() => {
    shared?.process.kill();
    folder.remove();
  });

  const worst = WORST["REGISTERs of one Call-ID"] as (size: number) => string;
  const explain = (size: number, { token }: Made) =>
    post(toolCall("explain_sip_log", { log: worst(size) }), shared, token);
  const READ = "unknown and left out";

  it("another tenant's log is read", async () => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const theirs = [alice, bob].flatMap((who) =>
      Array.from({ length: 64 }, async () => {
        const { text } = await explain(MAX_LOG, who);
        begin();
        return text;
      }),
    );
    await begun;
    const own = await explain(MAX_LOG / 6, carol);
    const texts = await Promise.all(theirs);
    expect(own.text).toContain(READ);
    for (const text of texts.filter((text) => !text.includes(READ))) {
      expect(text).toMatch(
        /Too many of your logs are being read|reading too many logs|Reading this log took too long/,
      );
    }
  });
});

type Made = ReturnType<typeof madeToken>;
