import type { Agent } from "../../telzino/types.js";
import type { CallContext } from "../core/context.js";

/** Lists may leave the registration out; so many agents are read one by one for it, so many at a time. */
const DETAIL_READS = 20;
const DETAIL_PARALLEL = 4;

/**
 * Reads the agents whose registration the list did not tell; one that can't be read stays unknown.
 *
 * @param tried whose reading is not tried again.
 */
export async function withRegistrations(
  agents: readonly Agent[],
  { services, signal }: CallContext,
  tried = new Set<string>(),
): Promise<Agent[]> {
  const result = [...agents];
  const missing = result
    .map((agent, index) => ({ agent, index }))
    .filter(({ agent }) => agent.registration === undefined && !tried.has(agent.id))
    .slice(0, DETAIL_READS);
  for (const { agent } of missing) tried.add(agent.id);
  const worker = async () => {
    for (let job = missing.shift(); job !== undefined; job = missing.shift()) {
      const { agent, index } = job;
      result[index] = await services.api.getAgent(agent.id, { signal }).catch(() => agent);
      signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: DETAIL_PARALLEL }, worker));
  return result;
}
