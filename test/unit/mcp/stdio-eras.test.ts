import { once } from "node:events";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveStdio } from "../../../src/mcp/stdio.js";
import type { Services } from "../../../src/tools/core/context.js";
import { allTools } from "../../../src/tools/index.js";
import { hangingApi } from "../../support/hanging-api.js";
import { NEWER, newerMeta, servicesFor } from "../../support/mcp.js";

/** Which era of the protocol serves a connection over stdio, message by message. */

interface Message {
  id?: unknown;
  method?: string;
  params?: object;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: unknown };
}

let stdin: PassThrough;
let stdout: PassThrough;
let text: string;
let served: Promise<void>;

beforeEach(() => begin());
afterEach(async () => {
  stdin.end();
  await served;
});

function begin(services: Services = servicesFor()): void {
  stdin = new PassThrough();
  stdout = new PassThrough();
  text = "";
  stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  served = serveStdio(services, {}, { stdin, stdout });
}

/** Ends the server that each test begins with, and begins another. */
async function beginAgain(services: Services): Promise<void> {
  stdin.end();
  await served;
  begin(services);
}

const heard = (): Message[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Message);

/** All in one piece, as a client may send them that does not wait. */
function send(...messages: object[]): void {
  stdin.write(messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join(""));
}

async function answerTo(id: unknown): Promise<Message> {
  for (;;) {
    const answer = heard().find((message) => message.id === id && !("method" in message));
    if (answer) return answer;
    await once(stdout, "data");
  }
}

const newer = (id: number | string, method: string, params: object = {}, version: string = NEWER) => ({
  id,
  method,
  params: { ...params, _meta: newerMeta(version) },
});
const INITIALIZE = {
  id: "init",
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "0" } },
};

