import { BoundedMap } from "../../base/bounded-map.js";
import type { Logger } from "../../base/log.js";
import { present } from "../../base/present.js";
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
  type SettledBy,
} from "../page/types.js";
import { WATCH_MS, workOn } from "../page/work.js";
import { type PageAddresses, random256 } from "./address.js";
import type { Found, OpenedEntry, PageEntries, ReadEntry } from "./entries.js";
import { type Asker, claimed, ended, type PageRecord, settled, settledBy } from "./record.js";
import { PageWorks } from "./works.js";

/** Between two looks at an entry for whose end a call waits. */
const LOOK_EVERY_MS = 1_000;
/** How often, and how far apart, an outcome is told to a store that does not answer. */
const TELL_TIMES = 30;
const TELL_EVERY_MS = 2_000;

const CLOSE_MS = 3_000;
/** How long a page waits to learn whether another try is still needed. */
const LOOK_MS = 3_000;
const MAX_LOOKED = 1_000;

/** What a page needs of the tenant in whose name the password is used. */
export interface PageTenant {
  redactor: Redactor;
  log: Logger;
  /** Does what an entry's `job` asks for. @param after the mark that an earlier try of the same entry returned. */
  submit(
    job: unknown,
    password: Secret,
    work: EntryWork,
    after?: string,
  ): Promise<{ value: unknown; outcome: EntryOutcome; mark?: string }>;
  /** What has made another try needless since the one that returned that mark, if anything. */
  settledBy?(job: unknown, mark: string, signal: AbortSignal): Promise<SettledBy | undefined>;
  explain(error: unknown): readonly string[];
  /** See `EntryRequest.mayRetry`. */
  mayRetry?(error: unknown): boolean;
}

export interface HostedPagesOptions {
  entries: PageEntries;
  addresses: PageAddresses;
  clock: Clock;
  /** `undefined`: there is none of that name, or it has no such pages. */
  tenantOf(name: string): PageTenant | undefined;
}

/** The outcome of sending a password. */
export type Submission = "accepted" | "busy" | "too soon" | "over" | "unavailable";

/** The pages of a hosted server: opened by calls, used by anyone who has the address, at any replica. */
export class HostedPages {
  readonly #options: HostedPagesOptions;
  readonly #works = new PageWorks();
  /** When an offer of another try is looked at again, by its address. */
  readonly #looked = new BoundedMap<string, number>(MAX_LOOKED);

  constructor(options: HostedPagesOptions) {
    this.#options = options;
  }

  /** The pages as the calls of one tenant see them. */
  forTenant(tenant: string, asker: Asker, redactor: Redactor): PasswordPages {
    return {
      open: (request) => this.#open(tenant, asker, request, redactor),
      reopen: (agentId, page) => this.#reopen(tenant, agentId, page),
      stateOf: (agentId) => this.#stateOf(tenant, agentId),
      end: (agentId, why) => this.#endNeedless(tenant, agentId, why),
      close: async () => {},
    };
  }

  tenantOf(record: PageRecord): PageTenant | undefined {
    return this.#options.tenantOf(record.tenant);
  }

