import { present } from "../../base/present.js";
import type { Redactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import type { Clock } from "./clock.js";
import { RETRY_AFTER_MS, retryWithin } from "./second-try.js";
import type { EntryOutcome, EntryRequest, EntryResult, EntryView, Unanswered } from "./types.js";
import { WATCH_MS, workOn } from "./work.js";

/** From the opening on, in milliseconds. */
const VALID_MS = 10 * 60_000;
/** A page that is reloaded is back within this time. */
const CLOSED_AFTER_MS = 5_000;

type Watcher = (view: EntryView) => void;
export type Submission = "accepted" | "busy" | "too soon" | "over";

/** 128 bits in URL-safe base64. */
function random128(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
}

/** One entry: from the opening of the page until the password has been used or can no longer be typed. */
export class EntrySession<Done = unknown> {
  readonly nonce = random128();
  /** Sent along with everything that the page posts. */
  readonly token = random128();
  readonly request: EntryRequest<Done>;
  readonly result: Promise<EntryResult<Done>>;
  readonly #clock: Clock;
  readonly #redactor: Redactor;
  readonly #resolve: (result: EntryResult<Done>) => void;
  readonly #watchers = new Set<Watcher>();
  readonly #abort = new AbortController();
  #view: EntryView = { phase: "waiting" };
  #last: { result: EntryResult<Done>; outcome: EntryOutcome } | undefined;
  #tries = 0;
  #retryAt = 0;
  #validUntil: number;
  #cancelExpiry: () => void;
  #cancelAbsence = () => {};
  #cancelWatch = () => {};
  #awaited: boolean;

  constructor(request: EntryRequest<Done>, clock: Clock, redactor: Redactor) {
    this.request = request;
    this.#awaited = request.awaited;
    this.#clock = clock;
    this.#redactor = redactor;
    this.#validUntil = clock.now() + VALID_MS;
    const { promise, resolve } = settleLater<EntryResult<Done>>();
    this.result = promise;
    this.#resolve = resolve;
    this.#cancelExpiry = clock.after(VALID_MS, () => this.end("expired"));
  }

  /** Milliseconds since the epoch; sooner once a try has failed. */
  get validUntil(): number {
    return this.#validUntil;
  }

  get view(): EntryView {
    const view = this.#view;
    if (view.phase !== "waiting" || view.failure === undefined) return view;
    const retryInMs = Math.max(0, this.#retryAt - this.#clock.now());
    return { ...view, retryInMs, validUntil: this.validUntil };
  }

  /** Tells the view now and whenever it changes, until the function that is returned is called. */
  watch(watcher: Watcher): () => void {
    this.#cancelAbsence();
    this.#watchers.add(watcher);
    watcher(this.view);
    return () => {
      if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
      this.#cancelAbsence = this.#clock.after(CLOSED_AFTER_MS, () => {
        // A call waits for it, or the person has seen a failure and left: then nothing more will come.
        if (this.#awaited || this.#last !== undefined) this.end("closed");
      });
    };
  }

  /** No call waits for it any more: the page may be closed and opened again. */
  detach(): void {
    this.#awaited = false;
  }

  get outcome(): EntryOutcome | undefined {
    return this.#last?.outcome;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Takes a password and works on it. The answer says whether it was taken; the outcome shows in the view. */
  submit(password: Secret): Submission {
    if (this.#view.phase === "working") return "busy";
    if (this.#view.phase === "ended" || this.#clock.now() >= this.validUntil) return "over";
    if (this.#clock.now() < this.#retryAt) return "too soon";
    this.#tries += 1;
    this.#cancelExpiry();
    this.#cancelWatch();
    this.#show({ phase: "working" });
    this.request.taken?.();
    this.#work(password);
    return "accepted";
  }

  /** Ends it where nothing is being worked on. After a failed try the result is that of the try. */
  end(why: Unanswered): void {
    if (this.#view.phase !== "waiting") return;
    this.#finish(this.#last?.result ?? { kind: "unanswered", why }, why);
  }

  /** Ends it immediately; running work is aborted. */
  stop(): void {
    this.#abort.abort(new DOMException("The server has ended", "AbortError"));
    this.end("stopped");
  }

  async #work(password: Secret): Promise<void> {
    const report = (state: string) => {
      if (this.#view.phase === "working") this.#show({ phase: "working", state });
    };
    const around = { redactor: this.#redactor, clock: this.#clock, signal: this.#abort.signal, report };
    const { result, outcome } = await workOn(this.request, password, around);
    this.#settle(result, outcome);
  }

  #settle(result: EntryResult<Done>, outcome: EntryOutcome): void {
    this.#last = { result, outcome };
    const now = this.#clock.now();
    const left = retryWithin(outcome, this.#tries, this.validUntil - now);
    if (left === undefined || this.#abort.signal.aborted) {
      this.#finish(result, result.kind === "failed" ? "failed" : "finished");
      return;
    }
    this.#retryAt = now + RETRY_AFTER_MS;
    this.#validUntil = now + left;
    this.#cancelExpiry = this.#clock.after(left, () => this.end("expired"));
    this.#show({ phase: "waiting", failure: outcome });
    if (this.#watchers.size === 0) this.end("closed");
    else this.#watchForEnd();
  }

  /** While another try is offered: whether it is still needed. */
  #watchForEnd(): void {
    const { settledBy } = this.request;
    if (settledBy === undefined) return;
    const tries = this.#tries;
    const isOffered = () => this.#view.phase === "waiting" && this.#tries === tries;
    const ask = async () => {
      const why = isOffered() ? await settledBy(this.#abort.signal).catch(() => undefined) : undefined;
      if (!isOffered()) return;
      if (why !== undefined) this.end(why);
      else this.#cancelWatch = this.#clock.after(WATCH_MS, () => void ask());
    };
    this.#cancelWatch = this.#clock.after(WATCH_MS, () => void ask());
  }

  #finish(result: EntryResult<Done>, how: "finished" | "failed" | Unanswered): void {
    this.#cancelExpiry();
    this.#cancelAbsence();
    this.#cancelWatch();
    const outcome = this.#last?.outcome;
    this.#show({ phase: "ended", how, ...present({ outcome }) });
    this.#resolve(result);
  }

  #show(view: EntryView): void {
    this.#view = view;
    for (const watcher of this.#watchers) watcher(this.view);
  }
}

function settleLater<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
