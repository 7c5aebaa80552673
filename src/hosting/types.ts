import type { Services } from "../tools/core/context.js";

/**
 * Those who share one Telzino account: what one of them has or does, another tenant does not see. Its object is
 * another one after its settings were changed; a session continues only for the tenant's object that started it.
 */
export interface Tenant {
  /** As in the tenants file; appears in logs and as a label of metrics. */
  name: string;
  services: Services;
  close(): Promise<void>;
}

/** A tenant that may not have been used yet. */
export interface KnownTenant {
  name: string;
  /** Its services, opened on first use; `undefined` once it was removed. */
  openIfThere: () => Tenant | undefined;
}

/** Scopes of OAuth, also of static tokens. */
export const SCOPES = ["sip:read", "sip:write"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who sent a request, once that is proven. */
export interface Caller {
  tenant: Tenant;
  /** Name of a static token, or the claim of a JWT; `local` with `--no-auth`. Limits are counted by tenant and principal. */
  principal: string;
  scopes: ReadonlySet<Scope>;
}

/** What the authenticator says to a request. `challenge` is the value of `WWW-Authenticate` (RFC 6750 section 3). */
export type Admission =
  | { admitted: true; caller: Caller }
  | { admitted: false; status: 401 | 403 | 503; error: string; description: string; challenge?: string };

/** Decides who comes in. */
export interface Authenticator {
  /** Never rejects. @param authorization the header as it came. */
  admit(authorization: string | undefined): Promise<Admission>;
  /** The answer to a caller without `scope` (403, `insufficient_scope`). */
  refuseScope(scope: Scope): Extract<Admission, { admitted: false }>;
  /** The tenant of that name, as its settings are now; for what is answered without a caller. */
  tenantNamed(name: string): Tenant | undefined;
  /** All tenants that there are now. */
  knownTenants(): Iterable<KnownTenant>;
  /** RFC 9728; absent: there is no authorization server. */
  resourceMetadata?(): Record<string, unknown>;
  /** Reads the tenants file again. A broken one is refused, with a line in the log, and the old one stays. */
  reload(): Promise<void>;
  /**
   * Whether the API answers and takes the login of a tenant, of any: one tenant's expired login must not take
   * the others' server away. For `/readyz`. Bounded in time; an answer holds for some seconds.
   */
  ready(signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

/** What is counted: every message, calls of tools that change something, diagnoses. */
export type LimitKind = "calls" | "writes" | "probes";

export type Permission = { allowed: true } | { allowed: false; retryAfterSeconds: number };

/** How often a caller may do something, a minute. */
export interface Limits {
  /** Never rejects. */
  take(caller: Caller, kind: LimitKind): Promise<Permission>;
  close(): Promise<void>;
}
