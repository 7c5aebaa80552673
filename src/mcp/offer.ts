import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import { jsonSchemaOf } from "../tools/arguments.js";
import type { Services } from "../tools/context.js";
import type { ToolDefinition } from "../tools/define.js";
import { offeredTools } from "../tools/index.js";
import { visibleInput } from "./tool.js";

export { runTool } from "./tool.js";

/** What is offered over given services. */
export interface Offer {
  byName: ReadonlyMap<string, { tool: ToolDefinition; input: z.ZodObject }>;
  /** The answer to `tools/list`. */
  list(): { tools: Tool[] };
}

export function offerOf(services: Services): Offer {
  const tools = offeredTools(services).map((tool) => ({ tool, input: inputOf(tool, services) }));
  return {
    byName: new Map(tools.map((entry) => [entry.tool.name, entry])),
    list: () => ({ tools: tools.map(({ tool, input }) => surfaceOf(tool, jsonSchemaOf(input))) }),
  };
}

function inputOf(tool: ToolDefinition, services: Services): z.ZodObject {
  const { inputs } = services.memory;
  const known = inputs.get(tool.name);
  if (known) return known;
  const input = visibleInput(tool, services);
  inputs.set(tool.name, input);
  return input;
}

function surfaceOf(tool: ToolDefinition, inputSchema: Record<string, unknown>): Tool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: inputSchema as Tool["inputSchema"],
    outputSchema: jsonSchemaOf(tool.output) as NonNullable<Tool["outputSchema"]>,
    annotations: { title: tool.title, ...tool.hints },
  };
}
