import type { NaptrRecord } from "node:dns";
import { Resolver } from "node:dns/promises";
import { setTimeout as delay } from "node:timers/promises";
import { present } from "../../base/present.js";
import { canonicalIp } from "../message/address.js";
import { HOSTS_FILE, hostsAddresses, readHostsFile } from "./hosts-file.js";
import { isAbsent, type LocateCut, type LocateStep, LookupBudget } from "./locate-steps.js";

export type AddressFamily = 4 | 6;

export interface LookupOptions {
  /** DNS servers, `address` or `address:port`; those of the system otherwise. */
  readonly servers?: readonly string[];
  /** Milliseconds for the first try of a question; a second takes longer. Default 1000. */
  readonly timeout?: number;
  /** Default 2. */
  readonly tries?: number;
  /**
   * Milliseconds for one more question about addresses, put where the first try is not answered in its time: an answer
   * that comes after the next try is none. By default there is no such question.
   */
  readonly patience?: number;
  /** Milliseconds for all questions together; what was answered by then counts. Default 10000. */
  readonly limitMs?: number;
  /** Names that are asked about, at most. Default 16. */
  readonly maxNames?: number;
  readonly signal?: AbortSignal;
  /**
   * Path of a hosts file, looked into beside DNS for names that DNS lacks or answers otherwise; `false` for none. The
   * system's own by default, except where `servers` are given.
   */
  readonly hostsFile?: string | false;
}

export interface SrvAnswer {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface FoundAddress {
  readonly address: string;
  readonly family: AddressFamily;
}

/** The outcome of a question. */
export interface Answer<T> {
  readonly records: readonly T[];
  /** It could not be answered, as opposed to "there is none". */
  readonly failed: boolean;
}

/** Records taken of one answer. */
const MAX_RECORDS = 32;
/** Milliseconds that a question is waited for which is of use, while what is needed has been answered. */
const GRACE = 400;
/** RFC 6761 6.3: what `localhost` and names below it always are. */
const LOOPBACK = ["127.0.0.1", "::1"];

/**
 * DNS questions, each recorded and put once, within limits on their number and their time. They go through a separate
 * resolver and never through getaddrinfo, whose threads all of the process shares. Close it after use.
 */
export class Lookups {
  readonly steps: LocateStep[] = [];
  readonly #resolver: Resolver;
  readonly #patient: Resolver | undefined;
  readonly #timeout: number;
  readonly #signal: AbortSignal | undefined;
  readonly #hostsFile: string | false;
  readonly #limitMs: number;
  readonly #budget: LookupBudget;
  readonly #timer: NodeJS.Timeout;
  /** Aborted when no answer is waited for any more. */
  readonly #over = new AbortController();
  readonly #naptrs = new Map<string, Promise<Answer<NaptrRecord>>>();
  readonly #srvs = new Map<string, Promise<Answer<SrvAnswer>>>();
  readonly #cnames = new Map<string, Promise<Answer<string>>>();
  readonly #addresses = new Map<string, Promise<Answer<FoundAddress>>>();
  readonly #resolved = new Map<string, Promise<Answer<FoundAddress>>>();
  readonly #cancel = () => {
    this.#over.abort();
    this.#resolver.cancel();
    this.#patient?.cancel();
  };

  /** @throws the signal's reason when it is aborted already. */
  constructor(options: LookupOptions = {}) {
    options.signal?.throwIfAborted();
    this.#timeout = options.timeout ?? 1_000;
    this.#resolver = new Resolver({ timeout: this.#timeout, tries: options.tries ?? 2 });
    const { patience, servers } = options;
    this.#patient = patience === undefined ? undefined : new Resolver({ timeout: patience, tries: 1 });
    if (servers !== undefined) {
      this.#resolver.setServers(servers);
      this.#patient?.setServers(servers);
    }
    this.#hostsFile = options.hostsFile ?? (options.servers === undefined && HOSTS_FILE);
    this.#budget = new LookupBudget(options.maxNames ?? 16);
    this.#limitMs = options.limitMs ?? 10_000;
    this.#timer = setTimeout(this.#cancel, this.#limitMs);
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#cancel, { once: true });
  }

