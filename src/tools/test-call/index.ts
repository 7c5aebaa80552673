import type { StoredRegistration } from "../../telzino/types.js";
import { forgetProof, rememberProof } from "../core/call-proof.js";
import { Confirmations, type NotConfirmed } from "../core/confirmation.js";
import type { CallContext } from "../core/context.js";
import { defineTool } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { testCallInput } from "./input.js";
import type { Judgement } from "./judge.js";
import { testCallOutput } from "./output.js";
import { confirmedOf, planOf } from "./plan.js";

export const testCall = defineTool({
  name: "test_call",
  title: "Place a test call",
  description: [
    "Proves a line from end to end: calls the agent's own extension from a second extension of the same PBX, measures the voice both ways, and looks into the agent's call log. Tells who heard whom, which way is dead and why. It rings once and costs the agent's minutes.",
    "Two steps: the first call sends nothing and says exactly what it would do; ask the user, then make the same call with confirm. It dials no other number. Without a second extension: watch_test_call.",
    'Example: {"agentId": "…", "callerUsername": "1002", "callerSecret": "DESK", "echoCode": "*43"}',
  ].join("\n"),
  input: testCallInput,
  output: testCallOutput,
  // A call rings, takes the agent's minutes and is logged; nothing is changed or taken away.
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  async run(given, call) {
    const plan = await planOf(given, call);
    const what = confirmedOf(plan);
    const { memory } = call.services;
    memory.confirmations ??= new Confirmations();
    const { confirmations } = memory;
    const { confirmReply, testCallReply } = await import("./reply.js");
    if (given.confirm === undefined) return confirmReply(plan, confirmations.issue(what));
    const refusal = confirmations.redeem(given.confirm, what);
    if (refusal !== undefined) throw notConfirmed(refusal);
    const { facts, judged, at } = await testNow(plan, call);
    keep(call, plan.agentId, { judged, at, stored: plan.stored });
    return testCallReply(plan, facts, judged);
  },
});

/** Calls, and judges. The engine is loaded when the first call is placed. */
async function testNow(plan: Awaited<ReturnType<typeof planOf>>, call: CallContext) {
  const [{ runTestCall }, { judgeTestCall }, { presetOf }] = await Promise.all([
    import("./run.js"),
    import("./judge.js"),
    import("./preset.js"),
  ]);
  const { facts, answeredAt } = await runTestCall(plan, call);
  return { facts, judged: judgeTestCall(facts, await presetOf(plan.stored, facts)), at: answeredAt };
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

const WHY: Readonly<Record<NotConfirmed, string>> = {
  malformed: "confirm is not a token of this tool",
  expired: "the ten minutes of this token are over",
  used: "this token was used already, and is good for one call",
  other: "this token confirms another call, or is of another process of this server",
};

function notConfirmed(why: NotConfirmed): ToolError {
  return new ToolError(`No call was placed: ${WHY[why]}.`, [
    "Make the same call without confirm: it says what would be done and gives a new token. Ask the user once more.",
  ]);
}
