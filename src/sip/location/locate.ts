import { defaultSipPort, isPort } from "../../base/sip-port.js";
import { canonicalIp } from "../message/address.js";
import { LocateError } from "../message/errors.js";
import type { TransportName } from "../transport/flow.js";
import type { LocateCut, LocateStep } from "./locate-steps.js";
import { type AddressFamily, type Answer, type LookupOptions, Lookups, type SrvAnswer } from "./lookups.js";

export { isAbsent, type LocateCut, type LocateStep } from "./locate-steps.js";
export { Lookups } from "./lookups.js";

/** The target to find. A URI gives these: host, port and `transport` parameter. */
export interface LocateTarget {
  /** A name or an IP literal, with or without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly transport?: TransportName;
}

export interface LocateOptions extends LookupOptions {
  /** Address families, the preferred one first. Default 4, 6. */
  readonly families?: readonly AddressFamily[];
  /** In [0, 1); for the weighted choice among SRV records. */
  readonly random?: () => number;
  /** Most servers in the result. Default 16. */
  readonly maxServers?: number;
  /** SRV targets whose addresses are looked up, at most. Default 6. */
  readonly maxTargets?: number;
  /** Those of another search, which share their answers and their limits; their creator closes them. */
  readonly lookups?: Lookups;
}

/** A place where the domain's SIP server is said to be. */
export interface LocatedServer {
  readonly transport: TransportName;
  /** The name whose address this is: the SRV target, or the host asked for. */
  readonly host: string;
  /** Without brackets. */
  readonly address: string;
  readonly family: AddressFamily;
  readonly port: number;
  /** What named it. */
  readonly from: "srv" | "naptr" | "address" | "literal";
}

export interface LocateResult {
  /** In the order in which to try them (RFC 3263 4.3). */
  readonly servers: readonly LocatedServer[];
  /** Every question with its answer, in the order in which they were put; with shared look-ups, of all searches. */
  readonly steps: readonly LocateStep[];
  /** What limits have left out. */
  readonly cuts: readonly LocateCut[];
  /**
   * `refused`: the domain says by an SRV target of `.` that it offers no such service (RFC 2782).
   * `failed`: nothing was found, and a DNS server did not answer or answered with a failure.
   */
  readonly outcome: "found" | "not-found" | "refused" | "failed";
}

const TRANSPORTS: readonly TransportName[] = ["udp", "tcp", "tls"];
const SRV_PREFIX: Readonly<Record<TransportName, string>> = {
  udp: "_sip._udp",
  tcp: "_sip._tcp",
  tls: "_sips._tcp",
};
const NAPTR_SERVICE: Readonly<Record<string, TransportName>> = {
  "SIP+D2U": "udp",
  "SIP+D2T": "tcp",
  "SIPS+D2T": "tls",
};
/** Milliseconds that SRV is waited for, once the host is known to have its own address. */
const SRV_GRACE = 500;
/** NAPTR records that are followed. */
const MAX_NAPTR = 4;

interface Candidate {
  readonly transport: TransportName;
  readonly host: string;
  readonly port: number;
  readonly from: LocatedServer["from"];
}

/** Candidates, `refused` (service not offered here), or nothing: continue with the next way. */
type Candidates = Candidate[] | "refused" | undefined;

/**
 * Finds the servers of a SIP target (RFC 3263 4.1, 4.2): literal addresses as they are; with a port, the
 * host's addresses; with a transport, its SRV records; otherwise NAPTR, then SRV of each transport; and the
 * host's addresses when there is none of these. Nothing found is a result, not an error.
 *
 * @throws LocateError when the question itself is wrong, and the signal's reason when it is aborted.
 */
export async function locate(target: LocateTarget, options: LocateOptions = {}): Promise<LocateResult> {
  checkTarget(target);
  const literal = canonicalIp(target.host);
  if (literal !== undefined) return located(target, literal);
  if (options.lookups !== undefined) return new Search(target, options.lookups, options).run();
  const lookups = new Lookups(options);
  try {
    return await new Search(target, lookups, options).run();
  } finally {
    lookups.close();
  }
}

