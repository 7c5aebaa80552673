import { present } from "../../base/present.js";
import { capital } from "../../base/words.js";
import type { Verdict } from "../../diagnosis/grades.js";
import type { EntryFacts, EntryOutcome, EntryWork, SettledBy } from "../../passwords/page/types.js";
import type { MissingPassword } from "../../passwords/password.js";
import type { Secret } from "../../redaction/secret.js";
import { accountOf, differingFields, settingsMark } from "../../registration/settings.js";
import { statusKind } from "../../registration/states.js";
import { confirmStored, readStored } from "../../registration/stored.js";
import { type WaitOutcome, waitUntilSettled } from "../../registration/wait.js";
import { storeRegistration, type WriteContext } from "../../registration/write.js";
import type {
  RegistrationSettings,
  RegistrationStatus,
  StoredRegistration,
  TelzinoApi,
} from "../../telzino/types.js";
import type { CallContext, Services } from "../core/context.js";
import { ToolError } from "../core/errors.js";
import { fact, note, summary } from "../core/facts.js";
import { stateText } from "../core/format.js";
import { holdingApi } from "../core/holding-api.js";
import { orUnknown } from "../core/or-unknown.js";
import { askForPassword, pendingPage, type WaitingPage } from "../core/password-entry.js";
import { mayHelpIn } from "../core/password-helps.js";
import { ANSWER, waitWords } from "../core/progress.js";
import { statusFindings } from "../core/status-findings.js";
import { tellable } from "../core/tellable.js";
import { storedWords } from "../core/write-words.js";
import { ended, type Facts, type Fields, planFacts } from "./facts.js";
import { jobOf, seenBy } from "./job.js";
import { account, changedOnLine, knownAfter, label, type Plan } from "./plan.js";
import { passwordNeeded, type Reply, SEND_STORED_AGAIN } from "./reply.js";
import { replyFromPage } from "./reply-from-page.js";
import { NOTHING_WRITTEN, REPLACED, verdictAfter, verdictFact } from "./verdict.js";
import {
  isReplaced,
  type Outcome,
  outcomeNotes,
  replacedLines,
  type Written,
  writtenReply,
} from "./written.js";

/** How long the page waits for the outcome; no client's time-out limits it. */
const PAGE_WAIT_MS = 45_000;
/** Of findings, at most so many on the page. */
const MAX_FINDINGS = 2;

interface EntryReasons {
  /** Why the user has to be asked. */
  missing: MissingPassword;
  /** Whether the agent may leave the account under which it is registered. */
  replace: boolean;
}

/**
 * Configures with a password that the user types into the local page. The settings are stored when that is
 * done, in this call or after it.
 *
 * @throws ToolError where there is no such page, or the user does not enter anything.
 */
export async function configureByEntry(
  plan: Plan,
  { missing, replace }: EntryReasons,
  call: CallContext,
): Promise<Reply> {
  const { services } = call;
  let last: string | undefined;
  const seen = seenBy(plan);
  const answer = await askForPassword<Outcome>(
    {
      agentId: plan.agentId.toLowerCase(),
      facts: factsOf(plan),
      settings: plan.settings,
      nothingDone: "Nothing was written",
      endsWhenRegistered: plan.before === undefined || statusKind(plan.before) !== "registered",
      settledBy: (signal) => settledSince(last, plan.agentId, services, signal),
      // The call may be over: the page shows the outcome, and holds its own secrets.
      async submit(password, work) {
        const done = await storeByPage({ plan, replace, seen, after: last }, services, password, work);
        last = done.mark;
        return done;
      },
      job: jobOf(plan, replace),
    },
    call,
  );
  switch (answer.kind) {
    case "finished":
      return writtenReply(plan, "entry", answer.value);
    case "told":
      return replyFromPage(plan, answer.outcome);
    case "pending":
      return entryPendingReply(plan, missing, answer, call.services);
    case "unavailable":
      throw passwordNeeded(
        plan,
        { ...missing, why: `${missing.why} ${answer.why}`.trimEnd() },
        call.services,
      );
  }
}

const NOT_NEEDED: Readonly<Record<SettledBy, string>> = {
  registered: "Nothing was sent: the agent has registered meanwhile.",
  stored: "Nothing was sent: a later call has changed this agent's registration meanwhile.",
};

/** What a page is to do. */
export interface PageTask {
  plan: Plan;
  /** Whether the agent may leave the account under which it is registered. */
  replace: boolean;
  /** The mark of the settings that were stored when the page was asked for. Absent: they could not be read. */
  seen?: string | undefined;
  /** The mark of what an earlier try has stored. */
  after?: string | undefined;
}

/**
 * Stores the settings with the password that a page was given, and waits for the outcome. `mark`: of the stored settings,
 * by which {@link settledSince} goes.
 */
export async function storeByPage(
  task: PageTask,
  services: Pick<Services, "api" | "agentLocks" | "sipSecrets">,
  password: Secret,
  { hold, signal, report }: EntryWork,
): Promise<{ value: Outcome; outcome: EntryOutcome; mark: string }> {
  const { plan, after } = task;
  const { agentLocks } = services;
  const api = holdingApi(services.api, hold);
  const settled = await settledSince(after, plan.agentId, { api, agentLocks }, signal);
  if (settled !== undefined) throw new ToolError(NOT_NEEDED[settled], []);
  const { before, written } = await agentLocks.hold(plan.agentId, { signal }, (turn) =>
    store(task, password, { api, agentId: plan.agentId, turn, signal }),
  );
  const waited = await waitUntilSettled(api, plan.agentId, before, {
    budgetMs: PAGE_WAIT_MS,
    signal,
    onSample: (status, elapsed) =>
      report(waitWords(ANSWER, { status, elapsed, seconds: PAGE_WAIT_MS / 1_000 })),
  });
  const { sent, turn, doubt } = written;
  const confirmation = await confirmStored(sent, { api, agentId: plan.agentId, turn, signal });
  const value = { waited, doubt, confirmation, password: tellable(password, services) };
  return { value, outcome: await outcomeOf(plan, value), mark: turn.mark() };
}

