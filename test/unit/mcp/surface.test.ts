import { afterEach, describe, expect, it } from "vitest";
import { type ConnectedClient, connectInProcess, servicesFor } from "../../support/mcp.js";

const AGENT = "11111111-1111-4111-8111-111111111111";
const READING = [
  "list_telzino_agents",
  "list_pbx_presets",
  "pbx_setup_guide",
  "get_sip_status",
  "watch_test_call",
  "diagnose_sip_registration",
  "explain_sip_log",
];
const ALL = [
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

let connected: ConnectedClient | undefined;
afterEach(async () => {
  await connected?.close();
  connected = undefined;
});

async function tools(more: Parameters<typeof servicesFor>[1] = {}) {
  connected = await connectInProcess(servicesFor(undefined, { readsFiles: true, ...more }));
  return (await connected.client.listTools()).tools;
}

interface Property {
  type?: unknown;
  description?: string;
  enum?: unknown[];
}

describe("the tool surface", () => {
  it("is what was reviewed", async () => {
    await expect(JSON.stringify(await tools(), null, 2)).toMatchFileSnapshot("./surface.snap");
  });

  it.each([
    ["nothing set", {}, ALL],
    ["read-only", { readOnly: true }, READING],
    ["one agent bound", { boundAgentId: AGENT }, ALL],
    ["one agent bound, read-only", { boundAgentId: AGENT, readOnly: true }, READING],
  ])("with %s has exactly its tools", async (_label, more, names) => {
    expect((await tools(more)).map(({ name }) => name)).toStrictEqual(names);
  });

  it("shows no agentId where one agent is bound", async () => {
    for (const { name, inputSchema } of await tools({ boundAgentId: AGENT })) {
      expect(Object.keys(inputSchema.properties ?? {}), name).not.toContain("agentId");
    }
  });

  it("shows no password where passwords must not come through the conversation", async () => {
    for (const { name, inputSchema } of await tools({ passwordArgument: false })) {
      expect(Object.keys(inputSchema.properties ?? {}), name).not.toContain("password");
    }
  });

  it("has flat input schemas in which every property is described, and refuses no unknown parameter in a client", async () => {
    for (const { name, inputSchema } of await tools()) {
      expect(inputSchema, name).not.toHaveProperty("additionalProperties");
      expect(JSON.stringify(inputSchema), name).not.toMatch(/"(\$ref|anyOf|oneOf|allOf|null|default)"/);
      for (const [key, value] of Object.entries(inputSchema.properties ?? {})) {
        const property = value as Property;
        expect(["string", "integer", "boolean"], `${name}.${key}`).toContain(property.type);
        expect(property.description?.length, `${name}.${key}`).toBeGreaterThan(3);
      }
    }
  });

  it("answers with values of one type each: some clients take no lists of types", async () => {
    for (const { name, outputSchema } of await tools()) {
      expect(JSON.stringify(outputSchema), name).not.toMatch(/"(\$ref|anyOf|oneOf|allOf)":|"type":\[/);
    }
  });

  it("has a title, all four hints, a name of the right form and a description of the right length", async () => {
    for (const tool of await tools()) {
      expect(tool.name).toMatch(/^[a-z][a-z_]{2,39}$/);
      expect(tool.title?.length, tool.name).toBeGreaterThan(5);
      expect(Object.keys(tool.annotations ?? {}).sort(), tool.name).toStrictEqual([
        "destructiveHint",
        "idempotentHint",
        "openWorldHint",
        "readOnlyHint",
        "title",
      ]);
      expect(tool.description?.length, tool.name).toBeGreaterThan(120);
      expect(tool.description?.length, tool.name).toBeLessThan(700);
      expect(tool.outputSchema?.type, tool.name).toBe("object");
    }
  });

  it("has examples that its own schemas accept", async () => {
    const shown = await tools();
    for (const { description = "", name, inputSchema } of shown) {
      const [example] = /\{.*?\}/.exec(description.split("Example:")[1] ?? "") ?? [];
      const keys = Object.keys(JSON.parse(example ?? "null"));
      expect(Object.keys(inputSchema.properties ?? {}), name).toEqual(expect.arrayContaining(keys));
    }
  });
});

describe("the server", () => {
  it("lists its tools without credentials, and says what to set when one needs the API", async () => {
    connected = await connectInProcess(servicesFor());
    const result = await connected.call("list_telzino_agents");
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(/TELZINO_CLIENT_ID and TELZINO_CLIENT_SECRET/);
    expect(result.structuredContent).toBeUndefined();
  });

  it("answers to the name that a tool had before, and lists it nowhere", async () => {
    const seen: string[] = [];
    connected = await connectInProcess(servicesFor(), { observe: ({ tool }) => seen.push(tool) });
    const [now, before] = [await connected.call("list_telzino_agents"), await connected.call("list_agents")];
    expect(before).toEqual(now);
    expect(seen).toEqual(["list_telzino_agents", "list_telzino_agents"]);
    const { tools } = await connected.client.listTools();
    expect(JSON.stringify(tools)).not.toContain('"list_agents"');
    await expect(connected.call("no_such_tool")).rejects.toThrow(/This server has: list_telzino_agents,/);
  });

  it("answers bad arguments as a tool error with every problem and the next call", async () => {
    connected = await connectInProcess(servicesFor());
    const result = await connected.call("get_sip_status", { agent: AGENT });
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(/did you mean agentId\?/);
    expect(result.text).toMatch(/agentId is missing/);
    expect(result.text).toMatch(/Call get_sip_status again/);
  });

  it("refuses an unknown tool by a protocol error that names those it has", async () => {
    connected = await connectInProcess(servicesFor());
    await expect(connected.client.callTool({ name: "get_status", arguments: {} })).rejects.toThrow(
      /get_sip_status/,
    );
  });

  it("gives the order of calls in its instructions, and what the sandbox holds", async () => {
    connected = await connectInProcess(servicesFor(), { sandbox: { description: "Sandbox: here." } });
    const text = connected.client.getInstructions() ?? "";
    expect(text.indexOf("list_telzino_agents")).toBeLessThan(text.indexOf("configure_sip_registration"));
    expect(text).toContain("Sandbox: here.");
  });

  it("advises who may only read to nothing that writes, and asks with each request who it is", async () => {
    let mayWrite = false;
    const asked: unknown[] = [];
    const mayOnlyRead = (id?: string | number) => {
      asked.push(id);
      return !mayWrite;
    };
    connected = await connectInProcess(servicesFor(), { mayOnlyRead });
    const { client: reader, call } = connected;
    const told = async () =>
      JSON.stringify([
        await reader.getPrompt({ name: "setup_pbx" }),
        await call("list_pbx_presets", { presetId: "3cx" }),
      ]);
    expect(reader.getInstructions()).not.toContain("configure_sip_registration");
    expect(await told()).not.toContain("configure_sip_registration");
    mayWrite = true;
    expect((await told()).match(/configure_sip_registration/g)?.length).toBeGreaterThan(2);
    // Within a session each request has its own caller.
    const [first, ...requests] = asked;
    expect(first).toBeUndefined();
    expect(new Set(requests).size).toBe(4);
  });

  it("tells a defect as such, without its inner words", async () => {
    const api = { ...servicesFor().api, listAgents: () => Promise.reject(new TypeError("inner words")) };
    const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
    connected = await connectInProcess(servicesFor(api, { log: silent }));
    const result = await connected.call("list_telzino_agents");
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(/^Internal error in this server/);
    expect(result.text).not.toContain("inner words");
  });
});
