import type { PasteFault } from "../../../redaction/paste-faults.js";

/** Every word of the entry page. `{name}` is filled in. */
export interface EntryTexts {
  /** The language's own tag, for the page's `lang`. */
  lang: string;
  title: string;
  heading: string;
  intro: string;
  agent: string;
  pbx: string;
  user: string;
  connection: string;
  port: string;
  /** Where the password goes: kept by Telzino, or used for one test. */
  destination: string;
  destinationStore: string;
  destinationTest: string;
  password: string;
  hint: string;
  show: string;
  hide: string;
  submit: string;
  submitTest: string;
  retry: string;
  /** `{seconds}` */
  retryIn: string;
  cancel: string;
  /** `{time}` */
  validUntil: string;
  noScript: string;
  /** While it is being worked on. */
  storing: string;
  registering: string;
  testing: string;
  call: CallTexts;
  /** How it ended: a heading and a sentence. */
  ends: Record<EndName, readonly [heading: string, text: string]>;
  /** What is proven, in a word or two. */
  verdicts: Record<"proven" | "problem" | "not_proven", string>;
  /** What a failed registration means, by the state that the API names. */
  failures: Record<FailureName, string>;
  /** What is odd about what was typed, before it is sent: a sentence each. */
  doubts: Record<PasteFault, string>;
  takeAwayAsk: string;
  reallyAsk: string;
  /** On buttons. */
  takeAway: string;
  asItIs: string;
  retryOffer: string;
  /** After an error that says nothing of the password. */
  sendAgain: string;
  noMoreTries: string;
  details: string;
  goOn: string;
  /** Problems with what was typed or sent. */
  problems: Record<ProblemName, string>;
}

/** What is different where the password is for one call. `{user}`: the extension that calls, `{called}`: the agent's. */
interface CallTexts {
  heading: string;
  intro: string;
  user: string;
  called: string;
  destination: string;
  hint: string;
  submit: string;
  /** While the call is under way. */
  working: string;
}

type EndName =
  | "registered"
  | "unproven"
  | "failed"
  | "pending"
  | "unreadable"
  | "overtaken"
  | "error"
  | "done"
  | "cancelled"
  | "closed"
  | "expired"
  | "replaced"
  | "stopped"
  | "stored"
  | "lost"
  | "spent";

type FailureName =
  | "WRONG_CREDENTIALS_STATE"
  | "REGISTRAR_ERROR_STATE"
  | "REGISTER_TIMEOUT_STATE"
  | "INTERNAL_ERROR_STATE"
  | "other";

type ProblemName = "empty" | "tooLong" | "invalid" | "busy" | "over" | "refused";
