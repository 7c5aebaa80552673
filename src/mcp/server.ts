import { type ServerOptions as SdkOptions, Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  type ServerNotification,
  type ServerRequest,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import type { Services } from "../tools/core/context.js";
import { userAsker } from "./elicit.js";
import { boundErrors } from "./error-bounds.js";
import { type HandlerOptions, handlersOf } from "./handlers.js";
import type { Asked, Handlers } from "./protocol.js";
import { Subscriptions } from "./subscriptions.js";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export interface ServerOptions extends HandlerOptions {
  /** One for many servers: without it each builds its own Ajv, which costs more than a call. */
  jsonSchemaValidator?: NonNullable<SdkOptions["jsonSchemaValidator"]>;
}

/**
 * The MCP server over given services for clients up to 2025-11-25; later ones are served by `newer/`. It does no I/O
 * itself: the caller connects a transport.
 *
 * The SDK's low-level `Server` is used, not `McpServer`: arguments are read by `tools/arguments.ts`, which is
 * lenient where the meaning is plain and names near misses, and which `McpServer` would not let in between.
 */
export function createServer(services: Services, options: ServerOptions = {}): Server {
  const handlers = handlersOf(services, options);
  const { serverInfo, capabilities, instructions } = handlers;
  const server = new BoundedServer(serverInfo, {
    capabilities,
    instructions,
    ...(options.jsonSchemaValidator ? { jsonSchemaValidator: options.jsonSchemaValidator } : {}),
  });
  server.setRequestHandler(ListToolsRequestSchema, () => handlers.listTools());
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    handlers.callTool(params, askedBy(server, extra)),
  );
  server.setRequestHandler(ListPromptsRequestSchema, () => handlers.listPrompts());
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, { requestId }) =>
    handlers.getPrompt(params, requestId),
  );
  server.setRequestHandler(ListResourcesRequestSchema, () => handlers.listResources());
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => handlers.listResourceTemplates());
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, extra) =>
    handlers.readResource(params, askedBy(server, extra)),
  );
  if (capabilities.resources.subscribe === true) tellOfChanges(server, handlers);
  server.setRequestHandler(CompleteRequestSchema, ({ params }, { signal }) =>
    handlers.complete(params, signal),
  );
  return server;
}

/** Tells the client of what it subscribes to, until the connection ends. */
function tellOfChanges(server: Server, { watchResource }: Handlers): void {
  const subscriptions = new Subscriptions(
    watchResource,
    (uri) => void server.sendResourceUpdated({ uri }).catch(() => {}),
  );
  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }) => {
    if (!subscriptions.has(uri)) await subscriptions.add(uri);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    subscriptions.remove(uri);
    return {};
  });
  server.onclose = () => subscriptions.end();
}

/** Whose errors are bounded, whatever carries them. */
class BoundedServer extends Server {
  override async connect(transport: Transport): Promise<void> {
    boundErrors(transport);
    await super.connect(transport);
  }
}

/** For servers that are made one a request; see {@link ServerOptions.jsonSchemaValidator}. */
export function sharedValidator(): NonNullable<ServerOptions["jsonSchemaValidator"]> {
  return new AjvJsonSchemaValidator();
}

function askedBy(server: Server, extra: Extra): Asked {
  return {
    id: extra.requestId,
    signal: extra.signal,
    progressToken: extra._meta?.progressToken,
    tellProgress: (params) => extra.sendNotification({ method: "notifications/progress", params }),
    askUser: userAsker(server, extra),
  };
}
