import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OlderClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OlderStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OlderHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allTools } from "../../src/tools/index.js";
import { FRONT_DESK } from "../support/agents.js";
import { NEWER } from "../support/mcp.js";
import { CLI } from "../support/spawned.js";
import { type SpawnedHttp, spawnHttp } from "../support/spawned-http.js";

/** The clients of both SDKs, in each era that they speak, over each transport. */

const OLDER = "2025-11-25";
const STDIO = { command: process.execPath, args: [CLI, "--sandbox"], stderr: "ignore" as const };
const NAME = { name: "test", version: "0" };

type Connected = Pick<
  Client,
  | "listTools"
  | "callTool"
  | "listPrompts"
  | "getPrompt"
  | "listResources"
  | "listResourceTemplates"
  | "readResource"
  | "complete"
  | "getServerVersion"
  | "getInstructions"
>;

/** Everything that a client does with this server. */
async function tryOut(client: Connected, call: typeof client.callTool): Promise<void> {
  expect(client.getServerVersion()).toMatchObject({ name: "telzino-sip-mcp" });
  expect(client.getInstructions()).toContain("Order of calls");
  expect((await client.listTools()).tools).toHaveLength(allTools().length);
  expect((await client.listPrompts()).prompts).toHaveLength(3);
  expect((await client.listResources()).resources).toHaveLength(3);
  expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(3);
  const agents = await call({ name: "list_telzino_agents", arguments: {} });
  expect(JSON.stringify(agents.structuredContent)).toContain("Front Desk");
  const told: number[] = [];
  const dry = { agentId: FRONT_DESK, sipDomain: "127.0.0.1", username: "1001", password: "x-1", port: 9 };
  const stored = await call(
    { name: "configure_sip_registration", arguments: { ...dry, waitSeconds: 1 } },
    { onprogress: ({ progress }) => void told.push(progress) },
  );
  expect(stored.isError, JSON.stringify(stored)).toBeFalsy();
  expect(told.length).toBeGreaterThan(0);
  expect([...told].sort((left, right) => left - right)).toEqual(told);
  const wrong = await call({ name: "get_sip_status", arguments: { agentId: "none" } });
  expect(wrong.isError).toBe(true);
  await expect(call({ name: "no_such_tool" })).rejects.toThrow(/Unknown tool "no_such_tool"/);
  const { messages } = await client.getPrompt({ name: "setup_pbx", arguments: { pbx: "3cx" } });
  expect(JSON.stringify(messages)).toContain("3CX");
  await expect(client.getPrompt({ name: "no_such_prompt" })).rejects.toThrow(/Unknown prompt/);
  expect((await client.readResource({ uri: "telzino://states" })).contents).toHaveLength(1);
  await expect(client.readResource({ uri: "telzino://presets/3cxx" })).rejects.toThrow(/presets\/3cx\?/);
  const { completion } = await client.complete({
    ref: { type: "ref/prompt", name: "setup_pbx" },
    argument: { name: "pbx", value: "3c" },
  });
  expect(completion.values).toEqual(["3cx"]);
}

describe.each<[string, string[] | undefined]>([
  ["stdio", undefined],
  ["HTTP", []],
  ["HTTP with sessions", ["--sessions"]],
])("over %s", (_transport, flags) => {
  let server: SpawnedHttp | undefined;
  let close = async () => {};
  beforeEach(async () => {
    server = flags && (await spawnHttp(["--no-auth", "--sandbox", ...flags]));
  });
  afterEach(async () => {
    await close();
    await server?.process.kill();
  });

  it.each([
    ["legacy", OLDER],
    ["auto", NEWER],
    [{ pin: NEWER }, NEWER],
  ] as const)("the newer SDK's client in mode %j does everything", async (mode, version) => {
    const client = new Client(NAME, { versionNegotiation: { mode } });
    close = () => client.close();
    await client.connect(
      server ? new StreamableHTTPClientTransport(new URL(server.url)) : new StdioClientTransport(STDIO),
    );
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    await tryOut(client, (...given) => client.callTool(...given));
  });

  it("the older SDK's client does everything", async () => {
    const client = new OlderClient(NAME);
    close = () => client.close();
    const transport = server ? new OlderHttp(new URL(server.url)) : new OlderStdio(STDIO);
    await client.connect(transport as Transport);
    const call = ((params, options) =>
      client.callTool(params, undefined, options as never)) as Connected["callTool"];
    await tryOut(client as unknown as Connected, call);
  });
});
