import { parseUri, type ServerTransaction, type SocketAddress, tolerant } from "../sip/index.js";
import { type AnsweredCall, CallAnswerer } from "./call-answerer.js";
import { findServer, type MayReach, openWay, type Way, type WayOptions } from "./reach.js";
import { isSameRecord } from "./record.js";
import { type ExchangeResult, exchange } from "./register-exchange.js";
import { buildRegister, RegisterDialog, RegistrantCrash } from "./register-request.js";
import type { RegistrantClock } from "./registrant-clock.js";
import type { RegistrantProfile } from "./registrant-profile.js";
import { isDue, markAfter, type RegistrantState, type Rest, UNSENDABLE } from "./registrant-state.js";
import type { StoredSip } from "./store.js";
import type { RegistrationSnapshot } from "./wire.js";

export interface RegistrantOptions extends Omit<WayOptions, "signal" | "onRequest"> {
  readonly profile: RegistrantProfile;
  readonly clock: RegistrantClock;
  /** Expiry to ask for, seconds. */
  readonly expires: number;
  /** Which registrars it may contact. Absent: all. */
  readonly mayReach?: MayReach;
  readonly onCall: (call: AnsweredCall) => void;
  /** The server has stopped, with all its records. */
  readonly onCrash: () => void;
}

/** States whose next cycle keeps the Call-ID; after a failure it is a new one. */
const KEEPS_CALL_ID: readonly RegistrantState[] = ["NOT_REGISTERED_STATE", "REGISTERED_STATE"];

/** One record of the registrant: registers, refreshes, tries again and un-registers at its ticks, and answers its calls. */
export class Registrant {
  readonly #options: RegistrantOptions;
  readonly #ended = new AbortController();
  readonly #answerer: CallAnswerer;
  #settings: StoredSip;
  #cycle: Promise<void> | undefined;
  /** Kept while answers come from there, whatever DNS says meanwhile. */
  #server: SocketAddress | undefined;
  #way: Way | undefined;
  #dialog: RegisterDialog | undefined;
  #state: RegistrantState = "NOT_REGISTERED_STATE";
  #enabled = true;
  #lastRegisterSent: number | undefined;
  /** What the next REGISTER asks for; seconds. */
  #wanted: number;
  /** What is shown as the expiry; seconds. */
  #expires: number;
  /** As `markAfter`; 0 for none. */
  #mark = 0;

  constructor(settings: StoredSip, options: RegistrantOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#wanted = options.expires;
    this.#expires = options.expires;
    this.#answerer = new CallAnswerer(options.onCall);
  }

  get settings(): StoredSip {
    return this.#settings;
  }

