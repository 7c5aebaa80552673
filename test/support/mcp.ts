import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { CallToolResult, Progress } from "@modelcontextprotocol/sdk/types.js";
import { createLogger } from "../../src/base/log.js";
import { ProbeHistory } from "../../src/diagnosis/index.js";
import { createServer, type ServerOptions } from "../../src/mcp/server.js";
import { createRedactor } from "../../src/redaction/redactor.js";
import { ProcessLocks } from "../../src/registration/agent-locks.js";
import { TelzinoError } from "../../src/telzino/errors.js";
import type { Agent, CallOptions, TelzinoApi } from "../../src/telzino/types.js";
import type { Services } from "../../src/tools/core/context.js";
import { newMemory } from "../../src/tools/core/memory.js";
import { jsonSchemaValidator } from "./output-schemas.js";

/** The newest version of the protocol that is served. */
export const NEWER = "2026-07-28";

/** What each request of the newer era says of its client. */
export function newerMeta(version: string = NEWER, capabilities: object = {}) {
  return {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "0" },
    "io.modelcontextprotocol/clientCapabilities": capabilities,
  };
}

/** Services over a given API; by default without credentials, as a server that has none. */
export function servicesFor(api: TelzinoApi = unconfiguredApi(), more: Partial<Services> = {}): Services {
  const redactor = createRedactor();
  const history = new ProbeHistory();
  return {
    api: tellingStored(api),
    redactor,
    agentLocks: new ProcessLocks().within("test"),
    log: createLogger({ level: "error", stream: process.stderr, refusal: redactor.refusal }),
    platformIsLocal: false,
    passwordArgument: true,
    readOnly: false,
    history: async () => history,
    memory: newMemory(),
    ...more,
  };
}

/** Tells of the stored registrations that an answer brings, as the client does, where a test made the answer up. */
function tellingStored(api: TelzinoApi): TelzinoApi {
  const tell = (agents: readonly Agent[], options: CallOptions = {}) => {
    for (const { registration } of agents) if (registration) options.onStored?.(registration);
  };
  return {
    listAgents: async (query, options) => {
      const page = await api.listAgents(query, options);
      tell(page.agents, options);
      return page;
    },
    getAgent: async (id, options) => {
      const agent = await api.getAgent(id, options);
      tell([agent], options);
      return agent;
    },
    putRegistration: (...given) => api.putRegistration(...given),
    deleteRegistration: (...given) => api.deleteRegistration(...given),
    getStatus: (...given) => api.getStatus(...given),
    listCallLogs: (...given) => api.listCallLogs(...given),
  };
}

function unconfiguredApi(): TelzinoApi {
  const refuse = () => Promise.reject(new TelzinoError("not_configured", "No credentials are configured"));
  return {
    listAgents: refuse,
    getAgent: refuse,
    putRegistration: refuse,
    deleteRegistration: refuse,
    getStatus: refuse,
    listCallLogs: refuse,
  };
}

export interface ConnectedClient {
  client: Client;
  /** Calls a tool; its text is the first content block's. */
  call(
    name: string,
    args?: Record<string, unknown>,
    options?: { signal?: AbortSignal; onprogress?: (progress: Progress) => void },
  ): Promise<CallToolResult & { text: string; facts: Record<string, unknown> }>;
  close(): Promise<void>;
}

/** An MCP client connected in process to a server over those services. It checks every result against the tool's output schema. */
export async function connectInProcess(
  services: Services,
  options: ServerOptions = {},
): Promise<ConnectedClient> {
  const server = createServer(services, options);
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "test", version: "0" }, { jsonSchemaValidator });
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  return { ...(await callerOf(client)), close: () => client.close() };
}

/** Wraps a client that is connected already. */
export async function callerOf(client: Client): Promise<Pick<ConnectedClient, "client" | "call">> {
  // Lets the client know the output schemas, against which it then checks results.
  await client.listTools();
  return {
    client,
    async call(name, args = {}, options = {}) {
      const result = (await client.callTool({ name, arguments: args }, undefined, options)) as CallToolResult;
      const [first] = result.content;
      return {
        ...result,
        text: first?.type === "text" ? first.text : "",
        facts: result.structuredContent ?? {},
      };
    },
  };
}
