import { present } from "../../base/present.js";
import { systemClock } from "../../passwords/page/clock.js";
import {
  type EntryFacts,
  type EntryOutcome,
  type EntryRequest,
  type EntryState,
  EntryUnavailable,
  type EntryWork,
  type OpenEntry,
  type PublicPage,
  type Unanswered,
} from "../../passwords/page/types.js";
import type { Secret } from "../../redaction/secret.js";
import { accountOf, FIELDS } from "../../registration/settings.js";
import type { RegistrationSettings } from "../../telzino/types.js";
import type { CallContext, Services, UserAnswer, UserQuestion } from "./context.js";
import { ToolError } from "./errors.js";
import { explainError } from "./explain-error.js";
import { fact, note } from "./facts.js";
import { age, isoTime } from "./format.js";
import { type PasswordWays, waysFromElsewhere } from "./password-fields.js";
import { entryOutcomeWords, mayHelpAfter } from "./password-helps.js";
import { type PendingPage, publicPage, type QuestionEnd } from "./public-page.js";

export interface PasswordQuestion<Done> {
  agentId: string;
  facts: EntryFacts;
  /** Where it will be used; any part of that may be the caller's words. */
  settings: RegistrationSettings;
  /** `Nothing was written`: how a call that failed begins. */
  nothingDone: string;
  /**
   * What to do with the password once it is there. It may run after the call has been answered, so it must
   * follow `work.signal`, not the call's, and report its progress only to `work`.
   */
  submit(password: Secret, work: EntryWork): Promise<{ value: Done; outcome: EntryOutcome }>;
  settledBy?: NonNullable<EntryRequest<Done>["settledBy"]>;
  endsWhenRegistered?: boolean;
  /** A call that is cancelled while it waits takes its page along: what was asked for would ring someone. */
  endsWithCall?: true;
  /** The same as data, for a page that any of several servers may answer; see `EntryRequest.job`. */
  job?: unknown;
}

export type PasswordAnswer<Done> =
  | { kind: "finished"; value: Done }
  /** The user has the address still to open; the page then carries everything out. */
  | ({ kind: "pending" } & WaitingPage)
  /** Another server may have carried it out; this is what its page said. */
  | { kind: "told"; outcome: EntryOutcome }
  /** `why` is a sentence, or empty where this server never has such a page. */
  | { kind: "unavailable"; why: string };

/** A page that waits to be opened. */
export interface WaitingPage extends Pick<OpenEntry<unknown>, "url" | "validUntil" | "public"> {
  /** The outcome of the client's question whether to open it, if one was asked. */
  question?: QuestionEnd;
}

/** An answer that comes sooner is not a person's, in milliseconds: no one can have read the question by then. */
const PERSON_MS = 1_500;
/** Between signs of life to a client that waits, in milliseconds. */
const HEARTBEAT_MS = 10_000;

/**
 * Lets the user type the SIP password into a page, on this machine or at the server's public URL. With a client that can ask the user to
 * open an address, the call waits until the password has been used; with any other, or where too many calls wait,
 * the answer is `pending`, and the page finishes the job. The same if the question failed: many clients answer it by
 * themselves, and a user who declined it may still open the page. A call that is cancelled leaves the page as it is, until it expires, but for `endsWithCall`.
 *
 * @throws ToolError where the user cancels or closes the page, or lets the time run out.
 * @throws whatever `submit` threw.
 */
