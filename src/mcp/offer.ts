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
  /** The answer to `tools/list`, made when it is first asked for. */
  list(): { tools: Tool[] };
}

/** Made once for all servers over the same services: over HTTP there is one a request. */
const offers = new WeakMap<Services, Offer>();

export function offerOf(services: Services): Offer {
  const known = offers.get(services);
  if (known) return known;
  const tools = offeredTools(services).map((tool) => ({ tool, input: visibleInput(tool, services) }));
  let listed: { tools: Tool[] } | undefined;
  const offer: Offer = {
    byName: new Map(tools.map((entry) => [entry.tool.name, entry])),
    list() {
      listed ??= { tools: tools.map(({ tool, input }) => surfaceOf(tool, jsonSchemaOf(input))) };
      return listed;
    },
  };
  offers.set(services, offer);
  return offer;
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
