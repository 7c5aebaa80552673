import { type Api, asText, type Json, record, records } from "./api.js";
import type { NamedMove } from "./script.js";

/** OpenAI's Chat Completions API: https://platform.openai.com/docs/api-reference/chat */
export const CHAT: Api = {
  path: /\/chat\/completions$/,
  read(body) {
    const messages = records(body.messages);
    const calls = messages.flatMap(({ tool_calls }) => records(tool_calls));
    const called = new Map(calls.map((call) => [call.id, String(record(call.function).name)]));
    return {
      instructions: messages
        .filter(({ role }) => role === "system" || role === "developer" || role === "user")
        .map(({ content }) => asText(content))
        .join("\n"),
      tools: records(body.tools).map((tool) => {
        const { name, description, parameters } = record(tool.function);
        return { name: String(name), description: String(description ?? ""), schema: parameters };
      }),
      results: messages
        .filter(({ role }) => role === "tool")
        .map(({ tool_call_id, content }) => ({
          tool: called.get(tool_call_id) ?? "",
          text: asText(content),
        })),
    };
  },
  events(move, id) {
    const [choice] = records(CHAT.whole(move, id).choices);
    const { message, finish_reason } = choice ?? {};
    const calls = records(record(message).tool_calls).map((call, index) => ({ index, ...call }));
    const delta = calls.length > 0 ? { ...record(message), tool_calls: calls } : record(message);
    const chunk = { ...ofAnswer(id), object: "chat.completion.chunk" };
    return [
      { ...chunk, choices: [{ index: 0, delta, finish_reason: null }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason }], usage: USAGE },
    ];
  },
  whole: (move, id) => ({
    ...{ ...ofAnswer(id), object: "chat.completion", usage: USAGE },
    choices: [
      {
        ...{ index: 0, message: messageOf(move, id) },
        finish_reason: "say" in move ? "stop" : "tool_calls",
      },
    ],
  }),
};

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const ofAnswer = (id: string) => ({ id: `chatcmpl_${id}`, created: 1, model: "scripted" });

function messageOf(move: NamedMove, id: string): Json {
  if ("say" in move) return { role: "assistant", content: move.say };
  const call = { name: move.call, arguments: JSON.stringify(move.with) };
  return {
    ...{ role: "assistant", content: null },
    tool_calls: [{ id: `call_${id}`, type: "function", function: call }],
  };
}
