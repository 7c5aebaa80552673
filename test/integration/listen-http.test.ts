import { Client, type McpSubscription, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AgentsApi, agentId, agentsOnWire, serveAgents } from "../support/agents-api.js";
import { newerRequest, send } from "../support/http-front.js";
import { NEWER } from "../support/mcp.js";
import { type SpawnedHttp, spawnHttp } from "../support/spawned-http.js";

/** Streams of changes (`subscriptions/listen`) from the built hosted server, with the newer SDK's client. */

const WATCHED = `telzino://agents/${agentId(1)}/registration`;
const NOBODY = `telzino://agents/${agentId(9)}/registration`;

let api: AgentsApi;
let server: SpawnedHttp | undefined;
const closing: (() => Promise<unknown> | undefined)[] = [];
beforeEach(async () => {
  api = await serveAgents(agentsOnWire(3));
  closing.push(() => api.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(...flags: string[]): Promise<SpawnedHttp> {
  const env = { TELZINO_API_URL: api.url, TELZINO_ACCESS_TOKEN: "t0ken-of-the-account" };
  server = await spawnHttp(["--no-auth", ...flags], env);
  const { process } = server;
  closing.push(() => process.kill());
  return server;
}

async function connected(url: string) {
  const client = new Client({ name: "test", version: "0" }, { versionNegotiation: { mode: { pin: NEWER } } });
  const told: string[] = [];
  client.setNotificationHandler(
    "notifications/resources/updated",
    ({ params }) => void told.push(params.uri),
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  closing.push(() => client.close());
  const listen = (...uris: string[]): Promise<McpSubscription> =>
    client.listen({ resourceSubscriptions: uris });
  return { client, told, listen };
}

const statuses = () => api.requests.filter((request) => request.endsWith("/status")).length;

describe("a stream of changes over HTTP", () => {
  it.each([[[]], [["--sessions"]]])(
    "tells of a change, and nothing unasked, with flags %j",
    async (flags) => {
      const { client, told, listen } = await connected((await started(...flags)).url);
      expect(client.getServerCapabilities()?.resources).toEqual({ subscribe: true });
      const stream = await listen(WATCHED, "telzino://presets/3cx");
      expect(stream.honoredFilter.resourceSubscriptions).toEqual([WATCHED, "telzino://presets/3cx"]);
      expect(statuses()).toBe(1);
      api.states.set(agentId(1), "REGISTER_TIMEOUT_STATE");
      api.states.set(agentId(2), "REGISTER_TIMEOUT_STATE");
      await expect.poll(() => told, { timeout: 30_000 }).toEqual([WATCHED]);
      expect(api.requests.filter((request) => request.includes(agentId(2)))).toEqual([]);
      const { contents } = await client.readResource({ uri: WATCHED });
      expect(JSON.stringify(contents)).toContain("problem");
    },
  );

  it("is refused as a whole for an agent that the account does not have, and counted no more", async () => {
    const { listen } = await connected((await started("--max-calls", "1")).url);
    await expect(listen(WATCHED, NOBODY)).rejects.toThrow(/no such agent/);
    await expect(listen("telzino://none")).rejects.toThrow(/No resource/);
    await expect.poll(() => listen(WATCHED).then(() => "open", String)).toBe("open");
  });

  it("takes none of the places for calls, and as many are open as calls may run", async () => {
    const { client, listen } = await connected((await started("--max-calls", "2")).url);
    const [first] = [await listen(WATCHED), await listen(WATCHED)];
    await expect(listen(WATCHED)).rejects.toThrow(/Too many open streams of yours/);
    expect((await client.callTool({ name: "list_telzino_agents" })).isError).toBeFalsy();
    await first.close();
    await expect.poll(() => listen(WATCHED).then(() => "open", String)).toBe("open");
  });

  it("ends with its client, and then nothing is read any more", async () => {
    const { process, url, log } = await started("--log-level", "info");
    const { listen } = await connected(url);
    const stream = await listen(WATCHED);
    await stream.close();
    await expect
      .poll(() => log().filter(({ rpc }) => rpc === "subscriptions/listen"))
      .toEqual([expect.objectContaining({ status: 200, unfinished: true })]);
    process.child.kill("SIGTERM");
    await expect.poll(() => process.child.exitCode).toBe(0);
    expect(statuses()).toBe(1);
  });

  it("ends with a result when the server stops, which does not wait for it", async () => {
    const { process, url, log } = await started("--grace-seconds", "600");
    const { listen } = await connected(url);
    const stream = await listen(WATCHED);
    process.child.kill("SIGTERM");
    expect(await stream.closed).toBe("graceful");
    await expect.poll(() => process.child.exitCode, { timeout: 30_000 }).toBe(0);
    expect(log().find(({ message }) => message === "stopping")).toMatchObject({ running: 0 });
  });

  it("counts as a message among those of a minute", async () => {
    const { url } = await started("--limit-calls", "2");
    const port = Number(new URL(url).port);
    const listen = newerRequest("subscriptions/listen", { notifications: {} });
    const answers = [await send(port, listen), await send(port, listen), await send(port, listen)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  });
});
