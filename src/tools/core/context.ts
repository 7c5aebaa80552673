import type { Logger } from "../../base/log.js";
import type { ProbeHistory, TargetPolicy } from "../../diagnosis/index.js";
import type { ReadingPlace } from "../../logs/index.js";
import type { NamedSecrets } from "../../passwords/named.js";
import type { Clock } from "../../passwords/page/clock.js";
import type { PasswordPages } from "../../passwords/page/types.js";
import type { Redactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import type { Untrusted } from "../../redaction/untrusted.js";
import type { AgentLocks } from "../../registration/agent-locks.js";
import type { TelzinoApi } from "../../telzino/types.js";
import type { Memory } from "./memory.js";

/** Which test calls may be placed. */
export interface CallRights {
  /** Absent: at any host, as it should be on the user's own machine. Lower case. */
  readonly hosts?: readonly string[];
  /** Extensions and codes of echo tests. Absent: any that the fixed rules allow. */
  readonly extensions?: readonly string[];
}

/** What tools work with; made once by the command that serves. */
export interface Services {
  /** Throws `TelzinoError` `not_configured` at each call where there are no credentials. */
  api: TelzinoApi;
  log: Logger;
  /** Of logs: holds whatever any call under way holds. */
  redactor: Redactor;
  /** Holds the configured secrets; what calls obtain is not in it. */
  configured?: Redactor;
  /** Through which every change of an agent goes. */
  agentLocks: AgentLocks;
  /** The one agent that the configuration binds, if any. */
  boundAgentId?: string;
  /** The platform runs on this machine (the sandbox), so local addresses are in its reach. */
  platformIsLocal: boolean;
  /** Whether tools take a SIP password as an argument. */
  passwordArgument: boolean;
  /** SIP passwords that a call may name (`passwordSecret`); absent: none. */
  sipSecrets?: NamedSecrets;
  /** Lets the user type a SIP password into a page, on this machine or at the public URL. Absent: not possible here. */
  entry?: PasswordPages;
  /** Which addresses a diagnosis may contact. Absent: all, as it should be on the user's own machine. */
  targetPolicy?: TargetPolicy;
  /** What is remembered of diagnoses from one call to the next; made when it is first asked for. */
  history(): Promise<ProbeHistory>;
  memory: Memory;
  /** Tells a person's answer from a program's. Absent: the machine's own. */
  clock?: Clock;
  /** Test calls are offered. Absent: they are not. */
  testCalls?: CallRights;
  /** Un-registers the writing tools. */
  readOnly: boolean;
  /** Files that a call names are of the caller's own computer, and are read. Absent over HTTP: they would be the server's. */
  readsFiles?: true;
}

/** What a client answered to a question for its user. `unavailable`: it could not be asked; `withdrawn`: by this server. */
export type UserAnswer = "accepted" | "declined" | "dismissed" | "unavailable" | "withdrawn";

/** A question to the user that is under way. */
export interface UserQuestion {
  /** Never rejects. `accepted` means that the address may be opened, not that anything was done there. */
  answer: Promise<UserAnswer>;
  /** Takes the question back where it is still open. */
  withdraw(): void;
  /** Takes it back, and tells the client that what was to be done at the address is done, or will not be. */
  completed(): void;
}

/** Whose share of a server is used up: the caller's, its tenant's, or the whole server's. */
export type ShareHolder = "caller" | "tenant" | "server";

/** What one call takes up of a server that many callers share. */
export interface CallPlace {
  /**
   * From here to its end the call does nothing but wait, and leaves its place to calls that work. May be called again.
   * `false`: too many calls wait already, and it must be answered without waiting.
   */
  readonly startWaiting: () => boolean;
  /** Counts a diagnosis until the function that is returned is called; or says whose share is used up. */
  readonly startDiagnosis: () => (() => void) | ShareHolder;
  /** Counts the reading of a long log until its end; or says whose share is used up. */
  readonly startReading: () => ReadingPlace | ShareHolder;
  /**
   * Keeps the call's resources until the returned function is called: a call may continue after its request.
   *
   * @throws when the request has ended before the call began.
   */
  readonly hold: () => () => void;
}

/** A page that an earlier request of the same call has opened, and what its user said to the question to open it. */
export interface OpenedPage {
  url: string;
  shortUrl: string;
  /** When the user was asked, since the epoch, in milliseconds. */
  askedAt: number;
  answer: UserAnswer;
}

/** One call of a tool. */
export interface CallContext {
  services: Services;
  /** Whether the caller may only look: since the services offer no more, or by the scopes of its token. */
  readOnly: boolean;
  /** Ends with the request: cancelled by the client, or the connection closed. */
  signal: AbortSignal;
  /** Reports progress to the client, if it asked for it; `total` is in the unit of `done`. */
  progress(message: string, done?: number, total?: number): void;
  /** Keeps a secret out of everything until the result of this call has been built; for `shown` see `Redactor.hold`. */
  hold(secret: Secret, shown?: readonly (string | undefined)[]): () => void;
  /** Whether a text is shown in this call's result. What is left out must not tell anything in another way either. */
  shows(text: Untrusted): boolean;
  /** Absent: the server has one user. */
  place?: CallPlace;
  /** Has the client ask the user to open an address. Absent: the client cannot (URL elicitation). */
  askUser?(question: { url: string; message: string }): UserQuestion;
  /** The user has been asked by an earlier request of this call. */
  opened?: OpenedPage;
}