  /** What was left out so far. */
  get cuts(): LocateCut[] {
    const pending = this.steps.filter(({ error }) => error === "EPENDING");
    return [
      ...this.#budget.cuts,
      ...pending.map(({ type, question }) => ({ what: "pending", type, question }) as const),
    ];
  }

  /** The answer, if it comes within a moment after the needed one; `undefined` otherwise. The question stays open. */
  async inPassing<T>(advice: Promise<T>, needed: Promise<unknown>, graceMs = GRACE): Promise<T | undefined> {
    const given = new AbortController();
    const over = needed.then(() => pause(graceMs, given.signal));
    try {
      return await Promise.race([advice, over]);
    } finally {
      given.abort();
      // Later errors have no receiver.
      over.catch(() => {});
      advice.catch(() => {});
    }
  }

  /** What a name is an alias of, where it has no address. */
  cname(name: string): Promise<Answer<string>> {
    return once(this.#cnames, name, () =>
      this.#ask("CNAME", name, () => this.#resolver.resolveCname(name), String),
    );
  }

  /** Nothing continues after this. */
  close(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#cancel);
    this.#cancel();
  }

  /** Names that never go to DNS (RFC 6761 6.3). */
  isLocal(name: string): boolean {
    return /^(?:.+\.)?localhost$/i.test(name);
  }

