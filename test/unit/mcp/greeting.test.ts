import { once } from "node:events";
import { PassThrough } from "node:stream";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, describe, expect, it } from "vitest";
import { once as onlyOnce } from "../../../src/base/once.js";
import { present } from "../../../src/base/present.js";
import { GREETED_VERSIONS, Greeting } from "../../../src/mcp/greeting.js";
import { type HandlerOptions, handlersOf } from "../../../src/mcp/handlers.js";
import { createServer } from "../../../src/mcp/server.js";
import { serveStdio } from "../../../src/mcp/stdio.js";
import { servicesFor } from "../../support/mcp.js";

/** What a client of the older era asks first is answered without the SDK, and as the SDK would. */

const services = servicesFor();
const LASTING = { lasts: true };
const clientInfo = { name: "test", version: "0" };
const initialize = (params: object = {}): JSONRPCMessage => ({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo, ...params },
});
const request = (id: string | number, method: string, params?: object) =>
  ({ jsonrpc: "2.0", id, method, ...(params ? { params } : {}) }) as JSONRPCMessage;

/** The answer of the greeting; undefined where it leaves the message to the SDK. */
async function greeted(message: JSONRPCMessage): Promise<JSONRPCMessage | undefined> {
  return new Promise((resolve) => {
    const greeting = new Greeting(handlersOf(services, LASTING), resolve);
    if (!greeting.take(message)) resolve(undefined);
  });
}

/** The answer of the SDK's server. */
async function answered(message: JSONRPCMessage): Promise<JSONRPCMessage> {
  const [client, own] = InMemoryTransport.createLinkedPair();
  const server = createServer(services, LASTING);
  await server.connect(own);
  const answer = new Promise<JSONRPCMessage>((resolve) => {
    client.onmessage = resolve;
  });
  await client.start();
  await client.send(message);
  const heard = await answer;
  await server.close();
  return heard;
}

describe("the greeting", () => {
  it("knows the versions that the SDK knows", () => {
    expect(GREETED_VERSIONS).toEqual(SUPPORTED_PROTOCOL_VERSIONS);
  });

  it.each<[string, JSONRPCMessage]>([
    ...SUPPORTED_PROTOCOL_VERSIONS.map((protocolVersion): [string, JSONRPCMessage] => [
      `initialize of ${protocolVersion}`,
      initialize({ protocolVersion }),
    ]),
    [
      "initialize with capabilities",
      initialize({ capabilities: { elicitation: { url: {}, form: {} }, roots: { listChanged: true } } }),
    ],
    ["initialize under a text as id", { ...initialize(), id: "first" } as JSONRPCMessage],
    ["tools/list", request(2, "tools/list")],
    ["tools/list with empty params", request(2, "tools/list", {})],
    ["ping", request("p", "ping")],
  ])("answers %s as the SDK does", async (_name, message) => {
    expect(await greeted(message)).toEqual(await answered(message));
  });

  it.each<[string, JSONRPCMessage]>([
    ["another version", initialize({ protocolVersion: "2024-01-01" })],
    ["no version", initialize({ protocolVersion: undefined })],
    ["no capabilities", initialize({ capabilities: undefined })],
    ["a client without a name", initialize({ clientInfo: { version: "0" } })],
    ["metadata", initialize({ _meta: { progressToken: 1 } })],
    ["a further page of tools", request(2, "tools/list", { cursor: "2" })],
    ["a call", request(2, "tools/call", { name: "list_pbx_presets" })],
    ["an unknown method", request(2, "tools/lists")],
    ["a cancellation", { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } }],
  ])("leaves to the SDK %s", async (_name, message) => {
    expect(await greeted(message)).toBeUndefined();
  });
});