  /** The entry as it is now. */
  async read(token: string): Promise<Found<ReadEntry>> {
    const read = await this.#options.entries.read(token);
    return read && this.#endedIfNeedless(token, read);
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

  /** Takes a password for an entry, once across all replicas, and continues to work with it. */
  async submit(token: string, password: Secret): Promise<Submission> {
    const { entries, clock } = this.#options;
    const read = await entries.read(token);
    if (!read) return read === null ? "over" : "unavailable";
    const { tenant, agentId } = read.record;
    const serving = this.tenantOf(read.record);
    if (serving === undefined) return "over";
    // Nothing has been sent: the person is told so.
    if (!this.#works.hasRoomFor(tenant)) return "unavailable";
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
    // If the answer was lost, it may still have been taken.
    if (taken === undefined && !(await this.#isMine(token, claim))) return "unavailable";
    this.#works.add(tenant, this.#work(token, claim, { record: taken ?? read.record, password, serving }));
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
    request: EntryRequest<Done>,
    redactor: Redactor,
  ): Promise<OpenEntry<Done>> {
    const { entries } = this.#options;
    const { agentId, facts, words, job, awaited, endsWhenRegistered } = request;
    if (job === undefined) {
      throw new EntryUnavailable("Only a password that is stored, or used for a test call, has a page here.");
    }
    const shown = redactor.redactDeep(facts);
    const opened = await entries.open({
      ...{ tenant, agentId, facts: shown, words, job, asker },
      ...present({ endsWhenRegistered }),
    });
    return this.#entryOf(opened, awaited ? request : undefined);
  }

  async #reopen<Done>(
    tenant: string,
    agentId: string,
    { url, shortUrl }: { url: string; shortUrl: string },
  ): Promise<OpenEntry<Done> | undefined> {
    const token = new URL(url).pathname.split("/").at(-1) ?? "";
    // Only that of this tenant and this agent: the signature says nothing of them.
    if ((await this.#options.entries.newestOf(tenant, agentId)) !== token) return undefined;
    const read = await this.read(token);
    if (!read) return undefined;
    const code = shortUrl.slice(shortUrl.lastIndexOf("/") + 1);
    return this.#entryOf({ token, code, validUntil: read.record.validUntil }, {});
  }

  /** @param awaited of the call that waits for its end, if one does. */
  #entryOf<Done>(
    { token, code, validUntil }: OpenedEntry,
    awaited: Pick<EntryRequest<Done>, "taken"> | undefined,
  ): OpenEntry<Done> {
    const { addresses } = this.#options;
    const looking = new AbortController();
    return {
      url: addresses.urlOf(token),
      public: {
        host: addresses.host,
        shortUrl: addresses.shortUrlOf(code),
        spoken: addresses.spoken(code),
      },
      validUntil: new Date(validUntil),
      result: awaited ? this.#resultOf(token, awaited, looking.signal) : new Promise(() => {}),
      close: () => void this.end(token, "stopped"),
      detach: () => looking.abort(),
    };
  }

  /** Polls until it has ended. The replica that got the password, this one or another, has stored the outcome there. */
  async #resultOf<Done>(
    token: string,
    { taken }: Pick<EntryRequest<Done>, "taken">,
    signal: AbortSignal,
  ): Promise<EntryResult<Done>> {
    let isTaken = false;
    for (;;) {
      const read = await this.read(token);
      if (read === null || signal.aborted) return { kind: "unanswered", why: "stopped" };
      const { phase, tries = 0 } = read?.record ?? {};
      if (tries > 0 && !isTaken) taken?.();
      isTaken = tries > 0;
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
    const read = token && (await this.read(token));
    if (!token || !read) return undefined;
    const { phase, validUntil } = read.record;
    if (phase.is !== "ended") {
      const failure = phase.is === "waiting" ? phase.failure : undefined;
      return {
        ...{ phase: phase.is, url: addresses.urlOf(token), validUntil: new Date(validUntil) },
        ...present({ failure }),
      };
    }
    const { how, at, outcome } = phase;
    const { details = [] } = outcome ?? {};
    return { phase: "ended", how, at: new Date(at), details, ...present({ outcome }) };
  }

  /** Ends the newest entry of an agent where no password is needed any more. */
  async #endNeedless(tenant: string, agentId: string, why: SettledBy): Promise<void> {
    const { entries, clock } = this.#options;
    const token = await entries.newestOf(tenant, agentId);
    if (token) await entries.change(token, (record) => settledBy(record, why, clock.now()));
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
    const { redactor, explain, mayRetry, log } = serving;
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
    let mark: string | undefined;
    const submit = async (given: Secret, work: EntryWork) => {
      const done = await serving.submit(record.job, given, work, record.mark);
      mark = done.mark;
      return done;
    };
    const around = { redactor, clock, signal: this.#works.signal, report };
    const doing = { submit, explain, words: record.words, ...present({ mayRetry }) };
    const { outcome } = await workOn(doing, password, around);
    toldStored = true;
    log.info("a password page was used", { result: outcome.result });
    for (let times = 0; times < TELL_TIMES; times += 1) {
      const told = await entries.change(token, (record) =>
        isMine(record) ? settled(record, outcome, clock.now(), mark) : undefined,
      );
      if (told !== undefined || this.#works.signal.aborted) return;
      await this.#pause(TELL_EVERY_MS, this.#works.signal);
    }
  }

  /**
   * While another try is offered: ends it if it is not needed any more. Every look does that, at any replica: what it takes
   * is in the record.
   */
  async #endedIfNeedless(token: string, read: ReadEntry): Promise<Found<ReadEntry>> {
    const { clock, entries } = this.#options;
    const { mark, job, tries, phase } = read.record;
    const serving = this.tenantOf(read.record);
    if (phase.is !== "waiting" || mark === undefined || serving?.settledBy === undefined) return read;
    if (clock.now() < (this.#looked.get(token) ?? phase.retryAt ?? 0)) return read;
    this.#looked.set(token, clock.now() + WATCH_MS);
    const limit = new AbortController();
    const cancel = clock.after(LOOK_MS, () => limit.abort());
    const signal = AbortSignal.any([this.#works.signal, limit.signal]);
    const why = await serving.settledBy(job, mark, signal).catch(() => undefined);
    cancel();
    if (why === undefined) return read;
    await entries.change(token, (record) =>
      record.phase.is === "waiting" && record.tries === tries
        ? settledBy(record, why, clock.now())
        : undefined,
    );
    return entries.read(token);
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