export async function askForPassword<Done>(
  question: PasswordQuestion<Done>,
  call: CallContext,
): Promise<PasswordAnswer<Done>> {
  const { entry } = call.services;
  if (entry === undefined) return { kind: "unavailable", why: "" };
  const { clock = systemClock } = call.services;
  const isAsked = call.askUser !== undefined || call.opened !== undefined;
  let waiting = isAsked && (call.place?.startWaiting() ?? true);
  let asked: UserQuestion | undefined;
  let used = false;
  const before = call.opened && (await entry.reopen?.<Done>(question.agentId, call.opened));
  let opened: OpenEntry<Done>;
  try {
    opened =
      before ??
      (await entry.open<Done>({
        agentId: question.agentId,
        facts: question.facts,
        words: [question.agentId, ...FIELDS.map((field) => String(question.settings[field] ?? ""))],
        awaited: waiting,
        job: question.job,
        explain: (error) => explainError(error, "The page").lines,
        mayRetry: mayHelpAfter,
        ...present({ settledBy: question.settledBy, endsWhenRegistered: question.endsWhenRegistered }),
        taken() {
          used = true;
          asked?.withdraw();
        },
        submit(password, work) {
          if (!waiting) return question.submit(password, work);
          call.hold(password);
          const report = (words: string) => {
            work.report(words);
            if (waiting) call.progress(words);
          };
          return question.submit(password, { ...work, report });
        },
      }));
  } catch (error) {
    if (error instanceof EntryUnavailable) return { kind: "unavailable", why: error.message };
    throw error;
  }
  const since = (before && call.opened?.askedAt) ?? clock.now();
  const message = messageOf(question.facts, opened.public);
  const ask = () => call.askUser?.({ url: opened.url, message });
  asked = !waiting ? undefined : before && call.opened ? answered(call.opened.answer) : ask();
  if (asked === undefined) return { kind: "pending", ...pageOf(opened) };
  const answer = asked.answer.then((said) => (used ? "withdrawn" : questionEnd(said, clock.now() - since)));
  let isOver = true;
  try {
    const result = await waitFor(opened, answer, question, call);
    isOver = result.kind !== "pending";
    return result;
  } finally {
    waiting = false;
    opened.detach();
    if (question.endsWithCall && call.signal.aborted) opened.close();
    if (isOver) asked.completed();
  }
}

/** A question that an earlier request of the call has brought to the user. */
function answered(answer: UserAnswer): UserQuestion {
  return { answer: Promise.resolve(answer), withdraw() {}, completed() {} };
}

/** What a client's answer says of the person behind it, who may be none. */
function questionEnd(answer: UserAnswer, ms: number): QuestionEnd | "accepted" | "withdrawn" {
  if (answer === "accepted" || answer === "withdrawn") return answer;
  return answer === "unavailable" || ms < PERSON_MS ? "not_shown" : answer;
}

async function waitFor<Done>(
  opened: OpenEntry<Done>,
  asked: Promise<QuestionEnd | "accepted" | "withdrawn">,
  { nothingDone }: PasswordQuestion<Done>,
  call: CallContext,
): Promise<PasswordAnswer<Done>> {
  const heartbeat = setInterval(
    () => call.progress("Waiting for the user to type the SIP password into the page"),
    HEARTBEAT_MS,
  ).unref();
  const aborted = abortOf(call.signal);
  try {
    const answer = await Promise.race([asked, opened.result.then(() => "over" as const), aborted.promise]);
    if (answer !== "accepted" && answer !== "withdrawn" && answer !== "over") {
      return { kind: "pending", ...pageOf(opened), question: answer };
    }
    const result = await Promise.race([opened.result, aborted.promise]);
    if (result.kind === "finished" || result.kind === "told") return result;
    if (result.kind === "failed") throw result.error;
    const isSettled = result.why === "registered" || result.why === "stored";
    throw new ToolError(`${nothingDone}: ${ENDS[result.why]}`, isSettled ? NEXT_SETTLED : NEXT);
  } finally {
    clearInterval(heartbeat);
    aborted.end();
  }
}

/** Rejects when the signal aborts. */
function abortOf(signal: AbortSignal) {
  let end = () => {};
  const promise = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    end = () => signal.removeEventListener("abort", abort);
  });
  promise.catch(() => {});
  return { promise, end };
}

const ENDS: Readonly<Record<Unanswered, string>> = {
  cancelled: "the user pressed Cancel on the page for the SIP password.",
  closed: "the user closed the page without entering a SIP password.",
  expired: "no one entered the SIP password in time, so the page is no longer valid.",
  replaced: "a newer call has opened another page for this agent.",
  stopped: "the page for the SIP password has been taken away.",
  registered: "the agent has registered meanwhile, so no password is needed.",
  stored: "a later call has changed this agent's registration.",
};

const NEXT_SETTLED = ["get_sip_status shows the agent's current state."];

const NEXT = [
  "Ask the user how to continue; the same call opens a new page.",
  "Do not ask for the password in the conversation.",
];

function pageOf(opened: OpenEntry<unknown>): WaitingPage {
  const { url, validUntil } = opened;
  return { url, validUntil, ...present({ public: opened.public }) };
}

