import { BoundedMap } from "../../base/bounded-map.js";
import { present } from "../../base/present.js";
import type { Redactor } from "../../redaction/redactor.js";
import { type Clock, systemClock } from "./clock.js";
import type { EntryServer } from "./server.js";
import { EntrySession } from "./session.js";
import {
  type EntryRequest,
  type EntryState,
  EntryUnavailable,
  type OpenEntry,
  type PasswordPages,
  type SettledBy,
} from "./types.js";
import { REMEMBER_MS } from "./work.js";

/** Entries at the same time. */
const MAX_OPEN = 8;
/** How long an ended entry is still served, so its page learns of the end. */
const LINGER_MS = 3_000;
/** Of how many agents it is remembered how an entry ended. */
const MAX_REMEMBERED = 50;

type Ended = Extract<EntryState, { phase: "ended" }>;

export interface PasswordPagesOptions {
  /** On 127.0.0.1; 0 for any free one. */
  port: number;
  redactor: Redactor;
  clock?: Clock;
}

/** Opens entry pages on loopback. The server runs only while an entry is pending. */
export function createPasswordPages(options: PasswordPagesOptions): PasswordPages {
  return new Pages(options);
}

class Pages implements PasswordPages {
  readonly #port: number;
  readonly #redactor: Redactor;
  readonly #clock: Clock;
  readonly #open = new Map<string, { session: EntrySession; url: string }>();
  readonly #ended = new BoundedMap<string, Ended>(MAX_REMEMBERED);
  #server: EntryServer | undefined;
  /** Entries that are served, the lingering ones too. */
  #served = 0;
  /** Starting and stopping the server go one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor({ port, redactor, clock = systemClock }: PasswordPagesOptions) {
    this.#port = port;
    this.#redactor = redactor;
    this.#clock = clock;
  }

  async open<Done>(request: EntryRequest<Done>): Promise<OpenEntry<Done>> {
    if (this.#open.get(request.agentId)?.session.view.phase === "working") {
      throw new EntryUnavailable("A password for this agent has just been entered and is being tried.");
    }
    if (this.#open.size >= MAX_OPEN) {
      throw new EntryUnavailable(`${MAX_OPEN} pages wait for a password already.`);
    }
    this.#served += 1;
    const server = await this.#started().catch((error: unknown) => {
      this.#served -= 1;
      throw error;
    });
    if (this.#closed) throw new EntryUnavailable("The server is ending.");
    this.#open.get(request.agentId)?.session.end("replaced");
    const facts = this.#redactor.redactDeep(request.facts);
    const session = new EntrySession<Done>({ ...request, facts }, this.#clock, this.#redactor);
    const stopServing = server.serve(session as EntrySession);
    const url = server.urlOf(session as EntrySession);
    this.#open.set(request.agentId, { session: session as EntrySession, url });
    void session.result.then((result) => {
      const how =
        result.kind === "unanswered" ? result.why : result.kind === "failed" ? "failed" : "finished";
      this.#remember(request.agentId, session as EntrySession, how);
      this.#clock.after(LINGER_MS, () => {
        stopServing();
        this.#served -= 1;
        void this.#stopIfIdle();
      });
    });
    return {
      url,
      validUntil: new Date(session.validUntil),
      result: session.result,
      close: () => session.end("stopped"),
      detach: () => session.detach(),
    };
  }

  stateOf(agentId: string): EntryState | undefined {
    const open = this.#open.get(agentId);
    if (open !== undefined && open.session.view.phase !== "ended") {
      const { session, url } = open;
      const { view } = session;
      const phase = view.phase === "working" ? "working" : "waiting";
      const failure = view.phase === "waiting" ? view.failure : undefined;
      return { phase, url, validUntil: new Date(session.validUntil), ...present({ failure }) };
    }
    const ended = this.#ended.get(agentId);
    return ended && this.#clock.now() - ended.at.getTime() < REMEMBER_MS ? ended : undefined;
  }

  end(agentId: string, why: SettledBy): void {
    const session = this.#open.get(agentId)?.session;
    if (session === undefined) return;
    // After a failed try, registered is news whatever it was before.
    const counts = why === "stored" || session.outcome !== undefined || session.request.endsWhenRegistered;
    if (!counts) return;
    session.end(why);
    // Immediately: the code that has ended it reports it.
    if (session.view.phase === "ended") this.#remember(agentId, session, why);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { session } of this.#open.values()) session.stop();
    await this.#inTurn(async () => {
      await this.#server?.close();
      this.#server = undefined;
    });
  }

  #remember(agentId: string, session: EntrySession, how: Ended["how"]): void {
    if (this.#open.get(agentId)?.session !== session) return;
    this.#open.delete(agentId);
    const { outcome, view } = session;
    // After a failed try the result is that of the try, and not how the offer of another one ended.
    const isSettled = view.phase === "ended" && (view.how === "registered" || view.how === "stored");
    const ended = isSettled ? view.how : how;
    const at = new Date(this.#clock.now());
    const { details = [] } = outcome ?? {};
    this.#ended.set(agentId, { phase: "ended", how: ended, at, details, ...present({ outcome }) });
  }

  #started(): Promise<EntryServer> {
    return this.#inTurn(async () => {
      if (this.#closed) throw new EntryUnavailable("The server is ending.");
      if (this.#server !== undefined) return this.#server;
      // Most sessions need no page: it is loaded with the first one.
      const { EntryServer } = await import("./server.js");
      const server = new EntryServer(this.#clock);
      await server.start(this.#port);
      this.#server = server;
      return server;
    });
  }

  #stopIfIdle(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#served > 0) return;
      await this.#server?.close();
      this.#server = undefined;
    });
  }

  #inTurn<Value>(job: () => Promise<Value>): Promise<Value> {
    const next = this.#turn.then(job, job);
    this.#turn = next.catch(() => {});
    return next;
  }
}
