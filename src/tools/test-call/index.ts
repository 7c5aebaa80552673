import { Confirmations, type NotConfirmed } from "../core/confirmation.js";
import type { CallContext } from "../core/context.js";
import { defineTool } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { type TestCallInput, testCallInput } from "./input.js";
import { testNow } from "./now.js";
import { testCallOutput } from "./output.js";
import { confirmedOf, isReady, planOf } from "./plan.js";

export const testCall = defineTool({
  name: "test_call",
  title: "Place a test call",
  description: [
    "Proves a line from end to end: calls the agent's own extension from a second extension of the same PBX, measures the voice both ways, and looks into the agent's call log. Tells who heard whom, which way is dead and why. It rings once and costs the agent's minutes.",
    "Two steps: the first call sends nothing and says exactly what it would do; ask the user, then make the same call with confirm. It dials no other number. Without a second extension: watch_test_call.",
    'Example: {"agentId": "…", "callerUsername": "1002", "echoCode": "*43"}',
  ].join("\n"),
  input: testCallInput,
  output: testCallOutput,
  // A call rings, takes the agent's minutes and is logged; nothing is changed or taken away.
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  async run(given, call) {
    const earlier = given.confirm === undefined ? undefined : await resultOfPage(given.confirm, given, call);
    if (earlier !== undefined) return earlier;
    const plan = await planOf(given, call);
    const what = confirmedOf(plan);
    const { memory } = call.services;
    memory.confirmations ??= new Confirmations();
    const { confirmations } = memory;
    const { confirmReply } = await import("./reply.js");
    if (given.confirm === undefined) return confirmReply(plan, confirmations.issue(what));
    const refusal = confirmations.redeem(given.confirm, what);
    if (refusal !== undefined) throw notConfirmed(refusal);
    if (isReady(plan)) return (await testNow(plan, call)).reply;
    return (await import("./entry.js")).callByEntry(given, plan, given.confirm, call);
  },
});

/** What is known of a call whose password a page asks for. */
async function resultOfPage(
  token: string,
  { callerSecret, agentId, callerUsername }: TestCallInput,
  call: CallContext,
) {
  if (callerSecret !== undefined) return undefined;
  const { resultByEntry } = await import("./entry.js");
  return resultByEntry({ token, agentId, callerUsername }, call);
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
