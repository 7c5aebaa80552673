import { setTimeout as pause } from "node:timers/promises";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type {
  CallToolRequest,
  CallToolResult,
  ElicitRequestFormParams,
  GetPromptResult,
  ReadResourceResult,
  ServerNotification,
  ServerRequest,
  Tool,
} from "@modelcontextprotocol/sdk/types.js";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Arguments = Readonly<Record<string, unknown>>;
type Fixture = (server: Server, given: Arguments, extra: Extra) => Promise<CallToolResult>;

/** A red pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/** No sample at all. */
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
const STEP_MS = 50;

const text = (words: string) => ({ type: "text" as const, text: words });
const image = { type: "image" as const, data: PNG, mimeType: "image/png" };
const said = (words: string): CallToolResult => ({ content: [text(words)] });

async function log({ sendNotification }: Extra, data: string): Promise<void> {
  await sendNotification({ method: "notifications/message", params: { level: "info", data } });
}

function asking(schema: ElicitRequestFormParams["requestedSchema"]): Fixture {
  return async (server, given, extra) => {
    const message = String(given.message ?? "Please answer");
    const params = { message, requestedSchema: schema };
    const { action, content } = await server.elicitInput(params, { relatedRequestId: extra.requestId });
    return said(`Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`);
  };
}

const FIXTURES: Readonly<Record<string, Fixture>> = {
  test_simple_text: async () => said("This is a simple text response for testing."),
  test_image_content: async () => ({ content: [image] }),
  test_audio_content: async () => ({ content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }] }),
  test_embedded_resource: async () => ({
    content: [
      {
        type: "resource",
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content.",
        },
      },
    ],
  }),
  test_multiple_content_types: async () => ({
    content: [
      text("Multiple content types test:"),
      image,
      {
        type: "resource",
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: JSON.stringify({ test: "data", value: 123 }),
        },
      },
    ],
  }),
  async test_tool_with_logging(_server, _given, extra) {
    await log(extra, "Tool execution started");
    await pause(STEP_MS);
    await log(extra, "Tool processing data");
    await pause(STEP_MS);
    await log(extra, "Tool execution completed");
    return said("Logged");
  },
  async test_tool_with_progress(_server, _given, { _meta, sendNotification }) {
    const progressToken = _meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress, total: 100 };
        await sendNotification({ method: "notifications/progress", params });
      }
      await pause(STEP_MS);
    }
    return said("Done");
  },
  test_error_handling: async () => ({
    ...said("This tool intentionally returns an error for testing"),
    isError: true,
  }),
  async test_sampling(server, given, extra) {
    const { content } = await server.createMessage(
      { messages: [{ role: "user", content: text(String(given.prompt)) }], maxTokens: 100 },
      { relatedRequestId: extra.requestId },
    );
    return said(`LLM response: ${JSON.stringify(content)}`);
  },
  test_elicitation: asking({
    type: "object",
    properties: {
      username: { type: "string", description: "User's response" },
      email: { type: "string", description: "User's email address" },
    },
    required: ["username", "email"],
  }),
  test_elicitation_sep1034_defaults: asking({
    type: "object",
    properties: {
      name: { type: "string", default: "John Doe" },
      age: { type: "integer", default: 30 },
      score: { type: "number", default: 95.5 },
      status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
      verified: { type: "boolean", default: true },
    },
  }),
  test_elicitation_sep1330_enums: asking({
    type: "object",
    properties: {
      untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
      titledSingle: {
        type: "string",
        oneOf: [
          { const: "value1", title: "First Option" },
          { const: "value2", title: "Second Option" },
          { const: "value3", title: "Third Option" },
        ],
      },
      legacyEnum: {
        type: "string",
        enum: ["opt1", "opt2", "opt3"],
        enumNames: ["Option One", "Option Two", "Option Three"],
      },
      untitledMulti: {
        type: "array",
        items: { type: "string", enum: ["option1", "option2", "option3"] },
      },
      titledMulti: {
        type: "array",
        items: {
          anyOf: [
            { const: "value1", title: "First Choice" },
            { const: "value2", title: "Second Choice" },
            { const: "value3", title: "Third Choice" },
          ],
        },
      },
    },
  }),
  json_schema_2020_12_tool: async () => said("Done"),
};

const SCHEMA_2020_12 = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object" as const,
  $defs: {
    address: { type: "object", properties: { street: { type: "string" }, city: { type: "string" } } },
  },
  properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } },
  additionalProperties: false,
};

export const TOOLS: readonly Tool[] = Object.keys(FIXTURES).map((name) => ({
  name,
  description: `Fixture of the conformance suite: ${name}`,
  inputSchema: name === "json_schema_2020_12_tool" ? SCHEMA_2020_12 : { type: "object" as const },
}));

export async function callFixture(
  server: Server,
  { name, arguments: given = {} }: CallToolRequest["params"],
  extra: Extra,
): Promise<CallToolResult> {
  const fixture = FIXTURES[name];
  if (fixture === undefined) throw new Error(`No fixture ${name}`);
  return fixture(server, given, extra);
}

const argument = (name: string) => ({ name, description: name, required: true });

export const PROMPTS = [
  { name: "test_simple_prompt", description: "Text" },
  {
    name: "test_prompt_with_arguments",
    description: "Arguments",
    arguments: [argument("arg1"), argument("arg2")],
  },
  {
    name: "test_prompt_with_embedded_resource",
    description: "A resource",
    arguments: [argument("resourceUri")],
  },
  { name: "test_prompt_with_image", description: "An image" },
];

export function promptOf(name: string, given: Readonly<Record<string, string>> = {}): GetPromptResult {
  const user = (content: GetPromptResult["messages"][number]["content"]) => ({
    role: "user" as const,
    content,
  });
  switch (name) {
    case "test_simple_prompt":
      return { messages: [user(text("This is a simple prompt for testing."))] };
    case "test_prompt_with_arguments":
      return {
        messages: [user(text(`Prompt with arguments: arg1='${given.arg1}', arg2='${given.arg2}'`))],
      };
    case "test_prompt_with_image":
      return { messages: [user(image), user(text("Please analyze the image above."))] };
    case "test_prompt_with_embedded_resource": {
      const resource = {
        uri: given.resourceUri ?? "",
        mimeType: "text/plain",
        text: "Embedded resource content for testing.",
      };
      const words = text("Please process the embedded resource above.");
      return { messages: [user({ type: "resource", resource }), user(words)] };
    }
    default:
      throw new Error(`No prompt ${name}`);
  }
}

export const RESOURCES = ["static-text", "static-binary", "watched-resource"].map((name) => ({
  uri: `test://${name}`,
  name,
  description: `Fixture of the conformance suite: ${name}`,
}));

export function resourceOf(uri: string): ReadResourceResult {
  const id = /^test:\/\/template\/(\w+)\/data$/.exec(uri)?.[1];
  if (id !== undefined) {
    const data = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return { contents: [{ uri, mimeType: "application/json", text: data }] };
  }
  if (uri === "test://static-binary") return { contents: [{ uri, mimeType: "image/png", blob: PNG }] };
  const words = "This is the content of the static text resource.";
  return { contents: [{ uri, mimeType: "text/plain", text: words }] };
}
