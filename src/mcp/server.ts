import { type ServerOptions as SdkOptions, Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type CallToolRequest,
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
  type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { once } from "../base/once.js";
import { present } from "../base/present.js";
import { NAME, VERSION } from "../base/version.js";
import { echoed } from "../redaction/untrusted.js";
import type { CallContext, CallPlace, Services } from "../tools/core/context.js";
import { serveCompletions } from "./completions.js";
import { userAsker } from "./elicit.js";
import { boundErrors } from "./error-bounds.js";
import { instructions } from "./instructions.js";
import { listedAhead } from "./listed.js";
import { servePrompts } from "./prompts.js";
import { serveResources } from "./resources.js";
import type { Checks } from "./tool.js";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** What has been cancelled counts no longer than this, also where it should never end. Milliseconds. */
const CANCELLED_MS = 60_000;

/** A call of a tool that has ended. */
interface ToolCallSeen {
  /** As the client named it, known or not. */
  tool: string;
  outcome: "ok" | "error" | "unknown_tool" | "cancelled";
  ms: number;
}

export interface ServerOptions {
  /** What the sandbox holds, for the instructions. */
  sandbox?: string;
  /** One for many servers: without it each builds an Ajv of its own, which costs more than a call. */
  jsonSchemaValidator?: NonNullable<SdkOptions["jsonSchemaValidator"]>;
  observe?(call: ToolCallSeen): void;
  /** What the call with that id takes up. @throws when its request has ended. Absent: nobody shares the server. */
  placeOf?(id: string | number): CallPlace;
  /**
   * Whether who sent the request with that id may only look, whatever the services offer; without an id, who begins. All
   * tools stay listed, so that a client can ask for the scope that a call lacks. Absent: nobody is held to that.
   */
  mayOnlyRead?(id?: string | number): boolean;
}

/**
 * The MCP server over given services. It does no I/O of its own: a transport is connected by the caller.
 *
 * The SDK's low-level `Server` is used, not `McpServer`: arguments are read by `tools/arguments.ts`, which is
 * lenient where the meaning is plain and names near misses, and which `McpServer` would not let in between.
 */
export function createServer(services: Services, options: ServerOptions = {}): Server {
  const isReadOnly = (id?: string | number) => services.readOnly || options.mayOnlyRead?.(id) === true;
  const server = new BoundedServer(
    { name: NAME, title: "Telzino SIP", version: VERSION },
    {
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
      instructions: instructions({ ...services, readOnly: isReadOnly() }, options.sandbox),
      ...(options.jsonSchemaValidator ? { jsonSchemaValidator: options.jsonSchemaValidator } : {}),
    },
  );
  server.setRequestHandler(
    ListToolsRequestSchema,
    async () => listedAhead(services) ?? (await loadTools()).offerOf(services).list(),
  );
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const place = options.placeOf?.(extra.requestId);
    const letGo = place?.hold();
    if (letGo) extra.signal.addEventListener("abort", () => setTimeout(letGo, CANCELLED_MS).unref());
    try {
      return await callTool(
        params,
        contextOf({ services, server, extra, place, readOnly: isReadOnly(extra.requestId) }),
        options,
      );
    } finally {
      letGo?.();
    }
  });
  servePrompts(server, services, isReadOnly);
  serveResources(server);
  serveCompletions(server, services);
  return server;
}

/** Whose errors are bounded, whatever carries them. */
class BoundedServer extends Server {
  override async connect(transport: Transport): Promise<void> {
    boundErrors(transport);
    await super.connect(transport);
  }
}

async function callTool(
  { name, arguments: given }: CallToolRequest["params"],
  call: Omit<CallContext, keyof Checks>,
  { observe }: ServerOptions,
): Promise<CallToolResult> {
  const started = performance.now();
  const seen = (outcome: ToolCallSeen["outcome"]) =>
    observe?.({ tool: name, outcome, ms: performance.now() - started });
  const { offerOf, runTool } = await loadTools();
  const offer = offerOf(call.services);
  const entry = offer.byName.get(name);
  if (!entry) {
    seen("unknown_tool");
    const known = [...offer.byName.keys()].join(", ");
    throw new McpError(
      ErrorCode.InvalidParams,
      `Unknown tool ${echoed(name, 60)}. This server has: ${known}`,
    );
  }
  try {
    const result = await runTool(entry.tool, entry.input, given, call);
    seen(result.isError === true ? "error" : "ok");
    return result;
  } catch (error) {
    seen("cancelled");
    throw error;
  }
}

/** For servers that are made one a request; see {@link ServerOptions.jsonSchemaValidator}. */
export function sharedValidator(): NonNullable<ServerOptions["jsonSchemaValidator"]> {
  return new AjvJsonSchemaValidator();
}

/** The tools, loaded when one is called, or when what they take depends on the configuration. */
const loadTools = once(() => import("./offer.js"));

interface CallParts {
  services: Services;
  server: Server;
  extra: Extra;
  place: CallPlace | undefined;
  readOnly: boolean;
}

function contextOf({ services, server, extra, place, readOnly }: CallParts): Omit<CallContext, keyof Checks> {
  const progressToken = extra._meta?.progressToken;
  const askUser = userAsker(server, extra);
  let last = -1;
  return {
    services,
    readOnly,
    signal: extra.signal,
    ...(place ? { place } : {}),
    ...(askUser ? { askUser } : {}),
    progress(message, done = last + 1, total) {
      if (progressToken === undefined || extra.signal.aborted) return;
      // The protocol wants progress to grow with each notification.
      last = Math.max(done, last + 0.01);
      const params = {
        progressToken,
        progress: last,
        message,
        ...present({ total }),
      };
      extra.sendNotification({ method: "notifications/progress", params }).catch(() => {});
    },
  };
}
