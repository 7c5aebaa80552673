import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { expect, it } from "vitest";
import { boundErrors } from "../../../src/mcp/error-bounds.js";
import { createServer } from "../../../src/mcp/server.js";
import { servicesFor } from "../../support/mcp.js";

/** What the server answers to one request. */
async function answerTo(request: Record<string, unknown>): Promise<Record<string, unknown>> {
  const [client, transport] = InMemoryTransport.createLinkedPair();
  const server = createServer(servicesFor());
  await server.connect(transport);
  const answered = new Promise<JSONRPCMessage>((resolve) => {
    client.onmessage = resolve;
  });
  await client.start();
  await client.send({ jsonrpc: "2.0", id: 1, ...request } as JSONRPCMessage);
  const answer = await answered;
  await server.close();
  return { ...answer };
}

const wrong = (count: number, length: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k\n${"k".repeat(length)}${index}`, 1]));

it.each<[string, Record<string, unknown>]>([
  [
    "a prompt's arguments",
    { method: "prompts/get", params: { name: "setup_pbx", arguments: wrong(900, 1) } },
  ],
  [
    "long names of them",
    { method: "prompts/get", params: { name: "setup_pbx", arguments: wrong(900, 200) } },
  ],
  [
    "the context of a completion",
    {
      method: "completion/complete",
      params: {
        ref: { type: "ref/prompt", name: "setup_pbx" },
        argument: { name: "pbx", value: "a" },
        context: { arguments: wrong(900, 200) },
      },
    },
  ],
  [
    "a client's icons",
    {
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "a", version: "1", icons: Array.from({ length: 900 }, () => ({ src: 1 })) },
      },
    },
  ],
  ["a tool's name and arguments", { method: "tools/call", params: { name: wrong(900, 9), arguments: 1 } }],
  ["a resource's address", { method: "resources/read", params: { uri: wrong(900, 9) } }],
])("%s that do not fit the protocol are reported in one short line", async (_what, request) => {
  const { error } = await answerTo(request);
  expect(error).toEqual({ code: -32602, message: expect.stringMatching(/^Invalid params: "params\..*"/) });
  const { message } = error as { message: string };
  expect(message).not.toMatch(/[\r\n]/);
  expect(message.length).toBeLessThanOrEqual(500);
  expect(message).toContain("expected string, received");
});

it("says how many more faults there are", async () => {
  const params = { name: "setup_pbx", arguments: { agent: 1, pbx: 2, other: 3 } };
  expect(await answerTo({ method: "prompts/get", params })).toMatchObject({
    error: {
      message:
        'Invalid params: "params.arguments.agent": "Invalid input: expected string, received number" (and 2 more)',
    },
  });
});

it("bounds every error, its data too, and leaves small ones and results as they are", async () => {
  const sent: JSONRPCMessage[] = [];
  const [transport] = InMemoryTransport.createLinkedPair();
  transport.send = async (message) => void sent.push(message);
  boundErrors(transport);
  const errorOf = (message: string, data?: unknown) =>
    ({
      jsonrpc: "2.0",
      id: 1,
      error: { code: -32000, message, ...(data === undefined ? {} : { data }) },
    }) as const;
  const small = [errorOf("no", { why: "x" }), errorOf("[not JSON"), errorOf("[]"), errorOf("[1]")];
  const result = { jsonrpc: "2.0", id: 1, result: { text: "x".repeat(9_000) } } as const;
  for (const message of [...small, result, errorOf("a\nb ".repeat(9_000), "d".repeat(9_000))]) {
    await transport.send(message);
  }
  expect(sent.slice(0, -1)).toEqual([...small, result]);
  const last = sent.at(-1) as ReturnType<typeof errorOf>;
  expect(last.error.message).toHaveLength(500);
  expect(last.error.message).not.toContain("\n");
  expect(last.error).not.toHaveProperty("data");
});
