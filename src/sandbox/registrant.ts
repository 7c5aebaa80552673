import { setTimeout as delay } from "node:timers/promises";
import type { ServerTransaction, Timers, UserAgent } from "../sip/index.js";
import { type AnsweredCall, CallDesk } from "./call-desk.js";
import { reach } from "./reach.js";
import { type ExchangeResult, exchange } from "./register-exchange.js";
import { advance, type RegistrantState, refreshDelayMs } from "./registrant-state.js";
import type { StoredSip } from "./store.js";
import type { RegistrationSnapshot } from "./wire.js";

export interface RegistrantOptions {
  readonly timers: Timers;
  /** Expiry to ask for, seconds. */
  readonly expires: number;
  /** From a failure to the next try, milliseconds. */
  readonly retryMs: number;
  /** From the record's arrival to its first REGISTER, milliseconds. */
  readonly tickMs: number;
  readonly verifyTls: boolean;
  /** When the agent's record before this one sent its last REGISTER. */
  readonly lastBefore?: Date | undefined;
  readonly onCall: (call: AnsweredCall) => void;
}

/** Keeps one SIP registration: registers, refreshes, tries again, un-registers, and answers its calls. */
export class Registrant {
  readonly #settings: StoredSip;
  readonly #options: RegistrantOptions;
  readonly #ended = new AbortController();
  readonly #desk: CallDesk;
  #running: Promise<void> = Promise.resolve();
  #agent: UserAgent | undefined;
  #state: RegistrantState = "NOT_REGISTERED_STATE";
  #lastRegisterSent: Date | undefined;
  #granted: number | undefined;
  #expires: Date | undefined;

  constructor(settings: StoredSip, options: RegistrantOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#desk = new CallDesk(options.onCall);
  }

  get snapshot(): RegistrationSnapshot {
    return {
      state: this.#state,
      enabled: true,
      timeoutSeconds: this.#granted ?? this.#options.expires,
      ...(this.#expires ? { expires: this.#expires } : {}),
      ...(this.#lastRegisterSent ? { lastRegisterSent: this.#lastRegisterSent } : {}),
    };
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Hangs up, removes its own binding where it has one, and closes its sockets. */
  async stop(deadlineMs: number): Promise<void> {
    this.#ended.abort();
    await this.#running;
    await this.#desk.close();
    const agent = this.#agent;
    if (agent === undefined) return;
    if (this.#expires !== undefined && !agent.flow.isClosed) {
      await exchange(agent, {
        purpose: "unbind",
        expires: 0,
        password: this.#settings.password,
        deadlineMs,
        signal: new AbortController().signal,
        onSend: (state) => this.#noteSent(state),
      });
    }
    await this.#drop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    try {
      await delay(this.#firstDelay(), undefined, { signal });
      while (!signal.aborted) {
        await delay(await this.#cycle(), undefined, { signal });
      }
    } catch {
      // Aborted; anything else is what the state says, and must not take the whole process along.
      if (!signal.aborted) this.#fail("INTERNAL_ERROR_STATE");
    }
  }

  /** OpenSIPS's timer ticks in seconds: no two records of an agent send in the same one, and `lastRegisterSent` tells them apart. */
  #firstDelay(): number {
    const { tickMs, lastBefore } = this.#options;
    if (lastBefore === undefined) return tickMs;
    const nextSecond = (Math.floor(lastBefore.getTime() / 1_000) + 1) * 1_000;
    return Math.max(tickMs, nextSecond - Date.now());
  }

  /** One try. Resolves with the milliseconds until the next. */
  async #cycle(): Promise<number> {
    const { signal } = this.#ended;
    this.#noteSent("REGISTERING_STATE");
    if (this.#agent?.flow.isClosed) await this.#drop();
    const agent = this.#agent ?? (await this.#connect());
    const result =
      agent &&
      (await exchange(agent, {
        purpose: "bind",
        expires: this.#options.expires,
        password: this.#settings.password,
        signal,
        onSend: (state) => this.#noteSent(state),
      }));
    return result === undefined ? this.#options.retryMs : this.#settle(result);
  }

  /** The user agent on a new flow; nothing where there is no way, which the state then tells. */
  async #connect(): Promise<UserAgent | undefined> {
    const { timers, verifyTls, expires } = this.#options;
    const { signal } = this.#ended;
    const onRequest = (transaction: ServerTransaction) => this.#desk.receive(transaction);
    const reached = await reach(this.#settings, { timers, verifyTls, signal, onRequest });
    if (reached === undefined) return undefined;
    if ("kind" in reached) {
      this.#fail(advance("REGISTERING_STATE", reached, expires).state);
      return undefined;
    }
    this.#agent = reached;
    this.#desk.attach(reached);
    return reached;
  }

  async #settle({ move, granted, answered }: ExchangeResult): Promise<number> {
    if (move.next !== "refresh" || granted === undefined) {
      this.#fail(move.state);
      // As OpenSIPS does, which keeps the address that it has found while it gets answers from there.
      if (!answered) await this.#drop();
      return this.#options.retryMs;
    }
    this.#state = move.state;
    this.#granted = granted;
    this.#expires = new Date(Date.now() + granted * 1_000);
    return refreshDelayMs(granted);
  }

  #fail(state: RegistrantState): void {
    this.#state = state;
    this.#granted = undefined;
    this.#expires = undefined;
  }

  #noteSent(state: RegistrantState): void {
    this.#state = state;
    this.#lastRegisterSent = new Date();
  }

  async #drop(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    this.#desk.detach();
    await agent?.close();
  }
}