function located({ port: given, transport = "udp" }: LocateTarget, address: string): LocateResult {
  const family = address.includes(":") ? 6 : 4;
  const port = given ?? defaultSipPort(transport);
  const server = { transport, host: address, address, family, port, from: "literal" } as const;
  return { servers: [server], steps: [], cuts: [], outcome: "found" };
}

/** One run of {@link locate} for a name. */
class Search {
  readonly #target: LocateTarget;
  readonly #name: string;
  readonly #lookups: Lookups;
  readonly #options: LocateOptions;
  readonly #cuts: LocateCut[] = [];
  /** Whether a question of this search failed, rather than having no answer. */
  #failed = false;

  constructor(target: LocateTarget, lookups: Lookups, options: LocateOptions) {
    this.#target = target;
    this.#name = target.host.replace(/\.$/, "");
    this.#lookups = lookups;
    this.#options = options;
  }

  async run(): Promise<LocateResult> {
    const found = await this.#candidates();
    if (found === "refused") return this.#result([], "refused");
    const servers = await this.#addresses(found);
    const nothing = this.#failed ? "failed" : "not-found";
    return this.#result(
      this.#first("addresses", servers, this.#options.maxServers ?? 16),
      servers.length > 0 ? "found" : nothing,
    );
  }

  #result(servers: readonly LocatedServer[], outcome: LocateResult["outcome"]): LocateResult {
    const cuts = [...this.#cuts, ...this.#lookups.cuts];
    return { servers, steps: this.#lookups.steps, cuts, outcome };
  }

  /** No more than `most`, so a hostile zone cannot have us ask without end. */
  #first<T>(what: "targets" | "addresses", all: readonly T[], most: number): readonly T[] {
    if (all.length > most) this.#cuts.push({ what, of: all.length, taken: most });
    return all.slice(0, most);
  }

  #records<T>({ records, failed }: Answer<T>): readonly T[] {
    this.#failed ||= failed;
    return records;
  }

  async #candidates(): Promise<Candidate[] | "refused"> {
    const { port, transport } = this.#target;
    // Where neither NAPTR nor SRV can tell (RFC 3263 4.1).
    const bare = transport ?? "udp";
    if (port !== undefined || this.#lookups.isLocal(this.#name)) {
      return [{ transport: bare, host: this.#name, port: port ?? defaultSipPort(bare), from: "address" }];
    }
    // NAPTR chooses the transport; where that is settled there is nothing to ask (RFC 3263 4.1). Few domains have any, and
    // some DNS servers never answer: SRV does not wait for it.
    const byNaptr = transport === undefined ? this.#byNaptr() : Promise.resolve(undefined);
    const bySrv = this.#promptly(this.#bySrv());
    const found = (await this.#lookups.inPassing(byNaptr, bySrv)) ?? (await bySrv);
    return found ?? [{ transport: bare, host: this.#name, port: defaultSipPort(bare), from: "address" }];
  }

  /**
   * What SRV says, or nothing a moment after the host's own address is there: some DNS servers never answer SRV. Where
   * the host has none, SRV is all there is, and is waited for.
   */
  async #promptly(bySrv: Promise<Candidates>): Promise<Candidates> {
    const [family = 4] = this.#options.families ?? [];
    const own = this.#lookups.hasAddress(this.#name, family);
    return this.#lookups.inPassing(
      bySrv,
      own.then((has) => (has ? undefined : bySrv)),
      SRV_GRACE,
    );
  }

  async #byNaptr(): Promise<Candidates> {
    const records = this.#records(await this.#lookups.naptr(this.#name));
    const usable = records
      .flatMap((record) => {
        const transport = NAPTR_SERVICE[record.service.toUpperCase()];
        return transport === undefined ? [] : [{ ...record, transport }];
      })
      .filter(({ flags, replacement }) => /^[sa]$/i.test(flags) && replacement !== "")
      .sort((a, b) => a.order - b.order || a.preference - b.preference);
    const first = usable.slice(0, MAX_NAPTR);
    if (usable.length > first.length) {
      const counts = { of: usable.length, taken: first.length };
      this.#cuts.push({ what: "records", type: "NAPTR", question: this.#name, ...counts });
    }
    const followed = await Promise.all(
      first.map(({ transport, flags, replacement }) => this.#follow(transport, flags, replacement)),
    );
    const candidates = followed.flatMap((each) => (Array.isArray(each) ? each : []));
    if (candidates.length > 0) return candidates;
    return followed.includes("refused") ? "refused" : undefined;
  }

  async #follow(transport: TransportName, flags: string, replacement: string): Promise<Candidates> {
    if (flags.toLowerCase() !== "a") {
      return this.#order(this.#records(await this.#lookups.srv(replacement)), transport, "naptr");
    }
    return [{ transport, host: replacement, port: defaultSipPort(transport), from: "naptr" }];
  }

  async #bySrv(): Promise<Candidates> {
    const { transport: given } = this.#target;
    const transports = given === undefined ? TRANSPORTS : [given];
    const found = await Promise.all(
      transports.map(async (transport) => {
        const records = this.#records(await this.#lookups.srv(`${SRV_PREFIX[transport]}.${this.#name}`));
        return this.#order(records, transport, "srv");
      }),
    );
    const candidates = found.flatMap((each) => (Array.isArray(each) ? each : []));
    if (candidates.length > 0) return candidates;
    return found.includes("refused") ? "refused" : undefined;
  }

  #order(records: readonly SrvAnswer[], transport: TransportName, from: "srv" | "naptr"): Candidates {
    if (records.length === 0) return undefined;
    const offered = records.filter(({ name }) => name !== "" && name !== ".");
    if (offered.length === 0) return "refused";
    return orderSrv(offered, this.#options.random ?? Math.random).map(({ name, port }) => ({
      transport,
      host: name.replace(/\.$/, ""),
      port,
      from,
    }));
  }

  async #addresses(candidates: readonly Candidate[]): Promise<LocatedServer[]> {
    const families = this.#options.families ?? [4, 6];
    const hosts = [...new Set(candidates.map(({ host }) => host))];
    const names = this.#first("targets", hosts, this.#options.maxTargets ?? 6);
    const answers = await Promise.all(
      names.map(async (host) => {
        return [host, this.#records(await this.#lookups.addresses(host, families))] as const;
      }),
    );
    const byName = new Map(answers);
    const seen = new Set<string>();
    const servers: LocatedServer[] = [];
    for (const candidate of candidates) {
      for (const { address, family } of byName.get(candidate.host) ?? []) {
        const key = `${candidate.transport} ${address} ${candidate.port}`;
        if (!seen.has(key)) servers.push({ ...candidate, address, family });
        seen.add(key);
      }
    }
    return servers;
  }
}
/** @throws LocateError when host or port are none. */
function checkTarget({ host, port }: LocateTarget): void {
  const bare = host.replace(/\.$/, "");
  const isName = bare.length <= 253 && /^[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*$/.test(bare);
  if (!isName && canonicalIp(host) === undefined) throw new LocateError("target", "not a host", host);
  if (port !== undefined && !isPort(port)) {
    throw new LocateError("port", "not a port", String(port));
  }
}

interface Weighted {
  readonly priority: number;
  readonly weight: number;
}

/**
 * SRV records in the order in which to try them (RFC 2782): by priority, and among equals by a
 * random choice in proportion to the weight, where weight 0 has a small chance only.
 *
 * @param random - in [0, 1).
 */
export function orderSrv<T extends Weighted>(records: readonly T[], random: () => number): T[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    drawAll(
      records.filter((record) => record.priority === priority),
      random,
    ),
  );
}

function drawAll<T extends Weighted>(records: readonly T[], random: () => number): T[] {
  // Those of weight 0 come first, so a draw of 0 takes them (RFC 2782, "Weight").
  const left = [...records].sort((a, b) => Number(a.weight > 0) - Number(b.weight > 0));
  const drawn: T[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const point = Math.floor(random() * (total + 1));
    let sum = 0;
    const at = left.findIndex(({ weight }) => {
      sum += weight;
      return sum >= point;
    });
    drawn.push(...left.splice(Math.max(at, 0), 1));
  }
  return drawn;
}
