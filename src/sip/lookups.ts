import type { LookupAddress } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";
import { canonicalIp } from "./address.js";

export type AddressFamily = 4 | 6;

/** One question put and what came of it: evidence for a person to read. */
export interface LocateStep {
  readonly question: string;
  /** `hosts` is the operating system's own resolver, which also reads the hosts file. */
  readonly type: "NAPTR" | "SRV" | "A" | "AAAA" | "hosts";
  /** As a zone file has them; outside text. */
  readonly answers: readonly string[];
  /** Why there is no answer: `ENOTFOUND` (no such name), `ENODATA` (no such record), `ETIMEOUT`, `ESERVFAIL` … */
  readonly error?: string;
  /** For `hosts`: DNS gave none of these addresses. */
  readonly differs?: boolean;
  readonly ms: number;
}

export interface LookupOptions {
  /** DNS servers, `address` or `address:port`; those of the system otherwise. */
  readonly servers?: readonly string[];
  /** Milliseconds for the first try of a question; a second takes longer. Default 1000. */
  readonly timeout?: number;
  /** Default 2. */
  readonly tries?: number;
  readonly signal?: AbortSignal;
  /**
   * The operating system's resolver, asked beside DNS for names that DNS lacks or answers otherwise
   * (c-ares does not read the hosts file). Asked by default, except where `servers` are given; `false` never.
   */
  readonly systemLookup?: ((name: string) => Promise<LookupAddress[]>) | boolean;
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

/** The system's resolver cannot be cancelled: it is left behind after this. */
const SYSTEM_LOOKUP_MS = 3_000;
/** Records taken of one answer. */
const MAX_RECORDS = 32;
/** Codes that say "there is none" as opposed to "could not be asked". */
const ABSENT = ["ENOTFOUND", "ENODATA"];

/** DNS questions of one search, each recorded. Close it after use. */
export class Lookups {
  readonly steps: LocateStep[] = [];
  /** Whether any question failed, rather than having no answer. */
  failed = false;
  readonly #resolver: Resolver;
  readonly #signal: AbortSignal | undefined;
  readonly #systemLookup: ((name: string) => Promise<LookupAddress[]>) | undefined;
  readonly #cancel = () => this.#resolver.cancel();

  constructor(options: LookupOptions) {
    options.signal?.throwIfAborted();
    this.#resolver = new Resolver({ timeout: options.timeout ?? 1_000, tries: options.tries ?? 2 });
    if (options.servers !== undefined) this.#resolver.setServers(options.servers);
    const { systemLookup = options.servers === undefined } = options;
    if (systemLookup === true) this.#systemLookup = lookupAll;
    else if (systemLookup !== false) this.#systemLookup = systemLookup;
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#cancel, { once: true });
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#cancel);
    this.#resolver.cancel();
  }

  /** Names that never go to DNS (RFC 6761 6.3). */
  isLocal(name: string): boolean {
    return /^(?:.+\.)?localhost$/i.test(name);
  }

  async naptr(name: string) {
    const records = await this.#ask(
      "NAPTR",
      name,
      () => this.#resolver.resolveNaptr(name),
      (record) =>
        `${record.order} ${record.preference} "${record.flags}" "${record.service}" "${record.regexp}" ${record.replacement || "."}`,
    );
    return records;
  }

  srv(name: string): Promise<SrvAnswer[]> {
    return this.#ask(
      "SRV",
      name,
      () => this.#resolver.resolveSrv(name),
      (record) => `${record.priority} ${record.weight} ${record.port} ${record.name || "."}`,
    );
  }

  /** Addresses of a name: DNS first, the system's own resolver where DNS has none. */
  async addresses(name: string, families: readonly AddressFamily[]): Promise<FoundAddress[]> {
    const literal = canonicalIp(name);
    if (literal !== undefined) return [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
    if (this.isLocal(name)) return this.#system(name, families, lookupAll);
    const system = this.#systemLookup;
    const [dns, also] = await Promise.all([
      Promise.all(families.map((family) => this.#resolve(name, family))),
      system === undefined ? [] : this.#system(name, families, system),
    ]);
    const found = dns.flat();
    if (also.length > 0 && !also.some(({ address }) => found.some((each) => each.address === address))) {
      this.#markDifferent(name);
    }
    return found.length > 0 ? found : also;
  }

  #markDifferent(name: string): void {
    const at = this.steps.findIndex(({ type, question }) => type === "hosts" && question === name);
    const step = this.steps[at];
    if (step !== undefined) this.steps[at] = { ...step, differs: true };
  }

  async #resolve(name: string, family: AddressFamily): Promise<FoundAddress[]> {
    const addresses = await this.#ask(
      family === 4 ? "A" : "AAAA",
      name,
      () => (family === 4 ? this.#resolver.resolve4(name) : this.#resolver.resolve6(name)),
      (address) => address,
    );
    return addresses.map((address) => ({ address, family }));
  }

  async #system(
    name: string,
    families: readonly AddressFamily[],
    ask: (name: string) => Promise<LookupAddress[]>,
  ): Promise<FoundAddress[]> {
    const found = await this.#ask(
      "hosts",
      name,
      () => within(ask(name), SYSTEM_LOOKUP_MS, this.#signal),
      ({ address }) => address,
    );
    return families.flatMap((family) =>
      found.filter((each) => each.family === family).map(({ address }) => ({ address, family })),
    );
  }

  async #ask<T>(
    type: LocateStep["type"],
    question: string,
    put: () => Promise<T[]>,
    write: (record: T) => string,
  ): Promise<T[]> {
    this.#signal?.throwIfAborted();
    const started = performance.now();
    // The place is taken now, so that steps stand in the order in which they were asked.
    const at = this.steps.push({ question, type, answers: [], ms: 0 }) - 1;
    let records: T[] = [];
    let error: string | undefined;
    try {
      records = (await put()).slice(0, MAX_RECORDS);
    } catch (thrown) {
      this.#signal?.throwIfAborted();
      error = codeOf(thrown);
      if (type !== "hosts" && !ABSENT.includes(error)) this.failed = true;
    }
    this.#signal?.throwIfAborted();
    this.steps[at] = {
      question,
      type,
      answers: records.map(write),
      ...(error === undefined ? {} : { error }),
      ms: Math.round(performance.now() - started),
    };
    return records;
  }
}

function lookupAll(name: string): Promise<LookupAddress[]> {
  return lookup(name, { all: true, order: "verbatim" });
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "EUNKNOWN";
}

async function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal | undefined): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error("no answer"), { code: "ETIMEOUT" })), ms);
    abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal?.removeEventListener("abort", abort);
  }
}
