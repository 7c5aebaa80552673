import type { Logger } from "../../base/log.js";
import type { Redactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import type { Clock } from "../page/clock.js";
import {
  type EntryOutcome,
  type EntryRequest,
  type EntryResult,
  type EntryState,
  EntryUnavailable,
  type EntryWork,
  type OpenEntry,
  type PasswordPages,
} from "../page/types.js";
import { workOn } from "../page/work.js";
import { type PageAddresses, random256 } from "./address.js";
import type { Found, PageEntries, ReadEntry } from "./entries.js";
import { type Asker, claimed, ended, type PageRecord, settled } from "./record.js";
import { PageWorks } from "./works.js";

/** Between two looks at an entry for whose end a call waits. */
const LOOK_EVERY_MS = 1_000;
/** How often, and how far apart, an outcome is told to a store that does not answer. */
const TELL_TIMES = 30;
const TELL_EVERY_MS = 2_000;

const CLOSE_MS = 3_000;

/** What a page needs of the tenant in whose name the password is used. */
export interface PageTenant {
  redactor: Redactor;
  log: Logger;
  /** Does what an entry's `job` asks for. */
  submit(job: unknown, password: Secret, work: EntryWork): Promise<{ value: unknown; outcome: EntryOutcome }>;
  explain(error: unknown): readonly string[];
}

export interface HostedPagesOptions {
  entries: PageEntries;
  addresses: PageAddresses;
  clock: Clock;
  /** `undefined`: there is none of that name, or it has no such pages. */
  tenantOf(name: string): PageTenant | undefined;
}

/** What became of a password that was sent. */
export type Submission = "accepted" | "busy" | "too soon" | "over" | "unavailable";

/** The pages of a hosted server: opened by calls, used by whoever has the address, at any replica. */
export class HostedPages {
  readonly #options: HostedPagesOptions;
  readonly #works = new PageWorks();

  constructor(options: HostedPagesOptions) {
    this.#options = options;
  }

  /** The pages as the calls of one tenant see them. */
  forTenant(tenant: string, asker: Asker, redactor: Redactor): PasswordPages {
    return {
      open: (request) => this.#open(tenant, asker, request, redactor),
      stateOf: (agentId) => this.#stateOf(tenant, agentId),
      close: async () => {},
    };
  }

  tenantOf(record: PageRecord): PageTenant | undefined {
    return this.#options.tenantOf(record.tenant);
  }

  read(token: string): Promise<Found<ReadEntry>> {
    return this.#options.entries.read(token);
  }

  takeCode(code: string): Promise<Found<string>> {
    return this.#options.entries.takeCode(code);
  }

  /** Makes it the page of one browser. `null`: it is another's, or over. */
  bind(token: string, browser: string): Promise<Found<PageRecord>> {
    return this.#options.entries.change(token, (record) =>
      record.phase.is !== "ended" && (record.browser ?? browser) === browser
        ? { ...record, browser }
        : undefined,
    );
  }

  /** Ends it, unless a password is being worked on. */
  async end(token: string, how: "cancelled" | "stopped"): Promise<Found<PageRecord>> {
    const { entries, clock } = this.#options;
    return entries.change(token, (record) =>
      record.phase.is === "waiting" ? ended(record, how, clock.now()) : undefined,
    );
  }

  /** Takes a password for an entry, once of all replicas, and goes on to work with it. */
  async submit(token: string, password: Secret): Promise<Submission> {
    const { entries, clock } = this.#options;
    const read = await entries.read(token);
    if (!read) return read === null ? "over" : "unavailable";
    const { tenant, agentId } = read.record;
    const serving = this.tenantOf(read.record);
    if (serving === undefined) return "over";
    if (!this.#works.hasRoomFor(tenant)) return "busy";
    const newest = await entries.newestOf(tenant, agentId);
    if (newest === undefined) return "unavailable";
    if (newest !== token) {
      await entries.change(token, (record) =>
        record.phase.is === "waiting" ? ended(record, "replaced", clock.now()) : undefined,
      );
      return "over";
    }
    const claim = random256();
    let why: Submission = "over";
    const taken = await entries.change(token, (record) => {
      const { phase } = record;
      why = phase.is === "working" ? "busy" : phase.is === "waiting" ? "too soon" : "over";
      return claimed(record, claim, clock.now());
    });
    if (taken === null) return why;
    // Where the answer was lost, it may have been taken all the same.
    if (taken === undefined && !(await this.#isMine(token, claim))) return "unavailable";
    this.#works.add(tenant, this.#work(token, claim, { record: read.record, password, serving }));
    return "accepted";
  }

  /** Resolves when no password is being worked on here, or after `ms`. `true`: none is. */
  async finished(ms: number): Promise<boolean> {
    const ended = new AbortController();
    const limit = this.#pause(ms, ended.signal).then(() => ended.signal.aborted);
    const done = await Promise.race([this.#works.finished().then(() => true), limit]);
    ended.abort();
    return done;
  }

  /** Ends what is under way; it has a moment to tell so. */
  async close(): Promise<void> {
    this.#works.stop();
    await this.finished(CLOSE_MS);
  }

  async #open<Done>(
    tenant: string,
    asker: Asker,
    { agentId, facts, words, job, awaited }: EntryRequest<Done>,
    redactor: Redactor,
  ): Promise<OpenEntry<Done>> {
    const { entries, addresses } = this.#options;
    if (job === undefined) {
      throw new EntryUnavailable(
        "A page for this password there is at configure_sip_registration alone, which stores it.",
      );
    }
    const shown = redactor.redactDeep(facts);
    const opened = await entries.open({ tenant, agentId, facts: shown, words, job, asker });
    const { token, code, validUntil } = opened;
    const looking = new AbortController();
    return {
      url: addresses.urlOf(token),
      public: {
        host: addresses.host,
        shortUrl: addresses.shortUrlOf(code),
        spoken: addresses.spoken(code),
      },
      validUntil: new Date(validUntil),
      result: awaited ? this.#resultOf<Done>(token, looking.signal) : new Promise(() => {}),
      close: () => void this.end(token, "stopped"),
      detach: () => looking.abort(),
    };
  }

  /** Looks until it has ended. Whoever got the password, this replica or another, has told the outcome there. */
  async #resultOf<Done>(token: string, signal: AbortSignal): Promise<EntryResult<Done>> {
    for (;;) {
      const read = await this.#options.entries.read(token);
      if (read === null || signal.aborted) return { kind: "unanswered", why: "stopped" };
      const { phase } = read?.record ?? {};
      if (phase?.is === "ended") {
        const { outcome, how } = phase;
        if (outcome !== undefined) return { kind: "told", outcome };
        return { kind: "unanswered", why: how === "finished" || how === "failed" ? "stopped" : how };
      }
      await this.#pause(LOOK_EVERY_MS, signal);
    }
  }

  async #stateOf(tenant: string, agentId: string): Promise<EntryState | undefined> {
    const { entries, addresses } = this.#options;
    const token = await entries.newestOf(tenant, agentId);
    const read = token && (await entries.read(token));
    if (!token || !read) return undefined;
    const { phase, validUntil } = read.record;
    if (phase.is !== "ended") {
      return { phase: phase.is, url: addresses.urlOf(token), validUntil: new Date(validUntil) };
    }
    const { how, at, outcome } = phase;
    return { phase: "ended", how, at: new Date(at), details: outcome?.details ?? [] };
  }

  async #isMine(token: string, claim: string): Promise<boolean> {
    await this.#pause(TELL_EVERY_MS, this.#works.signal);
    const phase = (await this.#options.entries.read(token))?.record.phase;
    return phase?.is === "working" && phase.claim === claim;
  }

  async #work(
    token: string,
    claim: string,
    { record, password, serving }: { record: PageRecord; password: Secret; serving: PageTenant },
  ): Promise<void> {
    const { clock, entries } = this.#options;
    const { redactor, explain, log } = serving;
    const isMine = ({ phase }: PageRecord) => phase.is === "working" && phase.claim === claim;
    let toldStored = false;
    const report = () => {
      if (toldStored) return;
      toldStored = true;
      void entries.change(token, (record) =>
        record.phase.is === "working" && isMine(record)
          ? { ...record, phase: { ...record.phase, stored: true } }
          : undefined,
      );
    };
    const submit = (given: Secret, work: EntryWork) => serving.submit(record.job, given, work);
    const around = { redactor, clock, signal: this.#works.signal, report };
    const { outcome } = await workOn({ submit, explain, words: record.words }, password, around);
    toldStored = true;
    log.info("a password page was used", { result: outcome.result });
    for (let times = 0; times < TELL_TIMES; times += 1) {
      const told = await entries.change(token, (record) =>
        isMine(record) ? settled(record, outcome, clock.now()) : undefined,
      );
      if (told !== undefined || this.#works.signal.aborted) return;
      await this.#pause(TELL_EVERY_MS, this.#works.signal);
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, () => {
        signal.removeEventListener("abort", end);
        resolve();
      });
      const end = () => {
        cancel();
        resolve();
      };
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    });
  }
}
