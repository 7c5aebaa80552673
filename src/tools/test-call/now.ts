import type { StoredRegistration } from "../../telzino/types.js";
import { forgetProof, rememberProof } from "../core/call-proof.js";
import type { CallContext } from "../core/context.js";
import type { Judgement } from "./judge.js";
import type { ReadyPlan } from "./plan.js";

/**
 * Calls, judges, and keeps what is proven. The engine is loaded when the first call is placed.
 *
 * @throws ToolError where nothing may be sent. The signal's reason, once it is hung up.
 */
export async function testNow(plan: ReadyPlan, call: CallContext) {
  const [{ runTestCall }, { judgeTestCall }, { presetOf }, { testCallReply }] = await Promise.all([
    import("./run.js"),
    import("./judge.js"),
    import("./preset.js"),
    import("./reply.js"),
  ]);
  const { facts, answeredAt } = await runTestCall(plan, call);
  const judged = judgeTestCall(facts, await presetOf(plan.stored, facts));
  keep(call, plan.agentId, { judged, at: answeredAt, stored: plan.stored });
  return { judged, reply: testCallReply(plan, facts, judged) };
}

/** As what the user's own call has shown: a proof stays with the settings, a fault of the agent's side ends an earlier one. */
function keep(
  { services }: CallContext,
  agentId: string,
  { judged, at, stored }: { judged: Judgement; at: Date | undefined; stored: StoredRegistration },
): void {
  const { outcome } = judged.verdict;
  if (outcome === "problem") forgetProof(services, agentId);
  if (outcome === "proven" && at !== undefined) rememberProof(services, agentId, at, stored);
}
