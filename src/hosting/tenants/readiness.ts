import type { Logger } from "../../base/log.js";
import { TelzinoError } from "../../telzino/errors.js";
import { abortable } from "../../telzino/limit.js";
import type { OpenTenant } from "./services.js";

type Probed = Pick<OpenTenant, "probe">;

const CHECK_MS = 4_000;
/** Probes of a load balancer come often: their number is not the API's. */
const KEPT_MS = 5_000;
/** Answers that show that the API is there and knows who asks. */
const ALIVE = new Set(["forbidden", "rate_limited"]);

/** Whether the API answers and takes a tenant's login. */
export class Readiness {
  readonly #tenants: () => Iterable<Probed>;
  readonly #log: Logger;
  #known: { ready: boolean; until: number } | undefined;
  #checking: Promise<boolean> | undefined;
  /** Asked first the next time. */
  #last: Probed | undefined;

  /** @param tenants those that there are when a check begins. */
  constructor(tenants: () => Iterable<Probed>, log: Logger) {
    this.#tenants = tenants;
    this.#log = log;
  }

  /** Never rejects. Concurrent checks are one; an aborted caller gets `false`, and the check continues. */
  async check(signal: AbortSignal): Promise<boolean> {
    if (this.#known && performance.now() < this.#known.until) return this.#known.ready;
    this.#checking ??= this.#ask().finally(() => {
      this.#checking = undefined;
    });
    return abortable(this.#checking, signal).catch(() => false);
  }

  async #ask(): Promise<boolean> {
    const before = this.#known?.ready;
    const over = AbortSignal.timeout(CHECK_MS);
    let ready = false;
    let reason: unknown = "there is no tenant";
    for (const tenant of this.#lastFirst()) {
      reason = await failureOf(tenant, over);
      ready = reason === undefined;
      if (ready) this.#last = tenant;
      if (ready || over.aborted) break;
    }
    if (ready !== before && !(ready && before === undefined)) {
      if (ready) this.#log.warn("Ready again: the Telzino API answers and takes the login");
      else
        this.#log.error("Not ready: the Telzino API does not answer, or takes no tenant's login", { reason });
    }
    this.#known = { ready, until: performance.now() + KEPT_MS };
    return ready;
  }

  *#lastFirst(): Iterable<Probed> {
    const [all, last] = [[...this.#tenants()], this.#last];
    if (last !== undefined && all.includes(last)) yield last;
    for (const tenant of all) if (tenant !== last) yield tenant;
  }
}

/** Why a tenant cannot work; `undefined`: it can. */
async function failureOf(tenant: Probed, signal: AbortSignal): Promise<string | undefined> {
  try {
    await tenant.probe(signal);
    return undefined;
  } catch (error) {
    if (signal.aborted) return "no answer in time";
    if (!(error instanceof TelzinoError)) return String(error);
    return ALIVE.has(error.code) ? undefined : error.code;
  }
}