  naptr(name: string): Promise<Answer<NaptrRecord>> {
    return once(this.#naptrs, name, () =>
      this.#ask(
        "NAPTR",
        name,
        () => this.#resolver.resolveNaptr(name),
        (record) =>
          `${record.order} ${record.preference} "${record.flags}" "${record.service}" "${record.regexp}" ${record.replacement || "."}`,
      ),
    );
  }

  srv(name: string): Promise<Answer<SrvAnswer>> {
    return once(this.#srvs, name, () =>
      this.#ask(
        "SRV",
        name,
        () => this.#resolver.resolveSrv(name),
        (record) => `${record.priority} ${record.weight} ${record.port} ${record.name || "."}`,
      ),
    );
  }

  /** Addresses of a name: DNS first, the hosts file where DNS has none. */
  async addresses(name: string, families: readonly AddressFamily[]): Promise<Answer<FoundAddress>> {
    const literal = canonicalIp(name);
    if (literal !== undefined) return { records: [found(literal)], failed: false };
    return once(this.#addresses, `${name} ${families}`, () => this.#find(name, families));
  }

  async #find(name: string, families: readonly AddressFamily[]): Promise<Answer<FoundAddress>> {
    const local = this.isLocal(name);
    const [dns, hosts] = await Promise.all([
      local ? [] : this.#resolveAll(name, families),
      local || this.#hostsFile !== false ? this.#hosts(name) : [],
    ]);
    const fromDns = dns.flatMap(({ records }) => records);
    const here = families.flatMap((family) => hosts.filter((each) => each.family === family));
    const agrees = here.some(({ address }) => fromDns.some((each) => each.address === address));
    if (here.length > 0 && !agrees && !local) this.#markDifferent(name);
    const failed = dns.some((answer) => answer.failed);
    const records = fromDns.length > 0 ? fromDns : here;
    if (records.length === 0 && !failed && !local) await this.inPassing(this.cname(name), Promise.resolve());
    return { records, failed };
  }

  /** Every family; those after the first only as far as they do not hold up an answer that there is. */
  async #resolveAll(name: string, families: readonly AddressFamily[]): Promise<Answer<FoundAddress>[]> {
    const [first, ...others] = families.map((family) => this.#resolve(name, family));
    if (first === undefined) return [];
    const enough = first.then(({ records }) => (records.length > 0 ? undefined : Promise.all(others)));
    const rest = await Promise.all(others.map((other) => this.inPassing(other, enough)));
    return [await first, ...rest.flatMap((answer) => answer ?? [])];
  }

  #markDifferent(name: string): void {
    const at = this.steps.findIndex(({ type, question }) => type === "hosts" && question === name);
    const step = this.steps[at];
    if (step !== undefined) this.steps[at] = { ...step, differs: true };
  }

  /** Whether DNS has an address of this family. */
  async hasAddress(name: string, family: AddressFamily): Promise<boolean> {
    const { records } = await this.#resolve(name, family);
    return records.length > 0;
  }

  #resolve(name: string, family: AddressFamily): Promise<Answer<FoundAddress>> {
    return once(this.#resolved, `${name} ${family}`, () => this.#askAddresses(name, family));
  }

  async #askAddresses(name: string, family: AddressFamily): Promise<Answer<FoundAddress>> {
    const { records, failed } = await this.#ask(
      family === 4 ? "A" : "AAAA",
      name,
      () => this.#patiently((resolver) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name))),
      (address) => address,
    );
    return { records: records.map(found), failed };
  }

  /** Beside the tries of a question, one that is waited for longer. */
  async #patiently<T>(ask: (resolver: Resolver) => Promise<T>): Promise<T> {
    const patient = this.#patient;
    if (patient === undefined) return ask(this.#resolver);
    const done = new AbortController();
    const late = pause(this.#timeout, done.signal).then(() =>
      done.signal.aborted || this.#over.signal.aborted ? undefined : ask(patient),
    );
    const longer = late.then((answer) => answer ?? new Promise<never>(() => {}));
    const prompt = ask(this.#resolver).catch((error: unknown) => {
      if (codeOf(error) !== "ETIMEOUT") throw error;
      return longer;
    });
    try {
      return await Promise.race([prompt, longer.catch(() => prompt)]);
    } finally {
      done.abort();
    }
  }

  async #hosts(name: string): Promise<readonly FoundAddress[]> {
    const { records } = await this.#ask("hosts", name, () => this.#hostsEntries(name), String);
    return records.map(found);
  }

  async #hostsEntries(name: string): Promise<string[]> {
    const text = this.#hostsFile === false ? "" : await readHostsFile(this.#hostsFile, this.#over.signal);
    const found = hostsAddresses(text, name);
    if (found.length > 0) return found;
    if (this.isLocal(name)) return LOOPBACK;
    throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
  }

  /** @throws the signal's reason. */
  async #ask<T>(
    type: LocateStep["type"],
    question: string,
    put: () => Promise<T[]>,
    write: (record: T) => string,
  ): Promise<Answer<T>> {
    this.#signal?.throwIfAborted();
    if (!this.#budget.admits(question)) return { records: [], failed: false };
    const started = performance.now();
    // The place is taken now, so steps are in the order in which they were asked.
    const at = this.steps.push({ question, type, answers: [], error: "EPENDING", ms: 0 }) - 1;
    let records: T[] = [];
    let error: string | undefined;
    try {
      if (!this.#over.signal.aborted) records = await put();
      else error = this.#late();
    } catch (thrown) {
      error = this.#over.signal.aborted ? this.#late() : codeOf(thrown);
    }
    this.#signal?.throwIfAborted();
    const taken = records.slice(0, MAX_RECORDS);
    if (taken.length < records.length) {
      this.#budget.note({ what: "records", type, question, of: records.length, taken: taken.length });
    }
    this.steps[at] = {
      question,
      type,
      answers: taken.map(write),
      ...present({ error }),
      ms: Math.round(performance.now() - started),
    };
    return { records: taken, failed: error !== undefined && !isAbsent(error) };
  }

  #late(): string {
    this.#budget.note({ what: "time", ms: this.#limitMs });
    return "ETIMEOUT";
  }
}

/** Resolves after so long, or as soon as no one waits any more. */
function pause(ms: number, over: AbortSignal): Promise<undefined> {
  return delay(ms, undefined, { signal: over }).catch(() => undefined);
}

/** What was asked before is not asked again, though its answer may still be on the way. */
function once<T>(known: Map<string, Promise<T>>, question: string, ask: () => Promise<T>): Promise<T> {
  const key = question.toLowerCase();
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  return answer;
}

function found(address: string): FoundAddress {
  return { address, family: address.includes(":") ? 6 : 4 };
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "EUNKNOWN";
}
