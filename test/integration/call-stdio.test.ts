import { afterEach, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../support/agents.js";
import { SpawnedServer } from "../support/spawned.js";

let server: SpawnedServer;
afterEach(() => server.kill());

interface Result {
  structuredContent: Record<string, unknown>;
}

async function tool(name: string, args: object): Promise<Record<string, unknown>> {
  const result = (await server.request("tools/call", { name, arguments: args })) as unknown as Result;
  return result.structuredContent;
}

async function offered(args: string[], env: Record<string, string> = {}): Promise<string[]> {
  server = new SpawnedServer(args, env);
  await server.initialize();
  const { tools } = (await server.request("tools/list")) as { tools: { name: string }[] };
  return tools.map(({ name }) => name);
}

describe("test calls of the built server over stdio", () => {
  it("are offered where they are asked for, and not to who may only look", async () => {
    expect(await offered(["--sandbox"])).not.toContain("test_call");
    await server.kill();
    expect(await offered(["--sandbox"], { TELZINO_TEST_CALLS: "1", TELZINO_READ_ONLY: "1" })).not.toContain(
      "test_call",
    );
    await server.kill();
    expect(await offered([], { TELZINO_TEST_CALLS: "1" })).toContain("test_call");
  });

  it("prove a line of the sandbox by its second extension, with two calls of the tool", async () => {
    expect(await offered(["--sandbox", "--test-calls"])).toContain("test_call");
    const [, sipDomain = "", port = ""] = /sipDomain (\S+), port (\d+)/.exec(server.stderr) ?? [];
    const line = { sipDomain, port: Number(port), username: "1001", passwordSecret: "SANDBOX_1001" };
    const connected = await tool("configure_sip_registration", { agentId: FRONT_DESK, ...line });
    expect(connected.outcome).toBe("registered");
    const call = {
      agentId: FRONT_DESK,
      callerUsername: "1002",
      callerSecret: "SANDBOX_1002",
      echoCode: "*43",
    };
    const { outcome, confirm } = await tool("test_call", call);
    expect(outcome).toBe("to_confirm");
    expect(await tool("test_call", { ...call, confirm })).toMatchObject({
      outcome: "proven",
      legs: { here_to_pbx: "works", pbx_to_here: "works", agent_to_pbx: "works", pbx_to_agent: "works" },
    });
    expect(await tool("get_sip_status", { agentId: FRONT_DESK })).toHaveProperty("provenByCall");
  });
});
