import { type Api, asText, type Json, records } from "./api.js";
import type { NamedMove } from "./script.js";

/** Anthropic's Messages API: https://docs.anthropic.com/en/api/messages-streaming */
export const ANTHROPIC: Api = {
  path: /\/v1\/messages$/,
  read(body) {
    const blocks = records(body.messages).flatMap(({ content }) => records(content));
    const called = new Map(blocks.filter(isOf("tool_use")).map(({ id, name }) => [id, String(name)]));
    return {
      instructions: [body.system, ...blocks.filter(isOf("text"))].map(asText).join("\n"),
      tools: records(body.tools).map((tool) => ({
        name: String(tool.name),
        description: String(tool.description ?? ""),
        schema: tool.input_schema,
      })),
      results: blocks.filter(isOf("tool_result")).map((block) => ({
        tool: called.get(block.tool_use_id) ?? "",
        text: asText(block.content),
      })),
    };
  },
  events(move, id) {
    const [block, delta, stop] = blockOf(move, id);
    const message = { id: `msg_${id}`, type: "message", role: "assistant", model: "scripted", content: [] };
    const usage = { input_tokens: 1, output_tokens: 1 };
    return [
      { type: "message_start", message: { ...message, stop_reason: null, stop_sequence: null, usage } },
      { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: stop, stop_sequence: null }, usage },
      { type: "message_stop" },
    ];
  },
  whole(move, id) {
    const usage = { input_tokens: 1, output_tokens: 1 };
    const [, , stop] = blockOf(move, id);
    const content =
      "say" in move
        ? { type: "text", text: move.say }
        : { type: "tool_use", id: `toolu_${id}`, name: move.call, input: move.with };
    return {
      ...{ id: `msg_${id}`, type: "message", role: "assistant", model: "scripted" },
      ...{ content: [content], stop_reason: stop, stop_sequence: null, usage },
    };
  },
};

const isOf = (type: string) => (block: Json) => block.type === type;

function blockOf(move: NamedMove, id: string): [block: object, delta: object, stop: string] {
  if ("say" in move) {
    return [{ type: "text", text: "" }, { type: "text_delta", text: move.say }, "end_turn"];
  }
  return [
    { type: "tool_use", id: `toolu_${id}`, name: move.call, input: {} },
    { type: "input_json_delta", partial_json: JSON.stringify(move.with) },
    "tool_use",
  ];
}