/** What has made another try needless since the one that left that mark, if anything. */
export async function settledSince(
  mark: string | undefined,
  agentId: string,
  { api, agentLocks }: Pick<Services, "api" | "agentLocks">,
  signal: AbortSignal,
): Promise<SettledBy | undefined> {
  if (mark === undefined) return undefined;
  if (await agentLocks.overtaken(agentId, mark)) return "stored";
  const status = await statusBefore(api, agentId, signal);
  return status && statusKind(status) === "registered" ? "registered" : undefined;
}

/** Minutes may have passed since the call looked: everything that decides about the write is read again. */
async function store(
  { plan, replace, seen }: PageTask,
  password: Secret,
  context: WriteContext,
): Promise<{ before: RegistrationStatus | undefined; written: Written }> {
  const { api, agentId, signal, turn } = context;
  const [reading, before] = await Promise.all([
    readStored(api, agentId, signal),
    statusBefore(api, agentId, signal),
  ]);
  const stored = reading.kind === "read" ? reading.stored : undefined;
  if (changedOnLine(stored, before, plan.settings).length > 0 && !replace) {
    throw new ToolError(
      `Nothing was sent: since this page was asked for, the agent has been registered as ${accountOf(stored ?? {})}, with other settings.`,
      ["Ask the user whether that line shall be changed; if so, make the call with replace true."],
    );
  }
  if (stored && wasChanged(stored, seen, plan.settings)) {
    throw new ToolError(
      `Nothing was sent: since this page was asked for, another program has stored other settings for the agent: ${storedWords(stored)}.`,
      ["Make the call again: it goes by what is stored now."],
    );
  }
  const sent = { settings: plan.settings, password };
  const doubt = await storeRegistration(sent, stored, context);
  return { before, written: { sent, turn, doubt } };
}

/** A page would overwrite unseen what others have stored since it was asked for. What it has stored itself does not count. */
function wasChanged(
  stored: StoredRegistration,
  seen: string | undefined,
  settings: RegistrationSettings,
): boolean {
  if (seen === undefined || settingsMark(stored) === seen) return false;
  return differingFields(stored, settings).length > 0;
}

function statusBefore(
  api: TelzinoApi,
  agentId: string,
  signal: AbortSignal,
): Promise<RegistrationStatus | undefined> {
  return orUnknown(api.getStatus(agentId, { signal }), signal);
}

function factsOf({ agent, agentId, settings }: Plan): EntryFacts {
  return {
    agent: agent ? String(agent.name) : agentId,
    username: settings.username,
    sipDomain: settings.sipDomain,
    ...present({ proxy: settings.proxy }),
    port: settings.port,
    transport: settings.transport,
    purpose: "store",
  };
}

async function outcomeOf(
  plan: Plan,
  { waited, doubt, confirmation, password }: Outcome,
): Promise<EntryOutcome> {
  if (isReplaced(confirmation)) {
    const details = [...replacedLines(plan, confirmation), REPLACED.text];
    return { result: "overtaken", verdict: REPLACED.outcome, details };
  }
  const failed = waited.kind === "done" && statusKind(waited.status) === "failed";
  const findings = failed ? await statusFindings(knownAfter(plan, waited.status, password)) : [];
  const { outcome: verdict, text } = verdictAfter(plan, waited, confirmation, findings);
  const details = failed
    ? findings.slice(0, MAX_FINDINGS).flatMap(({ title, cause, fix }) => [title, cause, fix])
    : [text, ...(waited.kind === "unreadable" ? [waited.error.message] : [])];
  return {
    result: resultOf(waited, verdict),
    verdict,
    ...(waited.kind === "unreadable" ? {} : { state: stateText(waited.status) }),
    details: [...details, ...outcomeNotes(doubt, confirmation)],
    ...(failed && !mayHelpIn(waited.status.state) ? { passwordHelps: false } : {}),
  };
}

function resultOf(waited: WaitOutcome, verdict: Verdict["outcome"]): EntryOutcome["result"] {
  if (waited.kind !== "done") return waited.kind;
  if (statusKind(waited.status) === "failed") return "failed";
  return verdict === "proven" ? "registered" : "unproven";
}

function entryPendingReply(
  plan: Plan,
  { why, refused }: MissingPassword,
  page: WaitingPage,
  services: Services,
): Reply {
  const { facts, next } = pendingPage(page, services);
  return {
    facts: [
      summary(
        `Nothing is written yet: ${label(plan)} as ${account(plan)} still needs its SIP password. ${capital(why)}`,
      ),
      ended("password_entry_pending", false),
      verdictFact(NOTHING_WRITTEN),
      fact<Fields>({ passwordFrom: "missing" }),
      ...facts,
      ...workingLineNote(plan),
      ...planFacts(plan),
    ],
    next: [...next, ...(refused ? [SEND_STORED_AGAIN] : [])],
  };
}

/** Another password for a line that works. */
function workingLineNote({ before }: Plan): Facts {
  if (before === undefined || statusKind(before) !== "registered") return [];
  return [
    note("The agent is registered now: the password that is typed there takes the place of one that works."),
  ];
}
