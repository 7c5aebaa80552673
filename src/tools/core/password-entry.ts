import { present } from "../../base/present.js";
import {
  type EntryFacts,
  type EntryOutcome,
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
import type { CallContext, Services, UserQuestion } from "./context.js";
import { ToolError } from "./errors.js";
import { explainError } from "./explain-error.js";
import { fact, note } from "./facts.js";
import { age, isoTime } from "./format.js";
import { type PendingPage, publicPage } from "./public-page.js";

export interface PasswordQuestion<Done> {
  agentId: string;
  facts: EntryFacts;
  /** Where it is to be used: of that, the caller has written what it will. */
  settings: RegistrationSettings;
  /** `Nothing was written`: how a call begins to tell that it came to nothing. */
  nothingDone: string;
  /**
   * What to do with the password once it is there. It may run after the call has been answered, so it must
   * follow `work.signal`, not the call's, and tell its progress to `work` alone.
   */
  submit(password: Secret, work: EntryWork): Promise<{ value: Done; outcome: EntryOutcome }>;
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
export type WaitingPage = Pick<OpenEntry<unknown>, "url" | "validUntil" | "public">;

/** Between signs of life to a client that waits, in milliseconds. */
const HEARTBEAT_MS = 10_000;

/**
 * Lets the user type the SIP password into a page, on this machine or at the server's public URL. With a client that can ask the user to
 * open an address, the call waits until the password has been used; with any other, or where too many calls wait,
 * the answer is `pending`, and the page finishes the job. A call that is cancelled leaves the page as it is, until it expires.
 *
 * @throws ToolError where the user declines, cancels, closes the page or lets the time run out.
 * @throws whatever `submit` threw.
 */
export async function askForPassword<Done>(
  question: PasswordQuestion<Done>,
  call: CallContext,
): Promise<PasswordAnswer<Done>> {
  const { entry } = call.services;
  if (entry === undefined) return { kind: "unavailable", why: "" };
  let waiting = call.askUser !== undefined && (call.place?.startWaiting() ?? true);
  let opened: OpenEntry<Done>;
  try {
    opened = await entry.open<Done>({
      agentId: question.agentId,
      facts: question.facts,
      words: [question.agentId, ...FIELDS.map((field) => String(question.settings[field] ?? ""))],
      awaited: waiting,
      job: question.job,
      explain: (error) => explainError(error, "The page").lines,
      submit(password, work) {
        if (!waiting) return question.submit(password, work);
        call.hold(password);
        const report = (words: string) => {
          work.report(words);
          if (waiting) call.progress(words);
        };
        return question.submit(password, { ...work, report });
      },
    });
  } catch (error) {
    if (error instanceof EntryUnavailable) return { kind: "unavailable", why: error.message };
    throw error;
  }
  const message = messageOf(question.facts, opened.public);
  const asked = waiting ? call.askUser?.({ url: opened.url, message }) : undefined;
  if (asked === undefined) return { kind: "pending", ...pageOf(opened) };
  try {
    return await waitFor(opened, asked, question, call);
  } finally {
    waiting = false;
    opened.detach();
    asked.completed();
  }
}

async function waitFor<Done>(
  opened: OpenEntry<Done>,
  asked: UserQuestion,
  { nothingDone }: PasswordQuestion<Done>,
  call: CallContext,
): Promise<PasswordAnswer<Done>> {
  const heartbeat = setInterval(
    () => call.progress("Waiting for the user to type the SIP password into the page"),
    HEARTBEAT_MS,
  ).unref();
  const aborted = abortOf(call.signal);
  try {
    const answer = await Promise.race([
      asked.answer,
      opened.result.then(() => "over" as const),
      aborted.promise,
    ]);
    if (answer === "unavailable") return { kind: "pending", ...pageOf(opened) };
    const refused = answer === "declined" || answer === "dismissed";
    if (refused) opened.close();
    const result = await Promise.race([opened.result, aborted.promise]);
    if (result.kind === "finished" || result.kind === "told") return result;
    if (result.kind === "failed") throw result.error;
    const why = refused && result.why === "stopped" ? REFUSALS[answer] : ENDS[result.why];
    throw new ToolError(`${nothingDone}: ${why}`, NEXT);
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

const REFUSALS = {
  declined: "the user declined to open the page for the SIP password.",
  dismissed: "the user dismissed the question for the SIP password without an answer.",
} as const;

const ENDS: Readonly<Record<Unanswered, string>> = {
  cancelled: "the user pressed Cancel on the page for the SIP password.",
  closed: "the user closed the page without entering a SIP password.",
  expired: "nobody entered the SIP password in time, so that the page is not valid any more.",
  replaced: "a newer call has opened another page for this agent.",
  stopped: "the page for the SIP password has been taken away.",
};

const NEXT = [
  "Ask the user how to go on; the same call opens a new page.",
  "Do not ask for the password in the conversation.",
];

function pageOf(opened: OpenEntry<unknown>): WaitingPage {
  const { url, validUntil } = opened;
  return { url, validUntil, ...present({ public: opened.public }) };
}

function messageOf({ agent, username, sipDomain, purpose }: EntryFacts, at?: PublicPage): string {
  const aim = purpose === "store" ? `to connect ${agent}` : "to test whether it is accepted";
  return `The SIP password of ${accountOf({ username, sipDomain })} is needed ${aim}. Open a page ${at ? `at ${at.host}` : "on this computer"} and type it there: it does not go through the conversation.`;
}

/** What to tell the user of a page that waits to be opened. */
export function pendingPage(waiting: WaitingPage): PendingPage {
  const { url, validUntil } = waiting;
  if (waiting.public) return publicPage({ url, validUntil, ...waiting.public });
  const page = { url, validUntil: isoTime(validUntil), validUntilRelative: age(validUntil, new Date()) };
  return {
    facts: [
      note(
        "The user can type it into a page on their own computer, so that it does not go through this conversation.",
      ),
      fact(
        { passwordEntry: page },
        `The page: ${url}, valid until ${page.validUntil} (${page.validUntilRelative})`,
      ),
      note(
        "The page is good for one entry. It says what happens to the password, carries everything out, and shows the outcome.",
      ),
    ],
    next: [
      "Give the user that address as it is, to be opened in a browser on the computer on which this server runs. Do not ask for the password here.",
      "When the user says that it is done, get_sip_status tells the outcome.",
    ],
  };
}

/** What `get_sip_status` says of the newest page for an agent; `undefined`: nothing worth saying. */
export async function entryNote(
  { entry }: Services,
  agentId: string,
  { now, readOnly }: { now: Date; readOnly: boolean },
): Promise<string | undefined> {
  const state = await entry?.stateOf(agentId.toLowerCase());
  return state && noteOf(state, now, readOnly);
}

function noteOf(state: EntryState, now: Date, readOnly: boolean): string {
  if (state.phase !== "ended") {
    // The address is the right to enter a password, which who may only look does not have.
    return state.phase === "working"
      ? "The user has just entered a SIP password; it is being tried."
      : `A page for this agent's SIP password waits for the user${readOnly ? "" : `: ${state.url}`} (until ${isoTime(state.validUntil)}, ${age(state.validUntil, now)}). Until then nothing new is stored.`;
  }
  const when = `(${age(state.at, now)})`;
  if (state.how === "finished") return `The user entered a SIP password ${when}; it was stored.`;
  if (state.how === "failed") {
    return `The user entered a SIP password, but it could not be used as intended ${when}: ${state.details.join(" ")}`;
  }
  return `The last page for a SIP password came to nothing ${when}: ${ENDS[state.how]}`;
}
