import { afterEach, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../support/agents.js";
import { SpawnedServer } from "../support/spawned.js";

const TOOLS = [
  "list_telzino_agents",
  "list_pbx_presets",
  "pbx_setup_guide",
  "configure_sip_registration",
  "get_sip_status",
  "watch_test_call",
  "diagnose_sip_registration",
  "explain_sip_log",
  "remove_sip_registration",
];

let server: SpawnedServer;
afterEach(() => server.kill());

async function started(args: string[] = [], env: Record<string, string> = {}): Promise<SpawnedServer> {
  server = new SpawnedServer(args, env);
  await server.initialize();
  return server;
}

async function toolNames(): Promise<string[]> {
  const { tools } = (await server.request("tools/list")) as { tools: { name: string }[] };
  return tools.map(({ name }) => name);
}

/** Host and port of the sandbox's PBX, as the server tells them on stderr. */
function pbx(): { sipDomain: string; port: number } {
  const [, sipDomain = "", port = ""] = /sipDomain (\S+), port (\d+)/.exec(server.stderr) ?? [];
  return { sipDomain, port: Number(port) };
}

describe("the built server over stdio", () => {
  it("does the main job on the sandbox, and writes nothing but JSON-RPC to stdout", async () => {
    await started(["--sandbox", "--log-level", "trace"]);
    const line = { agentId: FRONT_DESK, ...pbx(), username: "1001" };
    const wrong = await server.callTool("configure_sip_registration", { ...line, password: "demo-1010" });
    expect(wrong.facts).toMatchObject({ outcome: "failed", status: { state: "WRONG_CREDENTIALS_STATE" } });
    const right = await server.callTool("configure_sip_registration", { ...line, password: "demo-1001" });
    expect(right.facts).toMatchObject({ outcome: "registered" });
    expect(server.messages().every((message) => message.jsonrpc === "2.0")).toBe(true);
    server.child.stdin.end();
    expect(await server.ended()).toBe(0);
    expect(server.stdout.endsWith("\n")).toBe(true);
  });

  it.each([
    [[], {}, TOOLS],
    [["--read-only"], {}, TOOLS.filter((name) => !/configure|remove/.test(name))],
    [[], { TELZINO_READ_ONLY: "1" }, TOOLS.filter((name) => !/configure|remove/.test(name))],
    [["--agent-id", FRONT_DESK], {}, TOOLS],
    [["--sandbox"], {}, TOOLS],
  ])("with %j and %j has exactly its tools", async (args, env, names) => {
    await started(args, env);
    expect(await toolNames()).toStrictEqual(names);
  });

  it("starts without credentials, and says what to set when a tool needs them", async () => {
    await started();
    const answer = await server.callTool("get_sip_status", { agentId: FRONT_DESK });
    expect(answer).toMatchObject({ isError: true });
    expect(answer.text).toMatch(/TELZINO_CLIENT_ID/);
  });

  it("says on stderr and in its instructions what the sandbox holds", async () => {
    server = new SpawnedServer(["--sandbox"]);
    const { instructions } = await server.initialize();
    for (const text of [String(instructions), server.stderr]) {
      expect(text).toContain(`Front Desk  ${FRONT_DESK}`);
      expect(text).toMatch(/1001 \/ demo-1001/);
      expect(text).toMatch(/Legacy Vida/);
    }
  });

  it("takes the sandbox's ports as they are asked for", async () => {
    const probe = await started(["--sandbox"]);
    const { port } = pbx();
    probe.child.stdin.end();
    await probe.ended();
    await started(["--sandbox", "--sandbox-sip-port", String(port)]);
    expect(pbx().port).toBe(port);
  });
});

describe("the built server answers a line that is not a message, and continues", () => {
  const NO_ID = "with a text or a whole number as id";
  it.each<[string, string, unknown, number, string]>([
    ["no JSON", "{oops", null, -32_700, "not JSON"],
    ["a batch", '[{"jsonrpc":"2.0","id":7,"method":"ping"}]', null, -32_600, "Batches are not taken"],
    ["id null", '{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32_600, NO_ID],
    ["a broken id", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 1.5, -32_600, NO_ID],
    ["an id that is too large", `{"jsonrpc":"2.0","id":${2 ** 60},"method":"ping"}`, 2 ** 60, -32_600, NO_ID],
    ["another version", '{"jsonrpc":"1.0","id":"a","method":"ping"}', "a", -32_600, NO_ID],
    ["a broken answer", '{"jsonrpc":"2.0","id":1,"result":5}', null, -32_600, NO_ID],
    ["a number", "5", null, -32_600, "not a JSON-RPC message"],
    ["a line of 11 MiB", "x".repeat(11 * 1_048_576), null, -32_600, "more than 10 MiB"],
    ["two chunks of one", `${" ".repeat(300_000)}{`, null, -32_700, "not JSON"],
  ])("%s", async (_what, line, id, code, words) => {
    await started();
    server.child.stdin.write(`${line}\n\r\n`);
    expect(await toolNames()).toEqual(TOOLS);
    const errors = server.messages().filter((message) => "error" in message);
    const error = { code, message: expect.stringContaining(words) };
    expect(errors).toEqual([{ jsonrpc: "2.0", id, error }]);
    expect(server.stderr).toContain(words);
  });

  it("takes a message of many chunks, and one that ends with CR LF", async () => {
    await started();
    const filled = {
      jsonrpc: "2.0",
      id: "large",
      method: "ping",
      params: { _meta: { x: "é".repeat(400_000) } },
    };
    server.child.stdin.write(`${JSON.stringify(filled)}\r\n`);
    await toolNames();
    expect(server.messages()).toContainEqual({ jsonrpc: "2.0", id: "large", result: {} });
  });
});

describe("the built server ends", () => {
  it("with code 0 when its stdin ends", async () => {
    await started();
    server.child.stdin.end();
    expect(await server.ended()).toBe(0);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("with code 0 on %s, in the middle of a call", async (signal) => {
    await started(["--sandbox"]);
    const call = server.callTool("configure_sip_registration", {
      agentId: FRONT_DESK,
      sipDomain: "127.0.0.1",
      port: 9,
      username: "1001",
      password: "demo-1001",
    });
    setTimeout(() => server.child.kill(signal), 500);
    await Promise.allSettled([call, server.ended()]);
    expect(await server.ended()).toBe(0);
  });

  it("when no one reads its stdout any more", async () => {
    await started(["--sandbox"]);
    server.child.stdout.destroy();
    server.send({ jsonrpc: "2.0", id: 99, method: "tools/list" });
    expect(await server.ended()).toBe(0);
  });
});
