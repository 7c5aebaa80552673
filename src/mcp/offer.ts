import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { jsonSchemaOf } from "../tools/core/arguments.js";
import type { Services } from "../tools/core/context.js";
import type { ToolDefinition } from "../tools/core/define.js";
import { offeredFields } from "../tools/core/offered-fields.js";
import { knownTools, offeredTools } from "../tools/index.js";

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
}

export function offerOf(services: Services): Offer {
  const tools = offeredTools(services).map((tool) => ({ tool, input: inputOf(tool, services) }));
  return {
    named: (name) => tools.find(({ tool }) => tool.name === name || tool.formerNames?.includes(name)),
    names: tools.map(({ tool }) => tool.name),
  };
}

/** Every tool with every parameter, as `tools/list` shows them: `listed.ts` takes from it what is offered. */
export function everyTool(): Tool[] {
  return knownTools().map(surfaceOf);
}

function inputOf(tool: ToolDefinition, services: Services): z.ZodObject {
  const { inputs } = services.memory;
  const known = inputs.get(tool.name);
  if (known) return known;
  const input = z.strictObject(offeredFields(tool.input.shape, services));
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

function surfaceOf(tool: ToolDefinition): Tool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: advertised(jsonSchemaOf(tool.input)) as Tool["inputSchema"],
    outputSchema: jsonSchemaOf(tool.output) as NonNullable<Tool["outputSchema"]>,
    annotations: { title: tool.title, ...tool.hints },
    // Claude Code's search of tools reads it, and no model is shown it.
    ...(tool.searchWords === undefined ? {} : { _meta: { "anthropic/searchHint": tool.searchWords } }),
  };
}
