import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
  type ServerRequest,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";
import { jsonSchemaOf } from "../tools/arguments.js";
import type { CallContext, Services } from "../tools/context.js";
import type { ToolDefinition } from "../tools/define.js";
import { offeredTools } from "../tools/index.js";
import { NAME, VERSION } from "../version.js";
import { serveCompletions } from "./completions.js";
import { userAsker } from "./elicit.js";
import { instructions } from "./instructions.js";
import { servePrompts } from "./prompts.js";
import { serveResources } from "./resources.js";
import { runTool, visibleInput } from "./tool.js";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export interface ServerOptions {
  /** What the sandbox holds, for the instructions. */
  sandbox?: string;
}

/**
 * The MCP server over given services. It does no I/O of its own: a transport is connected by the caller.
 *
 * The SDK's low-level `Server` is used, not `McpServer`: arguments are read by `tools/arguments.ts`, which is
 * lenient where the meaning is plain and names near misses, and which `McpServer` would not let in between.
 */
export function createServer(services: Services, options: ServerOptions = {}): Server {
  const server = new Server(
    { name: NAME, title: "Telzino SIP", version: VERSION },
    {
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
      instructions: instructions(services, options.sandbox),
    },
  );
  const tools = offeredTools(services).map((tool) => ({ tool, input: visibleInput(tool, services) }));
  const byName = new Map(tools.map((entry) => [entry.tool.name, entry]));

  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ tool, input }) => surfaceOf(tool, jsonSchemaOf(input))),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const entry = byName.get(params.name);
    if (!entry) {
      const known = [...byName.keys()].join(", ");
      throw new McpError(ErrorCode.InvalidParams, `Unknown tool "${params.name}". This server has: ${known}`);
    }
    return runTool(entry.tool, entry.input, params.arguments, contextOf(services, server, extra));
  });
  servePrompts(server, services);
  serveResources(server);
  serveCompletions(server, services);
  return server;
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

function contextOf(services: Services, server: Server, extra: Extra): Omit<CallContext, "hold"> {
  const progressToken = extra._meta?.progressToken;
  const askUser = userAsker(server, extra);
  let last = -1;
  return {
    services,
    signal: extra.signal,
    ...(askUser ? { askUser } : {}),
    progress(message, done = last + 1, total) {
      if (progressToken === undefined || extra.signal.aborted) return;
      // The protocol wants progress to grow with each notification.
      last = Math.max(done, last + 0.01);
      const params = { progressToken, progress: last, message, ...(total === undefined ? {} : { total }) };
      extra.sendNotification({ method: "notifications/progress", params }).catch(() => {});
    },
  };
}
