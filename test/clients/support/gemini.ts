import { type Api, asText, type Json, record, records } from "./api.js";
import type { NamedMove } from "./script.js";

/** Gemini's generateContent: https://ai.google.dev/api/generate-content */
export const GEMINI: Api = {
  path: /:(?:streamG|g)enerateContent$/,
  read(body) {
    const parts = records(body.contents).flatMap(({ parts }) => records(parts));
    const declared = records(body.tools).flatMap((tool) => records(tool.functionDeclarations));
    return {
      instructions: [record(body.systemInstruction).parts, ...parts.filter(({ text }) => text)]
        .map(asText)
        .join("\n"),
      tools: declared.map((tool) => ({
        name: String(tool.name),
        description: String(tool.description ?? ""),
        schema: tool.parametersJsonSchema ?? tool.parameters,
      })),
      results: parts
        .map(({ functionResponse }) => record(functionResponse))
        .filter(({ name }) => name !== undefined)
        .map(({ name, response }) => {
          const { output, error } = record(response);
          return { tool: String(name), text: asText(output ?? error ?? response) };
        }),
    };
  },
  events: (move, id) => [GEMINI.whole(move, id)],
  whole: (move) => ({
    candidates: [{ index: 0, finishReason: "STOP", content: { role: "model", parts: [partOf(move)] } }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    modelVersion: "scripted",
  }),
};

const partOf = (move: NamedMove): Json =>
  "say" in move ? { text: move.say } : { functionCall: { name: move.call, args: move.with } };
