import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AgentsApi, agentId, agentsOnWire, serveAgents } from "../support/agents-api.js";
import { NEWER, newerMeta } from "../support/mcp.js";
import { CLI, SpawnedServer } from "../support/spawned.js";
import { spawnHttp } from "../support/spawned-http.js";

/** An agent's registration as a resource, with real clients and servers. */

const WATCHED = `telzino://agents/${agentId(1)}/registration`;
const NOBODY = `telzino://agents/${agentId(9)}/registration`;
const PRESET = "telzino://presets/3cx";

let api: AgentsApi;
let env: Record<string, string>;
const closing: (() => Promise<unknown> | undefined)[] = [];
beforeEach(async () => {
  api = await serveAgents(agentsOnWire(3));
  env = { TELZINO_API_URL: api.url, TELZINO_ACCESS_TOKEN: "t0ken-of-the-account" };
  closing.push(() => api.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function connect(transport: Transport) {
  const client = new Client({ name: "test", version: "0" });
  const told: string[] = [];
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }) => void told.push(params.uri),
  );
  await client.connect(transport);
  closing.push(() => client.close());
  return { client, told };
}

function overStdio() {
  const { PATH = "" } = process.env;
  return connect(
    new StdioClientTransport({
      ...{ command: process.execPath, args: [CLI, "--read-only"], stderr: "ignore" },
      env: { PATH, ...env },
    }) as Transport,
  );
}

async function overHttp(...flags: string[]) {
  const { process: server, url } = await spawnHttp(["--no-auth", ...flags], env);
  closing.push(() => server.kill());
  return connect(new StreamableHTTPClientTransport(new URL(url)) as Transport);
}

async function registration(client: Client): Promise<Record<string, unknown>> {
  const { contents } = await client.readResource({ uri: WATCHED });
  const [content] = contents;
  expect(content).toMatchObject({ uri: WATCHED, mimeType: "application/json" });
  const text = content && "text" in content ? content.text : "";
  expect(text).not.toContain("mulberry");
  return JSON.parse(text);
}

const statuses = () => api.requests.filter((request) => request.endsWith("/status")).length;

describe("an agent's registration as a resource", () => {
  it("is told to have changed over stdio, in a session, and to a client of the newer era", async () => {
    const [stdio, session] = [await overStdio(), await overHttp("--sessions")];
    for (const { client } of [stdio, session]) {
      expect(client.getServerCapabilities()?.resources).toEqual({ subscribe: true });
      expect(await registration(client)).toMatchObject({ agentId: agentId(1), outcome: "proven" });
      await client.subscribeResource({ uri: WATCHED });
      await client.subscribeResource({ uri: PRESET });
    }
    const newer = new SpawnedServer([], env);
    closing.push(() => newer.kill());
    const _meta = newerMeta(NEWER);
    await newer.request("tools/list", { _meta });
    const listen = { _meta, notifications: { resourceSubscriptions: [WATCHED, NOBODY] } };
    newer.send({ jsonrpc: "2.0", id: "stream", method: "subscriptions/listen", params: listen });
    const { params } = await newer.heard("notifications/subscriptions/acknowledged");
    expect(params.notifications).toEqual({ resourceSubscriptions: [WATCHED, NOBODY] });
    // From which on a change is one: each has read the status.
    await expect.poll(statuses).toBeGreaterThanOrEqual(2 * 2 + 2);
    api.states.set(agentId(1), "REGISTER_TIMEOUT_STATE");
    await expect.poll(() => [stdio.told, session.told], { timeout: 50_000 }).toEqual([[WATCHED], [WATCHED]]);
    const updated = await newer.heard("notifications/resources/updated");
    expect(updated.params).toMatchObject({
      uri: WATCHED,
      _meta: { "io.modelcontextprotocol/subscriptionId": "stream" },
    });
    expect(await registration(stdio.client)).toMatchObject({ outcome: "problem" });
    expect(new Set(api.requests.map((request) => request.split(" ")[0]))).toEqual(new Set(["GET"]));
  });

  it("cannot be subscribed to where no connection lasts, and can be read", async () => {
    const { client } = await overHttp();
    expect(client.getServerCapabilities()?.resources).toEqual({});
    expect(await registration(client)).toMatchObject({ outcome: "proven" });
    await expect(
      client.request(
        { method: "resources/subscribe", params: { uri: WATCHED } },
        ResourceUpdatedNotificationSchema as never,
      ),
    ).rejects.toThrow(/Method not found/);
  });

  it("is only there for agents that the account has, and with a bound agent for that alone", async () => {
    const { client } = await overStdio();
    for (const uri of [NOBODY, "telzino://agents/front-desk/registration"]) {
      await expect(client.readResource({ uri })).rejects.toThrow(/No resource|no such agent/);
      await expect(client.subscribeResource({ uri })).rejects.toThrow(/No resource|no such agent/);
    }
    env.TELZINO_AGENT_ID = agentId(2);
    const before = api.requests.length;
    const bound = await overStdio();
    await expect(bound.client.readResource({ uri: WATCHED })).rejects.toThrow(/no such agent/);
    await expect(bound.client.subscribeResource({ uri: WATCHED })).rejects.toThrow(/no such agent/);
    expect(api.requests).toHaveLength(before);
    const own = await bound.client.readResource({ uri: WATCHED.replace(agentId(1), agentId(2)) });
    expect(JSON.stringify(own.contents)).toContain(agentId(2));
  });
});
