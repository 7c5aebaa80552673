import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import { jsonSchemaOf } from "../tools/core/arguments.js";
import type { Services } from "../tools/core/context.js";
import type { ToolDefinition } from "../tools/core/define.js";
import { offeredTools } from "../tools/index.js";
import { visibleInput } from "./tool.js";

export { runTool } from "./tool.js";

interface Offered {
  tool: ToolDefinition;
  input: z.ZodObject;
}

/** What is offered over given services. */
export interface Offer {
  /** The tool of a name, or of one that it had before. */
  named(name: string): Offered | undefined;
  names: readonly string[];
  /** The answer to `tools/list`. */
  list(): { tools: Tool[] };
}

export function offerOf(services: Services): Offer {
  const tools = offeredTools(services).map((tool) => ({ tool, input: inputOf(tool, services) }));
  return {
    named: (name) => tools.find(({ tool }) => tool.name === name || tool.formerNames?.includes(name)),
    names: tools.map(({ tool }) => tool.name),
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

/** Keywords that cost a model more than they tell it: what is out of bounds is answered with the bound. */
const BOUNDS: ReadonlySet<string> = new Set(["minLength", "maxLength", "minimum", "maximum"]);

/**
 * The input as it is advertised. It is not closed: a client that checks first would refuse a misspelt parameter without its name,
 * and the server's answer, with the name that was meant, would not reach the model.
 */
function advertised(input: Record<string, unknown>): Record<string, unknown> {
  const { properties = {}, additionalProperties: _closed, ...schema } = input;
  const shown = Object.entries(properties as Record<string, object>).map(([name, property]) => {
    const kept = Object.entries(property).filter(([keyword]) => !BOUNDS.has(keyword));
    return [name, Object.fromEntries(kept)] as const;
  });
  return { ...schema, properties: Object.fromEntries(shown) };
}

function surfaceOf(tool: ToolDefinition, inputSchema: Record<string, unknown>): Tool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: advertised(inputSchema) as Tool["inputSchema"],
    outputSchema: jsonSchemaOf(tool.output) as NonNullable<Tool["outputSchema"]>,
    annotations: { title: tool.title, ...tool.hints },
    // Claude Code's search of tools reads it, and no model is shown it.
    ...(tool.searchWords === undefined ? {} : { _meta: { "anthropic/searchHint": tool.searchWords } }),
  };
}
