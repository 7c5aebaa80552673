import type { Clock } from "../page/clock.js";
import { EntryUnavailable } from "../page/types.js";
import { REMEMBER_MS } from "../page/work.js";
import { newCode, random256 } from "./address.js";
import type { PageKeys } from "./keys.js";
import { asOf, ended, keptFor, type PageRecord, VALID_MS } from "./record.js";
import type { PageStore } from "./store.js";

/** Pages that one tenant may open in a while; so many of its short forms can be valid at a time. */
const MAX_OPENED = 60;
const OPENED_WITHIN_MS = 15 * 60_000;
/** A change that others precede is made again from their result. */
const MAX_ROUNDS = 5;

const NOT_KEPT =
  "The page cannot be opened at the moment: what the servers share does not answer. Make the same call again in a minute.";

/** An entry as it was read, and what the store has of it. */
export interface ReadEntry {
  /** Under which it is kept. */
  name: string;
  sealed: string;
  record: PageRecord;
}

/** What it leads to: `null` to nothing, `undefined` that the store does not answer. */
export type Found<Value> = Value | null | undefined;

export interface OpenedEntry {
  token: string;
  code: string;
  validUntil: number;
}

/** The entries of all tenants in what replicas share: found by address, by short form, and by agent. */
export class PageEntries {
  readonly #store: PageStore;
  readonly #keys: PageKeys;
  readonly #clock: Clock;

  constructor({ store, keys, clock }: { store: PageStore; keys: PageKeys; clock: Clock }) {
    this.#store = store;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** @throws EntryUnavailable */
  async open(
    of: Pick<PageRecord, "tenant" | "agentId" | "facts" | "words" | "job" | "asker" | "endsWhenRegistered">,
  ): Promise<OpenedEntry> {
    await this.#mayOpen(of.tenant);
    await this.#replaceOlder(of.tenant, of.agentId);
    const [token, code] = [random256(), newCode()];
    const validUntil = this.#clock.now() + VALID_MS;
    const name = this.#nameOf(token);
    const codeName = this.#keys.nameOf("code", code);
    const record: PageRecord = { ...of, validUntil, code: codeName, tries: 0, phase: { is: "waiting" } };
    const kept = await Promise.all([
      this.#store.add(name, this.#keys.seal(name, record), VALID_MS + REMEMBER_MS),
      this.#store.add(codeName, this.#keys.seal(codeName, token), VALID_MS),
      this.#point(of.tenant, of.agentId, token),
    ]);
    if (kept.some((done) => done !== true)) throw new EntryUnavailable(NOT_KEPT);
    return { token, code, validUntil };
  }

  /** The entry as it is now. */
  async read(token: string): Promise<Found<ReadEntry>> {
    const name = this.#nameOf(token);
    const sealed = await this.#store.get(name);
    if (typeof sealed !== "string") return sealed;
    const record = this.#keys.unseal(name, sealed) as PageRecord | undefined;
    return record === undefined ? null : { name, sealed, record: asOf(record, this.#clock.now()) };
  }

  /** The address of the newest entry of an agent. */
  async newestOf(tenant: string, agentId: string): Promise<Found<string>> {
    const name = this.#keys.nameOf("agent", tenant, agentId);
    const sealed = await this.#store.get(name);
    if (typeof sealed !== "string") return sealed;
    const token = this.#keys.unseal(name, sealed);
    return typeof token === "string" ? token : null;
  }

  /** Takes a short form: it leads to its address once, for one caller. */
  async takeCode(code: string): Promise<Found<string>> {
    const name = this.#keys.nameOf("code", code);
    const sealed = await this.#store.take(name);
    if (typeof sealed !== "string") return sealed;
    const token = this.#keys.unseal(name, sealed);
    return typeof token === "string" ? token : null;
  }

  /**
   * Makes a change of just what was read, or of what others have made of it meanwhile. `null`: there is nothing to change,
   * as `change` says.
   */
  async change(
    token: string,
    change: (record: PageRecord) => PageRecord | undefined,
  ): Promise<Found<PageRecord>> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const read = await this.read(token);
      if (!read) return read;
      const next = change(read.record);
      if (next === undefined) return null;
      const done = await this.#put(read, next);
      if (done !== false) return done && next;
    }
    return null;
  }

  async #put({ name, sealed }: ReadEntry, next: PageRecord): Promise<true | false | undefined> {
    return this.#store.replace(name, sealed, this.#keys.seal(name, next), keptFor(next, this.#clock.now()));
  }

  async #mayOpen(tenant: string): Promise<void> {
    const name = this.#keys.nameOf("opened", tenant);
    if ((await this.#store.count(name, 1, OPENED_WITHIN_MS)) <= MAX_OPENED) return;
    throw new EntryUnavailable(
      `${MAX_OPENED} pages for SIP passwords have been opened within a quarter of an hour; that is the most. Make the same call again later.`,
    );
  }

  async #replaceOlder(tenant: string, agentId: string): Promise<void> {
    const older = await this.newestOf(tenant, agentId);
    if (older === undefined) throw new EntryUnavailable(NOT_KEPT);
    if (older === null) return;
    let isWorking = false;
    const done = await this.change(older, (record) => {
      isWorking = record.phase.is === "working";
      return record.phase.is === "waiting" ? ended(record, "replaced", this.#clock.now()) : undefined;
    });
    if (isWorking) {
      throw new EntryUnavailable("A password for this agent has just been entered and is being tried.");
    }
    if (done === undefined) throw new EntryUnavailable(NOT_KEPT);
  }

  #point(tenant: string, agentId: string, token: string): Promise<boolean | undefined> {
    const name = this.#keys.nameOf("agent", tenant, agentId);
    // As long as it may be told how the entry has ended.
    return this.#store.set(name, this.#keys.seal(name, token), VALID_MS + 2 * REMEMBER_MS);
  }

  #nameOf(token: string): string {
    return this.#keys.nameOf("entry", token);
  }
}
