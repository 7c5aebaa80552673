import { statusKind } from "../registration/states.js";
import { type WaitOutcome, waitUntilSettled } from "../registration/wait.js";
import type { EntryFacts, EntryOutcome } from "../secrets/entry/types.js";
import { TelzinoError } from "../telzino/errors.js";
import type { RegistrationStatus, TelzinoApi } from "../telzino/types.js";
import { cleanText } from "../text.js";
import { account, knownAfter, label, type Plan } from "./configure-plan.js";
import { adviceLines, baseData, outcomeReply, passwordNeeded, type Reply } from "./configure-reply.js";
import type { CallContext } from "./context.js";
import { askForPassword, pendingPage } from "./password-entry.js";
import { statusFindings } from "./status-findings.js";

/** How long the page waits for the outcome; no client's time-out limits it. */
const PAGE_WAIT_MS = 45_000;
/** Of findings, at most so many on the page. */
const MAX_FINDINGS = 2;

/**
 * Configures with a password that the user types into the local page. The settings are stored when that is
 * done, in this call or after it.
 *
 * @throws ToolError where there is no such page, or the user does not enter anything.
 */
export async function configureByEntry(plan: Plan, why: string, call: CallContext): Promise<Reply> {
  const { api } = call.services;
  const answer = await askForPassword<WaitOutcome>(
    {
      agentId: plan.agentId,
      facts: factsOf(plan),
      nothingDone: "Nothing was written",
      async submit(password, { signal, report }) {
        // Minutes may have passed since the call looked.
        const before = await statusBefore(api, plan.agentId, signal);
        await api.putRegistration(plan.agentId, plan.settings, password, { signal });
        const waited = await waitUntilSettled(api, plan.agentId, before, {
          budgetMs: PAGE_WAIT_MS,
          signal,
          onSample: ({ state }) => report(state),
        });
        return { value: waited, outcome: await outcomeOf(plan, waited) };
      },
    },
    call,
  );
  switch (answer.kind) {
    case "finished":
      return outcomeReply(plan, "entry", answer.value);
    case "pending":
      return entryPendingReply(plan, why, answer);
    case "unavailable":
      throw passwordNeeded(plan, answer.why === "" ? why : `${why} ${answer.why}`, call.services);
  }
}

async function statusBefore(
  api: TelzinoApi,
  agentId: string,
  signal: AbortSignal,
): Promise<RegistrationStatus | undefined> {
  try {
    return await api.getStatus(agentId, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelzinoError)) throw error;
    return undefined;
  }
}

function factsOf({ agent, agentId, settings }: Plan): EntryFacts {
  return {
    agent: agent ? cleanText(agent.name, 100) : agentId,
    username: cleanText(settings.username, 128),
    sipDomain: cleanText(settings.sipDomain, 253),
    ...(settings.proxy === undefined ? {} : { proxy: cleanText(settings.proxy, 253) }),
    port: settings.port,
    transport: settings.transport,
    purpose: "store",
  };
}

async function outcomeOf(plan: Plan, waited: WaitOutcome): Promise<EntryOutcome> {
  if (waited.kind === "unreadable") return { result: "unreadable", details: [waited.error.message] };
  const { state } = waited.status;
  if (waited.kind === "pending") return { result: "pending", state, details: [] };
  if (statusKind(waited.status) !== "failed") return { result: "registered", state, details: [] };
  const findings = await statusFindings(knownAfter(plan, waited.status));
  const details = findings.slice(0, MAX_FINDINGS).flatMap(({ title, cause, fix }) => [title, cause, fix]);
  return { result: "failed", state, details };
}

function entryPendingReply(plan: Plan, why: string, page: { url: string; validUntil: Date }): Reply {
  const { lines, data, next } = pendingPage(page);
  return {
    lines: [
      `Nothing is written yet: ${label(plan)} as ${account(plan)} still needs its SIP password. ${sentence(why)}`,
      ...lines,
      ...adviceLines(plan),
    ],
    data: {
      ...baseData(plan),
      outcome: "password_entry_pending",
      written: false,
      passwordFrom: "missing",
      passwordEntry: data,
    },
    next,
  };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
