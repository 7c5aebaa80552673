import type { EntryOutcome, EntryWork } from "../../passwords/page/types.js";
import { createRedactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import type { CallContext, Services } from "../core/context.js";
import type { ToolReply } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { holdingApi } from "../core/holding-api.js";
import type { CallJob } from "./job.js";
import { testNow } from "./now.js";
import { confirmedOf, isReady, planOf } from "./plan.js";

export { isCallJob } from "./job.js";

type PageReply = ToolReply<Record<string, unknown>>;

const MAX_FIXES = 3;

/**
 * Places the call that a page was opened for, once, with the password that was typed there. The work of the page holds the password
 * until this has ended; the reply that is kept for the tool's next call is redacted before.
 *
 * @throws ToolError where it may not be placed, or was hung up; what the API throws, with nothing sent.
 */
export async function runCallJob(
  job: CallJob,
  services: Services,
  password: Secret,
  { hold, report, signal: ofPage }: EntryWork,
): Promise<{ value: PageReply; outcome: EntryOutcome }> {
  const { callsByEntry } = services.memory;
  const known = callsByEntry.get(job.token) ?? { stop: new AbortController(), at: Date.now() };
  callsByEntry.set(job.token, known);
  const signal = AbortSignal.any([ofPage, known.stop.signal]);
  const call: CallContext = {
    services: { ...services, api: holdingApi(services.api, hold) },
    ...{ readOnly: services.readOnly, signal, hold },
    progress: (message) => report(message),
    shows: (text) => text.passes(services.redactor.refusalOf),
  };
  if (signal.aborted) throw givenUp();
  const plan = await planOf({ ...job.given, callerSecret: password }, call);
  // Minutes may have passed since the user agreed.
  if (!isReady(plan) || !sameAs(job.confirmed, confirmedOf(plan))) {
    throw new ToolError(
      "No call was placed: the agent's settings have changed since the user agreed to the call.",
      ["The same call without confirm says what would be done now."],
    );
  }
  const { judged, reply } = await testNow(plan, call).catch((error: unknown) => {
    throw signal.aborted ? givenUp() : error;
  });
  const shown = createRedactor({ base: services.redactor, known: wordsOf(job) });
  const value: PageReply = shown.redactDeep(reply);
  known.reply = value;
  known.at = Date.now();
  const { verdict, findings } = judged;
  const grave = findings.filter(({ severity }) => severity !== "info").slice(0, MAX_FIXES);
  const details = [verdict.text, ...grave.map(({ fix }) => fix)];
  return { value, outcome: { result: "done", verdict: verdict.outcome, details } };
}

/** What the caller wrote, which is shown whatever the password is. */
function wordsOf({ given, confirmed }: Pick<CallJob, "given" | "confirmed">): string[] {
  return [...Object.values(given), ...Object.values(confirmed)].flatMap((value) =>
    value === undefined ? [] : [String(value)],
  );
}

function sameAs(one: CallJob["confirmed"], other: CallJob["confirmed"]): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

function givenUp(): ToolError {
  return new ToolError("The call was given up: if it was under way, it has been hung up.", []);
}
