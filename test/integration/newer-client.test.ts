import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterEach, describe, expect, it } from "vitest";
import { CLI } from "../support/spawned.js";
import { type SpawnedHttp, spawnHttp } from "../support/spawned-http.js";

/** A client of the SDK's newer line, which speaks a newer revision of the protocol first. */

let client: Client;
let server: SpawnedHttp | undefined;
afterEach(async () => {
  await client.close();
  await server?.process.kill();
  server = undefined;
});

/** Lists, calls with progress asked for, and makes a mistake. */
async function tryOut(): Promise<void> {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain("configure_sip_registration");
  const result = await client.callTool({ name: "list_agents", arguments: {} }, { onprogress: () => {} });
  expect(JSON.stringify(result.structuredContent)).toContain("Front Desk");
  const wrong = await client.callTool({ name: "get_sip_status", arguments: { agentId: "none" } });
  expect(wrong.isError).toBe(true);
  expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0);
  const { contents } = await client.readResource({ uri: "telzino://states" });
  expect(contents).toHaveLength(1);
}

describe("a client of the newer SDK", () => {
  it("lists and calls over stdio", async () => {
    client = new Client({ name: "newer", version: "0" });
    const args = [CLI, "--sandbox"];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }));
    await tryOut();
  });

  it.each([[[]], [["--sessions"]]])("lists and calls over HTTP with %j", async (flags) => {
    server = await spawnHttp(["--no-auth", "--sandbox", ...flags]);
    client = new Client({ name: "newer", version: "0" });
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
    await tryOut();
  });
});
