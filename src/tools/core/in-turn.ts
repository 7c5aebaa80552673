import type { AgentTurn } from "../../registration/agent-locks.js";
import type { CallContext } from "./context.js";

/** Runs a change of an agent when its earlier ones are through; a call that has to wait says so to its client. */
export function inTurn<Result>(
  agentId: string,
  { services, signal, progress }: CallContext,
  change: (turn: AgentTurn) => Promise<Result>,
): Promise<Result> {
  const onWait = () => progress("Waiting: another change of this agent is under way");
  return services.agentLocks.hold(agentId, { signal, onWait }, change);
}
