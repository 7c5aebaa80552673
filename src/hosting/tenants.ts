import { randomBytes } from "node:crypto";
import type { Config } from "../config.js";
import type { Secret } from "../secret.js";
import {
  type OpenTenant,
  openTenant,
  type TenantSettings,
  type TenantSurroundings,
} from "./tenant-services.js";
import type { TenantPlan } from "./tenants-schema.js";
import { type StaticToken, TokenTable } from "./tokens.js";

interface Opened {
  tenant: OpenTenant;
  fingerprint: string;
}

interface TokenHolder {
  tenant: OpenTenant;
  token: StaticToken;
}

/** Who is who, from one reading of the tenants file. Taken over as a whole, or not at all. */
interface Register {
  tenants: ReadonlyMap<string, Opened>;
  tokens: TokenTable<TokenHolder>;
  principals: ReadonlyMap<string, OpenTenant>;
}

export interface TenantsOptions {
  config: Config;
  around: TenantSurroundings;
  /** How long a tenant that is no longer in the file keeps its services, so that its running calls can end. */
  retireMs: number;
}

/** The tenants of the file, open for calls. */
export class Tenants {
  readonly #options: TenantsOptions;
  readonly #key = randomBytes(32);
  readonly #retired = new Map<OpenTenant, NodeJS.Timeout>();
  #register: Register = {
    tenants: new Map(),
    tokens: new TokenTable<TokenHolder>([]),
    principals: new Map(),
  };

  constructor(options: TenantsOptions) {
    this.#options = options;
  }

  get all(): OpenTenant[] {
    return [...this.#register.tenants.values()].map(({ tenant }) => tenant);
  }

  byToken(token: string): TokenHolder | undefined {
    return this.#register.tokens.find(token);
  }

  byPrincipal(principal: string): OpenTenant | undefined {
    return this.#register.principals.get(principal);
  }

  /** Takes over what a reading of the file has brought. A tenant whose settings are the same keeps its services. */
  replace(plans: readonly TenantPlan[]): { kept: number; opened: number; retired: number } {
    const before = this.#register.tenants;
    const tenants = new Map(plans.map((plan) => [plan.name, this.#open(plan, before.get(plan.name))]));
    const tokens = plans.flatMap(({ name, tokens }) => {
      const { tenant } = tenants.get(name) as Opened;
      return tokens.map((token) => [token.sha256, { tenant, token }] as const);
    });
    const principals = plans.flatMap(({ name, principals }) => {
      const { tenant } = tenants.get(name) as Opened;
      return principals.map((principal) => [principal, tenant] as const);
    });
    this.#register = { tenants, tokens: new TokenTable(tokens), principals: new Map(principals) };
    const gone = [...before.values()].filter((old) => tenants.get(old.tenant.name)?.tenant !== old.tenant);
    for (const { tenant } of gone) this.#retire(tenant);
    const kept = before.size - gone.length;
    return { kept, opened: tenants.size - kept, retired: gone.length };
  }

  async close(): Promise<void> {
    for (const timer of this.#retired.values()) clearTimeout(timer);
    const open = [...this.all, ...this.#retired.keys()];
    this.#retired.clear();
    this.#register = { tenants: new Map(), tokens: new TokenTable<TokenHolder>([]), principals: new Map() };
    await Promise.all(open.map((tenant) => tenant.close()));
  }

  #open(plan: TenantPlan, known: Opened | undefined): Opened {
    const settings: TenantSettings = {
      ...plan,
      apiUrl: plan.apiUrl ?? this.#options.config.apiUrl,
      readOnly: plan.readOnly || this.#options.config.readOnly,
    };
    const fingerprint = fingerprintOf(settings, this.#key);
    if (known?.fingerprint === fingerprint) return known;
    return { fingerprint, tenant: openTenant(settings, this.#options.around) };
  }

  #retire(tenant: OpenTenant): void {
    const timer = setTimeout(() => {
      this.#retired.delete(tenant);
      tenant.close().catch(() => {});
    }, this.#options.retireMs).unref();
    this.#retired.set(tenant, timer);
  }
}

/** What decides over a tenant's services, secrets as keyed hashes. Tokens and principals do not. */
function fingerprintOf(settings: TenantSettings, key: Uint8Array): string {
  const { name, apiUrl, auth, organizations, agents, readOnly, sipSecrets } = settings;
  const mark = (secret: Secret) => secret.fingerprint(key);
  return JSON.stringify([
    [name, apiUrl.href, organizations, agents, readOnly],
    auth?.kind === "token" && mark(auth.accessToken),
    auth?.kind === "clientCredentials" && [auth.clientId, mark(auth.clientSecret)],
    [...sipSecrets].map(([secretName, { secret, hosts }]) => [secretName, mark(secret), hosts]).sort(),
  ]);
}
