import { type Api, asText, type Json, records } from "./api.js";
import type { NamedMove } from "./script.js";

/** OpenAI's Responses API: https://platform.openai.com/docs/api-reference/responses-streaming */
export const OPENAI: Api = {
  path: /\/responses$/,
  read(body) {
    const items = records(body.input);
    const called = new Map(
      items.filter(({ type }) => type === "function_call").map((item) => [item.call_id, nameOf(item)]),
    );
    const said = items.filter(({ role }) => role !== undefined && role !== "assistant");
    return {
      instructions: [
        body.instructions,
        ...said.map(({ content }) => content),
        // A namespace's own text is where Codex puts the instructions of a server.
        ...records(body.tools).map(({ type, description }) => (type === "namespace" ? description : "")),
      ]
        .map(asText)
        .join("\n"),
      tools: records(body.tools).flatMap(toolsIn),
      results: items
        .filter(({ type }) => type === "function_call_output")
        .map(({ call_id, output }) => ({ tool: called.get(call_id) ?? "", text: asText(output) })),
    };
  },
  events(move, id) {
    const response = responseOf(id);
    const item = itemOf(move, id);
    return [
      { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
      { type: "response.output_item.added", output_index: 0, item: beginningOf(item) },
      ...("say" in move ? textEvents(move.say, item) : argumentEvents(item)),
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response: { ...response, output: [item] } },
    ].map((event, sequence_number) => ({ ...event, sequence_number }));
  },
  whole: (move, id) => ({ ...responseOf(id), output: [itemOf(move, id)] }),
};

/** Between a namespace and the name of a tool in it. */
const IN = ".";

function toolsIn(tool: Json, outer?: unknown): { name: string; description: string; schema: unknown }[] {
  if (tool.type === "namespace") return records(tool.tools).flatMap((each) => toolsIn(each, tool.name));
  const name = String(tool.name ?? tool.type);
  return [
    {
      name: typeof outer === "string" ? `${outer}${IN}${name}` : name,
      description: String(tool.description ?? ""),
      schema: tool.parameters,
    },
  ];
}

const nameOf = ({ namespace, name }: Json) =>
  typeof namespace === "string" ? `${namespace}${IN}${name}` : String(name);

function responseOf(id: string): Json {
  return {
    ...{ id: `resp_${id}`, object: "response", created_at: 1, status: "completed", model: "scripted" },
    ...{
      error: null,
      incomplete_details: null,
      instructions: null,
      metadata: {},
      parallel_tool_calls: false,
    },
    ...{ temperature: 1, top_p: 1, tool_choice: "auto", tools: [] },
    usage: {
      ...{ input_tokens: 1, output_tokens: 1, total_tokens: 2 },
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  };
}

function itemOf(move: NamedMove, id: string): Json {
  if ("say" in move) {
    const content = [{ type: "output_text", text: move.say, annotations: [] }];
    return { type: "message", id: `msg_${id}`, role: "assistant", status: "completed", content };
  }
  const [name = "", namespace] = move.call.split(IN).reverse();
  return {
    ...{ type: "function_call", id: `fc_${id}`, call_id: `call_${id}`, status: "completed" },
    ...{ name, arguments: JSON.stringify(move.with) },
    ...(namespace === undefined ? {} : { namespace }),
  };
}

const beginningOf = (item: Json): Json => ({
  ...item,
  status: "in_progress",
  ...(item.type === "message" ? { content: [] } : { arguments: "" }),
});

function textEvents(text: string, { id }: Json): Json[] {
  const place = { item_id: id, output_index: 0, content_index: 0 };
  const part = { type: "output_text", text, annotations: [] };
  return [
    { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
    { type: "response.output_text.delta", ...place, delta: text },
    { type: "response.output_text.done", ...place, text },
    { type: "response.content_part.done", ...place, part },
  ];
}

function argumentEvents({ id, arguments: text }: Json): Json[] {
  const place = { item_id: id, output_index: 0 };
  return [
    { type: "response.function_call_arguments.delta", ...place, delta: text },
    { type: "response.function_call_arguments.done", ...place, arguments: text },
  ];
}