/** Clients cut it: the first hundred characters say what to do. */
function messageOf(
  { agent, called = agent, username, sipDomain, purpose }: EntryFacts,
  at?: PublicPage,
): string {
  const aim = {
    store: `to connect ${agent}`,
    test: "to test whether it is accepted",
    call: `for one test call to ${called}`,
  }[purpose];
  const where = at ? `at ${at.host}` : "on this computer";
  return `SIP password needed: open the page ${where} and type it there, not into the chat. It is that of ${accountOf({ username, sipDomain })}, ${aim}.`;
}

/** The outcome of the question, if the page stays. */
const QUESTIONS: Readonly<Record<QuestionEnd, string>> = {
  not_shown:
    "This client did not show the question for the SIP password, or it ended before a person had answered. The page stays open.",
  declined: "The user declined the client's question to open the page. The page is still open.",
  dismissed: "The client's question was closed without an answer. The page is still open.",
};

/** What to tell the user of a page that waits to be opened. */
export function pendingPage(
  waiting: WaitingPage,
  services: PasswordWays,
  nameIn?: "callerSecret",
): PendingPage {
  const { url, validUntil, question } = waiting;
  if (waiting.public) {
    const { facts, next } = publicPage({ url, validUntil, ...present({ question }), ...waiting.public });
    return { facts: [...(question ? [note(QUESTIONS[question])] : []), ...facts], next };
  }
  const page = {
    ...{ url, validUntil: isoTime(validUntil), validUntilRelative: age(validUntil, new Date()) },
    ...present({ question }),
  };
  return {
    facts: [
      ...(question ? [note(QUESTIONS[question])] : []),
      note("The user can type it into a page, so it does not go through this conversation."),
      fact(
        { passwordEntry: page },
        `The page: ${url}, valid until ${page.validUntil} (${page.validUntilRelative})`,
      ),
      note(
        "The page is good for one entry. It says what happens to the password, carries everything out, and shows the outcome.",
      ),
      note(waysFromElsewhere(services, nameIn)),
    ],
    next: [
      question === "declined" || question === "dismissed"
        ? `Ask the user how to continue: that address can still be opened in a browser on this computer. Do not ask for the password here.`
        : `Give the user that address as it is, to be opened in a browser on this computer. Do not ask for the password here.`,
      "When the user says that it is done, get_sip_status tells the outcome.",
    ],
  };
}

/** What `get_sip_status` says of the newest page for an agent; `undefined`: nothing worth saying. */
export async function entryNote(
  { entry }: Services,
  agentId: string,
  known: { now: Date; readOnly: boolean; isRegistered: boolean },
): Promise<string | undefined> {
  const state = await entry?.stateOf(agentId.toLowerCase());
  return state && noteOf(state, known);
}

function noteOf(
  state: EntryState,
  { now, readOnly, isRegistered }: { now: Date; readOnly: boolean; isRegistered: boolean },
): string {
  if (state.phase !== "ended") return underWay(state, { now, readOnly, isRegistered });
  const when = `(${age(state.at, now)})`;
  const { how, outcome, details } = state;
  const entered =
    outcome &&
    `The user entered a SIP password ${when}: ${entryOutcomeWords(outcome, details, isRegistered)}`;
  if (how === "finished" || how === "failed") return entered ?? `The user entered a SIP password ${when}.`;
  if (entered && how === "stored") return `${entered} After that, a later call has changed the registration.`;
  if (entered && how === "registered") return entered;
  return `The last page for a SIP password ended without one ${when}: ${ENDS[how]}`;
}

function underWay(
  { phase, url, validUntil, failure }: Exclude<EntryState, { phase: "ended" }>,
  { now, readOnly, isRegistered }: { now: Date; readOnly: boolean; isRegistered: boolean },
): string {
  if (phase === "working") {
    return `The user has just entered a SIP password; ${isRegistered ? "this registration may be with it already, which the next look tells." : "it is being tried."}`;
  }
  // The address is the right to enter a password, which who may only look does not have.
  const where = `${readOnly ? "" : `: ${url}`} (until ${isoTime(validUntil)}, ${age(validUntil, now)})`;
  return failure === undefined
    ? `A page for this agent's SIP password waits for the user${where}. Until then nothing new is stored.`
    : `The user entered a SIP password: ${entryOutcomeWords(failure, failure.details, isRegistered)} The page offers one more try${where}.`;
}
