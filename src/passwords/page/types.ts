import type { Redactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";

/** What the page tells the person before anything is typed. All of it cleaned of control characters. */
export interface EntryFacts {
  /** The agent's name, or its id where the name is not known. */
  agent: string;
  /** Whose password it is. */
  username: string;
  sipDomain: string;
  /** The outbound proxy, where there is one. */
  proxy?: string;
  port: number;
  transport: string;
  /**
   * `store`: kept by Telzino for the agent. `test`: used from this machine for one test, not kept. `call`: the same for one call,
   * from an extension that is not the agent's.
   */
  purpose: "store" | "test" | "call";
  /** With `call`: the agent's extension, which is called. */
  called?: string;
}

/** The outcome of a password, for the page. */
export interface EntryOutcome {
  result:
    | "registered"
    /** Stored, and the platform says that it is registered, which does not prove it. */
    | "unproven"
    /** The registration has failed. */
    | "failed"
    /** Stored; not settled within the wait. */
    | "pending"
    /** Stored; the outcome cannot be read. */
    | "unreadable"
    /** Sent and confirmed, but something else is stored now. */
    | "overtaken"
    /** It could not be carried out, or it is not known whether it was. */
    | "error"
    /** Carried out, and the result is the assistant's to tell. */
    | "done";
  /** What is proven of the registration, or of the test; absent where nothing is known of it. */
  verdict?: "proven" | "problem" | "not_proven";
  /** The state as the API names it; picks the words in the person's language. */
  state?: string;
  /** Explanation and remedies, in English, a line each. */
  details: readonly string[];
  /** Another password would not fix a failure: none is asked for then. */
  passwordHelps?: false;
}

export interface EntryWork {
  /** Keeps a secret that the work obtains out of the page. See `Redactor.hold`. */
  hold: Redactor["hold"];
  /** Tells the page how far it has got, in words. */
  report(words: string): void;
  /** Aborts when the server ends or the work takes too long. */
  signal: AbortSignal;
}

export interface EntryRequest<Done> {
  /** A newer entry for the same agent takes the place of an older one. */
  agentId: string;
  facts: EntryFacts;
  /**
   * What its caller wrote. What of a secret is in there is not looked for in what the page says: the caller is told that too,
   * and would see by what is left out whether a guess is right.
   */
  words: readonly string[];
  /** What to do with the password. It is redacted everywhere until this has ended. */
  submit(password: Secret, work: EntryWork): Promise<{ value: Done; outcome: EntryOutcome }>;
  /** A password has been taken, here or elsewhere. */
  taken?(): void;
  /** What the page says of an error that `submit` threw. */
  explain(error: unknown): readonly string[];
  /** Whether the same page is of any use after such an error. Absent: always. */
  mayRetry?(error: unknown): boolean;
  /** Asked now and then while another try is offered: what has made it needless since, if anything. */
  settledBy?(signal: AbortSignal): Promise<SettledBy | undefined>;
  /** The entry ends when the agent is seen registered: it was not when the page was asked for. */
  endsWhenRegistered?: boolean;
  /** Whether a call waits for the result: closing the page ends the entry then. Otherwise it can be opened again. */
  awaited: boolean;
  /**
   * The same as `submit`, as plain data: where replicas share the pages, another one may get the password. Absent: only
   * this process can do it.
   */
  job?: unknown;
}

/** `registered`: the agent is. `stored`: a later call has changed what is stored, or removed it. */
export type SettledBy = "registered" | "stored";

/** Why an entry ended without anything having been done. */
export type Unanswered =
  /** By the page's own button. */
  | "cancelled"
  /** The page was closed. */
  | "closed"
  | "expired"
  /** A newer entry for the same agent has been opened. */
  | "replaced"
  /** By the one who opened it, or the server has ended. */
  | "stopped"
  | SettledBy;

export type EntryResult<Done> =
  | { kind: "finished"; value: Done }
  /** `submit` threw. */
  | { kind: "failed"; error: unknown }
  | { kind: "unanswered"; why: Unanswered }
  /** Carried out by whichever replica got the password; this is what its page said. */
  | { kind: "told"; outcome: EntryOutcome };

/** The address of a page that is not on this machine. */
export interface PublicPage {
  /** As the person's browser shows it. */
  host: string;
  /** With eight letters at its end, for one use. */
  shortUrl: string;
  /** A sentence that a voice can say. */
  spoken: string;
}

export interface OpenEntry<Done> {
  /** Good for this one entry. */
  url: string;
  /** Absent: the address is on loopback. */
  public?: PublicPage;
  validUntil: Date;
  /** Never rejects. */
  result: Promise<EntryResult<Done>>;
  /** Ends it, unless a password is being worked on already. */
  close(): void;
  /** No call waits for the result any more; the page continues by itself. */
  detach(): void;
}

/** What is known of the newest entry of an agent. */
export type EntryState =
  | {
      phase: "waiting" | "working";
      url: string;
      validUntil: Date;
      /** Of the password that was entered before, while another try is offered. */
      failure?: Pick<EntryOutcome, "result" | "state" | "details">;
    }
  | {
      phase: "ended";
      how: "finished" | "failed" | Unanswered;
      at: Date;
      /** What the page said of it, in English; redacted. */
      details: readonly string[];
      /** The outcome of the last password that was entered, if any. */
      outcome?: Pick<EntryOutcome, "result" | "state">;
    };

/** Opens pages into which a person types a SIP password. */
export interface PasswordPages {
  /** @throws EntryUnavailable */
  open<Done>(request: EntryRequest<Done>): Promise<OpenEntry<Done>>;
  /**
   * The newest page of an agent once more, for a call that continues to wait for it. `undefined`: it is another one now, or not
   * known. Absent: a page is opened by one call only.
   */
  reopen?<Done>(
    agentId: string,
    page: { url: string; shortUrl: string },
  ): Promise<OpenEntry<Done> | undefined>;
  /** `undefined`: none in the last quarter of an hour. */
  stateOf(agentId: string): EntryState | undefined | Promise<EntryState | undefined>;
  /** Ends the entry of an agent that waits in vain. Absent: entries only end by themselves. Never rejects. */
  end?(agentId: string, why: SettledBy): void | Promise<void>;
  /** Ends every entry and the server. No entry can be opened any more. */
  close(): Promise<void>;
}

/** The page cannot be served. The message says why, and what to do about it. */
export class EntryUnavailable extends Error {
  override readonly name = "EntryUnavailable";
}

/** The page's view, whenever it changes. `retryInMs` is from now, `validUntil` since the epoch, in milliseconds. */
export type EntryView =
  | { phase: "waiting"; failure?: EntryOutcome; retryInMs?: number; validUntil?: number }
  | { phase: "working"; state?: string }
  | { phase: "ended"; how: "finished" | "failed" | Unanswered; outcome?: EntryOutcome };