  get snapshot(): RegistrationSnapshot {
    const { clock } = this.#options;
    const sent = this.#lastRegisterSent;
    return {
      state: this.#state,
      enabled: this.#enabled,
      timeoutSeconds: this.#expires,
      ...(this.#mark === 0 ? {} : { expires: clock.date(this.#mark) }),
      ...(sent === undefined ? {} : { lastRegisterSent: clock.date(sent) }),
    };
  }

  /** The cycle that is under way. */
  get cycle(): Promise<void> | undefined {
    return this.#cycle;
  }

  /** The timer's tick at that time: begins a cycle where one is due. */
  tick(at: number): void {
    const idle = this.#enabled && this.#cycle === undefined && !this.#ended.signal.aborted;
    const record = { state: this.#state, mark: this.#mark };
    if (!idle || !isDue(record, at, this.#options.profile)) return;
    this.#cycle = this.#run(at).finally(() => {
      this.#cycle = undefined;
    });
  }

  /** `reg_force_register`: the next tick sends. A record that is busy is left alone. */
  force(): void {
    if (this.#enabled && this.#cycle === undefined) this.#mark = 0;
  }

  /**
   * `reg_upsert` or `reg_reload` of this record with other settings. A registered one continues as if nothing had happened;
   * of others nothing is kept, and `false` is returned.
   */
  change(settings: StoredSip): boolean {
    if (this.#state !== "REGISTERED_STATE" || !isSameRecord(this.#settings, settings)) return false;
    this.#settings = settings;
    this.#server = undefined;
    this.#wanted = this.#options.expires;
    this.#expires = this.#options.expires;
    return true;
  }

  /**
   * `reg_delete`: un-registers without credentials and waits for no more than the answer, so a registrar that asks
   * for them keeps the binding. A row that is gone at `reg_reload` sends nothing at all.
   */
  async remove(deadlineMs: number): Promise<void> {
    const registered = this.#state === "REGISTERED_STATE";
    await this.#end();
    const way = this.#way;
    const tells = registered && this.#options.profile.changes === "commands" && way?.flow.isClosed === false;
    if (tells && this.#dialog !== undefined) {
      const parts = { settings: this.#settings, way, dialog: this.#dialog, expires: 0, challenge: undefined };
      await way.transactions.send(buildRegister(parts), way.remote, { deadlineMs }).outcome;
    }
    await this.#drop();
  }

  /** `reg_disable`: un-registers its own Contact, with credentials where they are asked for. The record stays, and is still. */
  async disable(deadlineMs: number): Promise<void> {
    const registered = this.#state === "REGISTERED_STATE";
    this.#enabled = false;
    await this.#end();
    if (registered && this.#way !== undefined && this.#dialog !== undefined) {
      const signal = AbortSignal.timeout(deadlineMs);
      const gone = await this.#exchange("unbind", this.#dialog, signal).catch(() => undefined);
      this.#state = gone?.move.state ?? "REGISTER_TIMEOUT_STATE";
    } else this.#state = "NOT_REGISTERED_STATE";
    await this.#drop();
  }

  /** Ends without a word to the registrar. */
  async abandon(): Promise<void> {
    await this.#end();
    await this.#drop();
  }

  async #end(): Promise<void> {
    this.#ended.abort();
    await this.#cycle;
    await this.#answerer.close();
  }

  async #run(tick: number): Promise<void> {
    const { signal } = this.#ended;
    try {
      this.#server ??= await findServer(this.#settings, signal, this.#options.mayReach);
      if (this.#server === undefined) {
        this.#rest(UNSENDABLE);
        return;
      }
      if (!KEEPS_CALL_ID.includes(this.#state)) this.#dialog = undefined;
      this.#dialog ??= new RegisterDialog(this.#server.address);
      this.#lastRegisterSent = tick;
      await this.#settle(await this.#exchange("bind", this.#dialog, signal));
    } catch (error) {
      if (error instanceof RegistrantCrash) this.#options.onCrash();
      // Aborted; anything else is what the state says, and must not take the whole process along.
      else if (!signal.aborted) this.#rest(UNSENDABLE);
    }
  }

  #exchange(
    purpose: "bind" | "unbind",
    dialog: RegisterDialog,
    signal: AbortSignal,
  ): Promise<ExchangeResult> {
    return exchange({
      ...this.#options,
      purpose,
      settings: this.#settings,
      expires: this.#wanted,
      dialog,
      way: (within) => this.#open(within),
      signal,
      onSend: (state, asked) => {
        this.#state = state;
        if (purpose === "bind" && this.#options.profile.asksForGrant) this.#expires = asked;
      },
    });
  }

  async #settle({ move, asked, granted, answered }: ExchangeResult): Promise<void> {
    this.#expires = granted ?? this.#expires;
    this.#wanted = this.#options.profile.asksForGrant ? this.#expires : asked;
    this.#rest(move);
    if (answered) return;
    this.#server = undefined;
    await this.#drop();
  }

  #rest({ state, mark }: Rest): void {
    this.#state = state;
    this.#mark = markAfter(this.#options.clock.now(), this.#expires, mark);
  }

  /** The flow that there is, or a new one where it is closed or leads elsewhere. */
  async #open(signal: AbortSignal): Promise<Way | undefined> {
    const [way, server] = [this.#way, this.#server];
    if (server === undefined) return undefined;
    const { remote, flow } = way ?? {};
    const fits = remote?.address === server.address && remote.port === server.port;
    if (fits && flow?.isClosed === false) return way;
    await this.#drop();
    const onRequest = (transaction: ServerTransaction) => this.#receive(transaction);
    const opened = await openWay(this.#settings, server, { ...this.#options, signal, onRequest });
    if (opened === undefined) return undefined;
    this.#way = opened;
    this.#answerer.attach(opened);
    return opened;
  }

  #receive(transaction: ServerTransaction): void {
    const { method, uri } = transaction.request;
    // A binding that was left behind may lead here from an extension that the agent has no more.
    const user = tolerant(() => parseUri(uri))?.user;
    if (method === "INVITE" && user !== this.#settings.username) transaction.respond(404);
    else this.#answerer.receive(transaction);
  }

  async #drop(): Promise<void> {
    const way = this.#way;
    this.#way = undefined;
    this.#answerer.detach();
    way?.transactions.close();
    await way?.flow.close();
  }
}
