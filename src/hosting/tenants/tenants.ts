import { randomBytes } from "node:crypto";
import { present } from "../../base/present.js";
import { inSlices, type Steps } from "../../base/steps.js";
import type { Config } from "../../config/index.js";
import { TenantEntry } from "./entry.js";
import type { TenantPlan } from "./schema.js";
import { type OpenTenant, openTenant, type TenantSurroundings } from "./services.js";
import { type StaticToken, TokenTable } from "./tokens.js";

interface TokenHolder {
  tenant: TenantEntry;
  token: StaticToken;
}

/** Who is who, from one reading of the tenants file. Taken over as a whole, or not at all. */
interface Register {
  tenants: ReadonlyMap<string, TenantEntry>;
  tokens: TokenTable<TokenHolder>;
  principals: ReadonlyMap<string, TenantEntry>;
}

const nobody = (): Register => ({ tenants: new Map(), tokens: new TokenTable(), principals: new Map() });

export interface TenantsOptions {
  config: Config;
  around: TenantSurroundings;
  /** How long a tenant that is no longer in the file keeps its services, so its running calls can end. */
  retireMs: number;
  /** For tests: counts them. */
  open?: typeof openTenant;
}

/** The tenants of the file. Each is opened when its first call comes. */
export class Tenants {
  readonly #options: TenantsOptions;
  readonly #key = randomBytes(32);
  readonly #retired = new Map<OpenTenant, NodeJS.Timeout>();
  #register = nobody();
  #closed = false;

  constructor(options: TenantsOptions) {
    this.#options = options;
  }

  /** In the file's order. */
  get all(): Iterable<TenantEntry> {
    return this.#register.tenants.values();
  }

  byToken(token: string): TokenHolder | undefined {
    return this.#register.tokens.find(token);
  }

  byPrincipal(principal: string): TenantEntry | undefined {
    return this.#register.principals.get(principal);
  }

  byName(name: string): TenantEntry | undefined {
    return this.#register.tenants.get(name);
  }

  /**
   * Swaps in a newly read file as a whole; calls continue meanwhile. A tenant
   * whose settings are the same keeps its services. One call at a time.
   *
   * @returns `undefined` where all were closed meanwhile.
   */
  async replace(
    plans: readonly TenantPlan[],
  ): Promise<{ kept: number; opened: number; retired: number } | undefined> {
    const before = this.#register.tenants;
    const after = await inSlices(this.#registerOf(plans, before));
    if (this.#closed) return undefined;
    this.#register = after;
    const gone = [...before.values()].filter((old) => after.tenants.get(old.name) !== old);
    for (const tenant of gone.flatMap((entry) => entry.leave() ?? [])) this.#retire(tenant);
    const kept = before.size - gone.length;
    return { kept, opened: after.tenants.size - kept, retired: gone.length };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#retired.values()) clearTimeout(timer);
    const open = [...[...this.all].flatMap((entry) => entry.leave() ?? []), ...this.#retired.keys()];
    this.#retired.clear();
    this.#register = nobody();
    await Promise.all(open.map((tenant) => tenant.close()));
  }

  *#registerOf(plans: readonly TenantPlan[], before: ReadonlyMap<string, TenantEntry>): Steps<Register> {
    const tenants = new Map<string, TenantEntry>();
    const tokens = new TokenTable<TokenHolder>();
    const principals = new Map<string, TenantEntry>();
    for (const plan of plans) {
      const tenant = this.#entryOf(plan, before.get(plan.name));
      tenants.set(plan.name, tenant);
      for (const token of plan.tokens) tokens.add(token.sha256, { tenant, token });
      for (const principal of plan.principals) principals.set(principal, tenant);
      yield;
    }
    return { tenants, tokens, principals };
  }

  #entryOf(plan: TenantPlan, known: TenantEntry | undefined): TenantEntry {
    const { config, around, open = openTenant } = this.#options;
    const { name, auth, organizations, agents, sipSecrets } = plan;
    const settings = {
      ...{ name, auth, sipSecrets },
      ...present({ organizations, agents, passwordPage: plan.passwordPage, testCalls: plan.testCalls }),
      apiUrl: plan.apiUrl ?? config.apiUrl,
      readOnly: plan.readOnly || config.readOnly,
    };
    const entry = new TenantEntry(settings, this.#key, () => open(settings, around));
    return known?.isLike(entry) ? known : entry;
  }

  #retire(tenant: OpenTenant): void {
    const timer = setTimeout(() => {
      this.#retired.delete(tenant);
      tenant.close().catch(() => {});
    }, this.#options.retireMs).unref();
    this.#retired.set(tenant, timer);
  }
}