describe("a connection after its greeting", () => {
  let stdin: PassThrough;
  let stdout: PassThrough;
  let served: Promise<void>;
  let text = "";

  /** The embedded sandbox of the server, where it has one. */
  let sandbox: HandlerOptions["sandbox"];

  function begin(...messages: JSONRPCMessage[]): void {
    [stdin, stdout, text] = [new PassThrough(), new PassThrough(), ""];
    stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    served = serveStdio(services, present({ sandbox }), { stdin, stdout });
    send(...messages);
  }

  const send = (...messages: JSONRPCMessage[]) =>
    stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
  const heard = () =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));

  async function answers(count: number): Promise<Record<string, unknown>[]> {
    while (heard().length < count) await once(stdout, "data");
    return heard();
  }

  afterEach(async () => {
    stdin.end();
    await served;
    sandbox = undefined;
  });

  it("does not wait for the sandbox: that starts after the list of the tools, and only calls wait", async () => {
    const events: string[] = [];
    let ready = () => {};
    const starting = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const start = onlyOnce(async () => {
      events.push(`started after ${heard().length} answers`);
      await starting;
    });
    sandbox = { description: "SANDBOX", start };
    begin(initialize(), request(2, "prompts/list"));
    await answers(2);
    expect(events).toEqual([]);
    send(request(3, "tools/list"));
    await answers(3);
    await expect.poll(() => events).toEqual(["started after 3 answers"]);
    send(
      request(4, "tools/call", { name: "list_pbx_presets", arguments: {} }),
      request(5, "resources/list"),
      request(6, "ping"),
    );
    expect((await answers(5)).map(({ id }) => id)).toEqual([1, 2, 3, 5, 6]);
    ready();
    expect((await answers(6)).at(-1)).toMatchObject({ id: 4, result: { content: expect.any(Array) } });
    expect(events).toHaveLength(1);
  });

  it("ends where the sandbox cannot start", async () => {
    const failed = new AbortController();
    [stdin, stdout] = [new PassThrough(), new PassThrough()];
    served = serveStdio(services, {}, { stdin, stdout, signal: failed.signal });
    failed.abort(new Error("no port"));
    await served;
  });

  it("has a server that knows what the client declared, and no answer comes twice", async () => {
    const capabilities = { elicitation: { url: {} } };
    begin(initialize({ capabilities }), { jsonrpc: "2.0", method: "notifications/initialized" });
    await answers(1);
    send(request(2, "tools/list"), request(3, "prompts/list"), request(4, "ping"));
    expect((await answers(4)).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(heard().every((message) => "result" in message)).toBe(true);
  });

  it("keeps the order of what came in one piece", async () => {
    begin(
      initialize(),
      request(2, "prompts/list"),
      request(3, "tools/list"),
      request(4, "ping"),
      request(5, "resources/list"),
    );
    expect((await answers(5)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  it("refuses a second initialize no more than the SDK does", async () => {
    begin(initialize(), { ...initialize(), id: 2 } as JSONRPCMessage);
    const [first, second] = await answers(2);
    expect(second?.result).toEqual(first?.result);
  });

  it("goes on where the SDK refuses what the client declared: then nothing is declared", async () => {
    begin(initialize({ capabilities: { roots: { listChanged: "yes" } } }), request(2, "prompts/list"));
    const [first, second] = await answers(2);
    expect(first).toHaveProperty("result");
    expect(second).toHaveProperty("result");
  });

  it("answers also what came just before the end of stdin", async () => {
    begin(initialize(), request(2, "prompts/list"));
    stdin.end();
    await served;
    expect(heard().map(({ id }) => id)).toEqual([1, 2]);
  });

  it("judges a line that is not plain by the schema, and keeps the order of the others", async () => {
    begin(
      initialize(),
      request(2, "tools/list", { _meta: { progressToken: 1 } }),
      { jsonrpc: "2.0", id: 3.5, method: "ping" } as JSONRPCMessage,
      request(4, "ping"),
    );
    const all = await answers(4);
    expect(all.filter(({ id }) => id !== 3.5).map(({ id }) => id)).toEqual([1, 2, 4]);
    expect(all.find(({ id }) => id === 3.5)).toMatchObject({ error: { code: -32_600 } });
  });
});