describe("a connection whose first request names its version by itself", () => {
  it("is of the newer era, and its answers come each once", async () => {
    send(newer(1, "server/discover"), newer(2, "tools/list"), newer(3, "prompts/list"));
    const [discovered, tools, prompts] = [await answerTo(1), await answerTo(2), await answerTo(3)];
    expect(discovered.result).toMatchObject({
      resultType: "complete",
      supportedVersions: [NEWER],
      capabilities: { tools: {}, prompts: {}, resources: { subscribe: true }, completions: {} },
      instructions: expect.stringContaining("Order of calls"),
      ttlMs: 300_000,
      cacheScope: "private",
    });
    expect(tools.result?.tools).toHaveLength(allTools().length);
    expect(prompts.result).toMatchObject({ ttlMs: 300_000, cacheScope: "private" });
    expect(heard()).toHaveLength(3);
  });

  it("needs no question before its first request", async () => {
    send(newer(1, "tools/list"));
    expect((await answerTo(1)).result?.tools).toHaveLength(allTools().length);
  });

  it("does not turn older after that", async () => {
    send(newer(1, "tools/list"), INITIALIZE);
    expect((await answerTo("init")).error).toMatchObject({ code: -32_022, data: { supported: [NEWER] } });
  });

  it("continues as an older one where it has asked and then initializes", async () => {
    send(
      newer(1, "server/discover"),
      INITIALIZE,
      { method: "notifications/initialized" },
      { id: 2, method: "ping" },
    );
    expect((await answerTo(1)).result).toMatchObject({ supportedVersions: [NEWER] });
    expect((await answerTo("init")).result).toMatchObject({ protocolVersion: "2025-11-25" });
    expect((await answerTo(2)).result).toEqual({});
    // What names a version is the older server's too from here on, also where it came at once.
    send(newer(3, "tools/list"));
    expect(Object.keys((await answerTo(3)).result ?? {})).toEqual(["tools"]);
  });

  it("continues as an older one for good", async () => {
    const cancel = { method: "notifications/cancelled", params: { requestId: 2 } };
    const { api, asked, aborted } = hangingApi();
    await beginAgain(servicesFor(api));
    const call = { id: 2, method: "tools/call", params: { name: "list_telzino_agents" } };
    send(newer(1, "server/discover"), INITIALIZE, call, newer(3, "tools/list"));
    await asked;
    expect(Object.keys((await answerTo(3)).result ?? {})).toEqual(["tools"]);
    send(cancel);
    await aborted;
  });

  it("initializes also where it has taken back its question", async () => {
    send(newer(1, "server/discover"), {
      method: "notifications/cancelled",
      params: { requestId: 1, _meta: newerMeta() },
    });
    send(INITIALIZE);
    expect((await answerTo("init")).result).toMatchObject({ protocolVersion: "2025-11-25" });
  });

  it.each(["server/discover", "tools/list"])(
    "is told what is served where %s names another version",
    async (method) => {
      send(newer(1, method, {}, "2099-01-01"), INITIALIZE);
      const { error } = await answerTo(1);
      expect(error).toMatchObject({ code: -32_022, data: { supported: [NEWER], requested: "2099-01-01" } });
      expect((await answerTo("init")).result).toMatchObject({ protocolVersion: "2025-11-25" });
    },
  );

  it("is told what its request lacks", async () => {
    const _meta = { "io.modelcontextprotocol/protocolVersion": NEWER };
    send({ id: 1, method: "tools/list", params: { _meta } });
    expect((await answerTo(1)).error).toMatchObject({
      code: -32_602,
      message: expect.stringContaining("io.modelcontextprotocol/clientCapabilities"),
    });
  });

  it("has its call cancelled when it says so, without an answer", async () => {
    const { api, asked, aborted } = hangingApi();
    await beginAgain(servicesFor(api));
    send(newer(1, "tools/call", { name: "list_telzino_agents" }));
    await asked;
    send({ method: "notifications/cancelled", params: { requestId: 1 } });
    await aborted;
    send(newer(2, "tools/list"));
    await answerTo(2);
    expect(heard().map(({ id }) => id)).toEqual([2]);
  });

  it("has its calls cancelled when it goes", async () => {
    const { api, asked, aborted } = hangingApi();
    await beginAgain(servicesFor(api));
    send(newer(1, "tools/call", { name: "list_telzino_agents" }));
    await asked;
    stdin.end();
    await aborted;
    await served;
  });

  it("is granted streams of changes of resources alone, so many at most", async () => {
    const notifications = { toolsListChanged: true, resourceSubscriptions: ["telzino://states"] };
    for (let id = 1; id <= 17; id += 1) send(newer(id, "subscriptions/listen", { notifications }));
    expect((await answerTo(17)).error?.code).toBe(-32_603);
    const granted = heard().filter(({ method }) => method === "notifications/subscriptions/acknowledged");
    expect(granted).toHaveLength(16);
    expect(granted[0]?.params).toMatchObject({
      notifications: { resourceSubscriptions: ["telzino://states"] },
    });
    expect(granted[0]?.params).not.toHaveProperty("notifications.toolsListChanged");
    // One that has ended makes room.
    send({ method: "notifications/cancelled", params: { requestId: 3, _meta: newerMeta() } });
    send(newer(18, "subscriptions/listen", { notifications }));
    await expect
      .poll(() => heard().filter(({ method }) => method?.endsWith("/acknowledged")))
      .toHaveLength(17);
  });

  it.each([
    ["a tool without a name that fits", { name: 5 }],
    ["a tool of a long name", { name: "x".repeat(100_000) }],
    ["arguments that are none", { name: "list_telzino_agents", arguments: "x".repeat(100_000) }],
  ])("says in a line what is wrong: %s", async (_what, params) => {
    send(newer(1, "tools/call", params));
    const { error } = await answerTo(1);
    expect(error?.code).toBe(-32_602);
    expect(error?.message).toMatch(/^[^\n]{1,500}$/);
    expect(error?.message).not.toMatch(/^MCP error/);
  });

  it("is told of a line that is not a message", async () => {
    send(newer(1, "server/discover"));
    await answerTo(1);
    stdin.write("{oops\n");
    expect((await answerTo(null)).error).toMatchObject({ code: -32_700 });
  });
});

describe("a connection whose first request does not", () => {
  it("is the older server's for good", async () => {
    send(INITIALIZE, newer(1, "tools/list"), newer(2, "server/discover"));
    expect((await answerTo("init")).result).toMatchObject({ protocolVersion: "2025-11-25" });
    expect(Object.keys((await answerTo(1)).result ?? {})).toEqual(["tools"]);
    expect((await answerTo(2)).error).toEqual({ code: -32_601, message: "Method not found" });
  });

  it("may ask for server/discover, as before", async () => {
    send({ id: 1, method: "server/discover" });
    expect((await answerTo(1)).error).toEqual({ code: -32_601, message: "Method not found" });
  });

  it("is not decided by a notification", async () => {
    send({ method: "notifications/initialized" }, newer(1, "tools/list"));
    expect((await answerTo(1)).result).toMatchObject({ resultType: "complete" });
  });
});
