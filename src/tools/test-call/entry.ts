import { present } from "../../base/present.js";
import type { EntryOutcome, EntryState } from "../../passwords/page/types.js";
import { settingText } from "../../redaction/untrusted.js";
import { completeSettings } from "../../registration/settings.js";
import type { CallContext, Services } from "../core/context.js";
import type { ToolReply } from "../core/define.js";
import { ToolError } from "../core/errors.js";
import { fact, note, notes, summary } from "../core/facts.js";
import { askForPassword, pendingPage, type WaitingPage } from "../core/password-entry.js";
import type { CallJob } from "./job.js";
import { type CallPlan, confirmedOf, noPassword, type PlanInput } from "./plan.js";
import { runCallJob } from "./run-job.js";

type Reply = ToolReply<Record<string, unknown>>;

/** How long a result waits to be fetched. */
const KEPT_MS = 15 * 60_000;

const SAME_CALL =
  "When the user says that it is done, the same call with the same confirm returns the result.";
const ANEW = "The same call without confirm starts over; ask the user first.";

/**
 * Places a confirmed call with a password that the user types into a page: that of the calling extension, which is used for this
 * call and kept nowhere. With a client that waits, the result is that of the call; with any other the page places it, and the same
 * call with the same token returns its result.
 *
 * @throws ToolError where there is no such page, the user enters nothing, or the call may not be placed.
 */
export async function callByEntry(
  { callerSecret: _, confirm: __, ...given }: PlanInput,
  plan: CallPlan,
  token: string,
  call: CallContext,
): Promise<Reply> {
  const { services, signal } = call;
  const { target, extension, agentName, agentId } = plan;
  const job: CallJob = { kind: "call", given, confirmed: confirmedOf(plan), token };
  const settings = completeSettings({ ...target });
  const known = { stop: new AbortController(), at: Date.now() };
  services.memory.callsByEntry.set(token, known);
  const stop = () => known.stop.abort();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const answer = await askForPassword<Reply>(
      {
        agentId: keyOf(token),
        facts: {
          agent: agentName ?? agentId,
          ...{ username: target.username, sipDomain: target.sipDomain, called: extension, purpose: "call" },
          ...present({ proxy: target.proxy }),
          ...{ port: settings.port, transport: settings.transport },
        },
        settings,
        nothingDone: "No call was placed",
        endsWithCall: true,
        job,
        submit: (password, work) => runCallJob(job, services, password, work),
      },
      call,
    );
    switch (answer.kind) {
      case "finished":
        services.memory.callsByEntry.delete(token);
        return answer.value;
      case "told":
        return keptReply(token, services) ?? replyFromPage(agentId, answer.outcome);
      case "pending":
        return pendingReply(given, answer, services, agentName);
      case "unavailable":
        throw noPassword(given.callerUsername, services, answer.why);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** What is known by now of a call whose password a page was to ask for; `undefined`: the token was for none, so far. */
export async function resultByEntry(
  { token, ...given }: Pick<PlanInput, "agentId" | "callerUsername"> & { readonly token: string },
  { services }: CallContext,
): Promise<Reply | undefined> {
  const kept = keptReply(token, services);
  if (kept !== undefined) return kept;
  const state = await services.entry?.stateOf(keyOf(token));
  if (state === undefined) return undefined;
  switch (state.phase) {
    case "waiting":
      return pendingReply(given, state, services);
    case "working":
      return {
        facts: [
          summary("The password was typed, and the call is under way."),
          fact({ agentId: given.agentId, outcome: "under_way" }),
        ],
        next: ["The same call with the same confirm, in half a minute, returns the result."],
      };
    case "ended":
      return endedReply(given.agentId, state);
  }
}

function endedReply(
  agentId: string,
  { outcome, details, how }: Extract<EntryState, { phase: "ended" }>,
): Reply {
  if (outcome !== undefined) return replyFromPage(agentId, { ...outcome, details });
  throw new ToolError(`No call was placed: the page for the SIP password ended without one (${how}).`, [
    ANEW,
  ]);
}

function keyOf(token: string): string {
  return `call ${token}`;
}

/** Once. */
function keptReply(token: string, { memory }: Services): Reply | undefined {
  const { callsByEntry } = memory;
  const reply = callsByEntry.get(token)?.reply;
  if (reply === undefined) return undefined;
  for (const [each, { at }] of callsByEntry) {
    if (each === token || Date.now() - at > KEPT_MS) callsByEntry.delete(each);
  }
  return reply;
}

/** By another replica, or told before: what the page said is all that is known here. */
function replyFromPage(
  agentId: string,
  { result, verdict, details }: Pick<EntryOutcome, "result" | "details"> & Partial<EntryOutcome>,
): Reply {
  const [first = "", ...more] = details;
  if (result !== "done") throw new ToolError(first, [...more, ANEW]);
  return {
    facts: [
      summary(`The call was placed from the page. ${first}`),
      fact({ agentId, outcome: verdict ?? "not_proven", verdict: first }),
      ...notes(more),
    ],
    next: ["get_sip_status shows the agent's state, and what is proven of it."],
  };
}

function pendingReply(
  { agentId, callerUsername }: Pick<PlanInput, "agentId" | "callerUsername">,
  page: WaitingPage,
  services: Services,
  agentName?: string,
): Reply {
  const { sipSecrets } = services;
  const ways = { passwordArgument: false, ...present({ sipSecrets }) };
  const { facts, next } = pendingPage(page, ways, "callerSecret");
  const user = settingText(callerUsername);
  return {
    facts: [
      summary(
        `${agentName ?? "The agent"}: nothing was sent yet. The call is placed as soon as the SIP password of extension ${user} is typed into a page.`,
      ),
      fact({ agentId, outcome: "password_entry_pending" }),
      ...facts,
      note(
        `It is the password of extension ${user}, not of the agent's; it is used for this one call and stored nowhere.`,
      ),
    ],
    next: [next[0] ?? "", SAME_CALL],
  };
}
