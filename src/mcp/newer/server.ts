import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type ListToolsResult,
  ProtocolError,
  Server,
  type ServerContext,
  type ServerOptions,
  type Transport,
} from "@modelcontextprotocol/server";
import { NEWER_VERSION } from "../era.js";
import { boundErrors } from "../error-bounds.js";
import type { Asked, Handlers } from "../protocol.js";
import { Refusal } from "../refusal.js";
import { registrationOf } from "../registration-address.js";
import type { PageQuestions } from "./page-questions.js";
import type { CallOwner, Questions } from "./questions.js";

/** How long a client may keep a listing: listings change only with the configuration. Milliseconds. */
const KEEP_MS = 5 * 60_000;
/** A tenant's listing is not shared with others. */
const KEPT = { ttlMs: KEEP_MS, cacheScope: "private" } as const;
const cacheHints: NonNullable<ServerOptions["cacheHints"]> = {
  "server/discover": KEPT,
  "tools/list": KEPT,
  "prompts/list": KEPT,
  "resources/list": KEPT,
  "resources/templates/list": KEPT,
  "resources/read": KEPT,
};

/** Of answers to forms, which are not asked for: without one each server would build its own Ajv. */
const jsonSchemaValidator: NonNullable<ServerOptions["jsonSchemaValidator"]> = {
  getValidator() {
    throw new Error("Forms are not used");
  },
};

/** What the adapter of a transport decides. */
export interface NewerOptions {
  /** Tells no progress: the client cannot read it. */
  silent?: boolean;
  owner: CallOwner;
  /** How the user is asked: a call may wait for the answer where no other process can get it. */
  questions: Questions | PageQuestions;
}

/**
 * The MCP server over given handlers for clients from 2026-07-28 on, for one connection or one request. A client is not asked
 * anything meanwhile: in this era a question is a separate result.
 */
export function newerServer(handlers: Handlers, { silent = false, owner, questions }: NewerOptions): Server {
  const { serverInfo, capabilities, instructions } = handlers;
  const server = new BoundedServer(serverInfo, {
    supportedProtocolVersions: [NEWER_VERSION],
    capabilities,
    instructions,
    cacheHints,
    jsonSchemaValidator,
    requestState: { verify: (state, context) => questions.verify(state, context) },
  });
  // The two SDKs' types differ in what a JSON Schema may hold, the values do not.
  server.setRequestHandler("tools/list", () => handlers.listTools() as Promise<ListToolsResult>);
  server.setRequestHandler("tools/call", ({ params }, context) => {
    const asked = askedIn(context, silent);
    if (!canAskUrl(context)) return refusing(handlers.callTool(params, asked));
    return refusing(questions.answer(context, owner, asked, (own) => handlers.callTool(params, own)));
  });
  server.setRequestHandler("prompts/list", () => handlers.listPrompts());
  server.setRequestHandler("prompts/get", ({ params }, { mcpReq }) =>
    refusing(handlers.getPrompt(params, mcpReq.id)),
  );
  server.setRequestHandler("resources/list", () => handlers.listResources());
  server.setRequestHandler("resources/templates/list", () => handlers.listResourceTemplates());
  server.setRequestHandler("resources/read", async ({ params }, context) => {
    const read = await refusing(handlers.readResource(params, askedIn(context, silent)));
    // What may be another thing in a moment is not kept.
    return registrationOf(params.uri) === undefined ? read : { ...read, ttlMs: 0 };
  });
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

/** A refusal as this SDK words it. */
async function refusing<Result>(answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof Refusal ? new ProtocolError(error.code, error.words, error.data) : error;
  }
}

/** Clients that say that they can, and take the question for a failed call (Copilot CLI 1.0.102). They get the address in the answer. */
const CANNOT_ASK: ReadonlySet<unknown> = new Set(["copilot-cli"]);

/** Whether the client can have its user open an address. */
function canAskUrl({ mcpReq }: ServerContext): boolean {
  const envelope = (mcpReq.envelope ?? {}) as {
    [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities;
    [CLIENT_INFO_META_KEY]?: { name?: unknown };
  };
  if (CANNOT_ASK.has(envelope[CLIENT_INFO_META_KEY]?.name)) return false;
  return envelope[CLIENT_CAPABILITIES_META_KEY]?.elicitation?.url !== undefined;
}

function askedIn({ mcpReq }: ServerContext, silent: boolean): Asked {
  return {
    id: mcpReq.id,
    signal: mcpReq.signal,
    progressToken: silent ? undefined : mcpReq._meta?.progressToken,
    tellProgress: (params) => mcpReq.notify({ method: "notifications/progress", params: { ...params } }),
  };
}
