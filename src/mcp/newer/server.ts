import {
  type ListToolsResult,
  Server,
  type ServerContext,
  type ServerOptions,
  type Transport,
} from "@modelcontextprotocol/server";
import { NEWER_VERSION } from "../era.js";
import { boundErrors } from "../error-bounds.js";
import type { Asked, Handlers } from "../protocol.js";

/** How long a client may keep a listing: what is listed changes with the configuration alone. Milliseconds. */
const KEEP_MS = 5 * 60_000;
/** What a tenant is offered is no other's. */
const KEPT = { ttlMs: KEEP_MS, cacheScope: "private" } as const;
const cacheHints: NonNullable<ServerOptions["cacheHints"]> = {
  "server/discover": KEPT,
  "tools/list": KEPT,
  "prompts/list": KEPT,
  "resources/list": KEPT,
  "resources/templates/list": KEPT,
  "resources/read": KEPT,
};

/** Of answers to forms, which are not asked for: without one each server would build an Ajv of its own. */
const jsonSchemaValidator: NonNullable<ServerOptions["jsonSchemaValidator"]> = {
  getValidator() {
    throw new Error("Forms are not used");
  },
};

/** What the adapter of a transport decides. */
export interface NewerOptions {
  /** Tells no progress: the client cannot read it. */
  silent?: boolean;
}

/**
 * The MCP server over given handlers for clients from 2026-07-28 on. A client is not asked anything here: in this era a
 * question is a result of its own, and a tool that has one tells the address to open in its answer.
 */
export function newerServer(handlers: Handlers, { silent = false }: NewerOptions = {}): Server {
  const { serverInfo, capabilities, instructions } = handlers;
  const server = new BoundedServer(serverInfo, {
    supportedProtocolVersions: [NEWER_VERSION],
    capabilities,
    instructions,
    cacheHints,
    jsonSchemaValidator,
  });
  // The two SDKs' types differ in what a JSON Schema may hold, the values do not.
  server.setRequestHandler("tools/list", () => handlers.listTools() as Promise<ListToolsResult>);
  server.setRequestHandler("tools/call", ({ params }, context) =>
    handlers.callTool(params, askedIn(context, silent)),
  );
  server.setRequestHandler("prompts/list", () => handlers.listPrompts());
  server.setRequestHandler("prompts/get", ({ params }, { mcpReq }) => handlers.getPrompt(params, mcpReq.id));
  server.setRequestHandler("resources/list", () => handlers.listResources());
  server.setRequestHandler("resources/templates/list", () => handlers.listResourceTemplates());
  server.setRequestHandler("resources/read", ({ params }) => handlers.readResource(params));
  server.setRequestHandler("completion/complete", ({ params }, { mcpReq }) =>
    handlers.complete(params, mcpReq.signal),
  );
  return server;
}

/** Whose errors are bounded, whatever carries them. */
class BoundedServer extends Server {
  override async connect(transport: Transport): Promise<void> {
    boundErrors(transport);
    await super.connect(transport);
  }
}

function askedIn({ mcpReq }: ServerContext, silent: boolean): Asked {
  return {
    id: mcpReq.id,
    signal: mcpReq.signal,
    progressToken: silent ? undefined : mcpReq._meta?.progressToken,
    tellProgress: (params) => mcpReq.notify({ method: "notifications/progress", params: { ...params } }),
  };
}
