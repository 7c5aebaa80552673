import type { CallToolResult, ReadResourceResult } from "@modelcontextprotocol/sdk/types.js";
import { AgentWatcher } from "../audit/agent-watcher.js";
import { INTERNAL_ERROR, INVALID_PARAMS } from "../base/json-rpc.js";
import { TelzinoError } from "../telzino/errors.js";
import type { Services } from "../tools/core/context.js";
import { RESOURCE_NOT_FOUND, Refusal } from "./refusal.js";

/** Whether these services show that agent at all; the API says whether it exists. */
function isOffered(agentId: string, { boundAgentId }: Services): boolean {
  return boundAgentId === undefined || boundAgentId.toLowerCase() === agentId;
}

/** An agent's registration as `get_sip_status` tells it, in fields. @param status calls that tool. */
export async function readRegistration(
  uri: string,
  agentId: string,
  services: Services,
  status: (given: object) => Promise<CallToolResult>,
): Promise<ReadResourceResult> {
  if (!isOffered(agentId, services)) throw noSuchAgent(uri);
  const { isError, structuredContent, content } = await status(
    services.boundAgentId === undefined ? { agentId } : {},
  );
  if (isError !== true) {
    const text = JSON.stringify(structuredContent);
    return { contents: [{ uri, mimeType: "application/json", text }] };
  }
  await requireAgent(uri, agentId, services);
  const [first] = content;
  throw new Refusal(INTERNAL_ERROR, first?.type === "text" ? first.text : "The status could not be read");
}

/**
 * Reports changes of an agent's registration until the returned function is called.
 *
 * @throws Refusal for an agent that is not there, and where too many are watched.
 */
export async function watchRegistration(
  uri: string,
  agentId: string,
  services: Services,
  tell: () => void,
  signal: AbortSignal,
): Promise<() => void> {
  const seen = await requireAgent(uri, agentId, services, signal);
  services.memory.agentWatcher ??= new AgentWatcher({ api: services.api });
  const end = services.memory.agentWatcher.watch(agentId, tell, seen);
  if (end !== undefined) return end;
  throw new Refusal(INVALID_PARAMS, "Too many agents are watched: end another subscription first");
}

/** The agent's status, where it can be read. @throws Refusal where there is no such agent. */
async function requireAgent(uri: string, agentId: string, services: Services, signal?: AbortSignal) {
  if (!isOffered(agentId, services)) throw noSuchAgent(uri);
  try {
    return await services.api.getStatus(agentId, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TelzinoError)) throw error;
    if (error.code === "agent_not_found") throw noSuchAgent(uri);
    return undefined;
  }
}

function noSuchAgent(uri: string): Refusal {
  return new Refusal(RESOURCE_NOT_FOUND, "There is no such agent: list_telzino_agents tells the ids", {
    uri,
  });
}
