import type { Logger } from "../../base/log.js";
import { present } from "../../base/present.js";
import type { HttpSettings } from "../../config/http.js";
import { type Config, ConfigError } from "../../config/index.js";
import { PbxLedger } from "../../diagnosis/pbx-ledger.js";
import type { PasswordPages } from "../../passwords/page/types.js";
import type { Redactor } from "../../redaction/redactor.js";
import { untrusted } from "../../redaction/untrusted.js";
import { ProcessLocks } from "../../registration/agent-locks.js";
import { resourceMetadata, resourceMetadataUrl } from "../front/resource.js";
import { Readiness } from "../tenants/readiness.js";
import { type OpenTenant, openTenant, type TenantSurroundings } from "../tenants/services.js";
import type { TenantsSource } from "../tenants/source.js";
import { publicTargetsOnly } from "../tenants/target-policy.js";
import { Tenants } from "../tenants/tenants.js";
import {
  type Admission,
  type Authenticator,
  type KnownTenant,
  SCOPES,
  type Scope,
  type Tenant,
} from "../types.js";
import { looksLikeJwt, type Refusals, readBearer, refusals } from "./bearer.js";
import type { TokenVerifier } from "./oauth.js";

export interface AuthenticatorOptions {
  settings: HttpSettings;
  /** With a sandbox: its address and credentials in `apiUrl` and `auth`. */
  config: Config;
  log: Logger;
  /** The log's: it is made to hold what every tenant must not show. */
  redactor: Redactor;
  /** Absent: only those of this process. */
  locks?: ProcessLocks;
  /** The page for SIP passwords; only with `--no-auth`. */
  entry?: PasswordPages;
  /** Those at the public URL; for all others. */
  pages?: TenantSurroundings["pages"];
  /** Embedded in this process. */
  sandbox?: TenantSurroundings["sandbox"];
}

/** The tenant of the process's own configuration. */
const OWN = "default";
const LOCAL = "local";
const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);
/** A tool call may take longer than the order to stop grants it. */
const LONGEST_CALL_MS = 120_000;

/**
 * Opens the authenticator as the settings say: to all (`--no-auth`), to static tokens, to JWTs, or to both.
 *
 * @throws ConfigError with everything that is wrong with the tenants file.
 */
export async function createAuthenticator(options: AuthenticatorOptions): Promise<Authenticator> {
  const { settings, config, log, redactor } = options;
  const around: TenantSurroundings = {
    log,
    proxy: config.proxy,
    targetPolicy: publicTargetsOnly(settings.allowedTargets),
    ledger: new PbxLedger(),
    passwordArgument: config.passwordArgument,
    locks: options.locks ?? new ProcessLocks(),
    asker: settings.pageAsker,
    ...present({ pages: options.pages, sandbox: options.sandbox }),
  };
  const { noAuth, tenantsFile } = settings;
  if (noAuth) {
    const ownAround = { ...around, ...present({ entry: options.entry }) };
    const tenant = openTenant(ownSettings(config), ownAround, redactor);
    return new OpenEndpoint(tenant, log);
  }
  const tenants = tenantsFile === undefined ? undefined : await readTenants(tenantsFile, options, around);
  const own = tenants === undefined ? openTenant(ownSettings(config), around, redactor) : undefined;
  return new CheckingAuthenticator({ settings, log, tenants, own, verifier: await verifierOf(options) });
}

function ownSettings(config: Config) {
  const { apiUrl, auth, agentId, readOnly, sipSecrets } = config;
  return {
    name: OWN,
    apiUrl,
    ...present({ auth, boundAgentId: agentId }),
    readOnly,
    sipSecrets,
  };
}

async function readTenants(
  path: string,
  { settings, config, log }: AuthenticatorOptions,
  around: TenantSurroundings,
): Promise<TenantsSource> {
  if (config.agentId !== undefined) {
    throw new ConfigError([
      "--agent-id (TELZINO_AGENT_ID) cannot go with --tenants: name agents in the tenants file.",
    ]);
  }
  if (config.sipSecrets.size > 0) {
    log.warn(
      "The named SIP passwords of this process are not used: each tenant has its own in the tenants file",
    );
  }
  const { TenantsSource } = await import("../tenants/source.js");
  const tenants = new Tenants({ config, around, retireMs: Math.max(settings.graceMs, LONGEST_CALL_MS) });
  const source = new TenantsSource(path, tenants, settings, log);
  await source.load();
  return source;
}

async function verifierOf({
  settings,
  config,
  log,
}: AuthenticatorOptions): Promise<TokenVerifier | undefined> {
  const { oauth, publicUrl } = settings;
  if (oauth === undefined || publicUrl === undefined) return undefined;
  // jose is loaded only where there are JWTs.
  const { createTokenVerifier } = await import("./oauth.js");
  const verifier = createTokenVerifier({ oauth, publicUrl, proxy: config.proxy, log });
  void verifier.warm();
  return verifier;
}

/** Anyone who can reach the port is the one tenant. */
class OpenEndpoint implements Authenticator {
  readonly #tenant: OpenTenant;
  readonly #readiness: Readiness;
  readonly #admission: Admission;

  constructor(tenant: OpenTenant, log: Logger) {
    this.#tenant = tenant;
    this.#readiness = new Readiness(() => [tenant], log);
    this.#admission = { admitted: true, caller: { tenant, principal: LOCAL, scopes: ALL_SCOPES } };
  }

  async admit(): Promise<Admission> {
    return this.#admission;
  }

  refuseScope(scope: Scope) {
    return refusals(undefined).scope(scope);
  }

  tenantNamed(name: string): Tenant | undefined {
    return name === this.#tenant.name ? this.#tenant : undefined;
  }

  knownTenants() {
    return [known(this.#tenant)];
  }

  async reload(): Promise<void> {}

  ready(signal: AbortSignal): Promise<boolean> {
    return this.#readiness.check(signal);
  }

  close(): Promise<void> {
    return this.#tenant.close();
  }
}

/** One that stays as long as the process. */
function known(tenant: OpenTenant): KnownTenant {
  return { name: tenant.name, openIfThere: () => tenant };
}

interface CheckingAuthenticatorOptions {
  settings: HttpSettings;
  log: Logger;
  /** Of the tenants file. */
  tenants: TenantsSource | undefined;
  /** Without a tenants file: the one tenant of all callers. */
  own: OpenTenant | undefined;
  verifier: TokenVerifier | undefined;
}

/** Lets those in who prove who they are. */
class CheckingAuthenticator implements Authenticator {
  readonly #options: CheckingAuthenticatorOptions;
  readonly #refusals: Refusals;
  readonly #readiness: Readiness;
  readonly resourceMetadata?: () => Record<string, unknown>;

  constructor(options: CheckingAuthenticatorOptions) {
    const { settings, tenants, own, log } = options;
    const { oauth, publicUrl } = settings;
    this.#options = options;
    this.#refusals = refusals(oauth && publicUrl && resourceMetadataUrl(publicUrl));
    this.#readiness = new Readiness(() => tenants?.tenants.all ?? (own ? [own] : []), log);
    if (oauth && publicUrl) this.resourceMetadata = () => resourceMetadata(publicUrl, oauth.issuer);
  }

  async admit(authorization: string | undefined): Promise<Admission> {
    const presented = readBearer(authorization);
    if (presented.kind === "nothing") return this.#refusals.missing();
    if (presented.kind === "malformed") return this.#refusals.invalid();
    const { token } = presented;
    const { verifier } = this.#options;
    return verifier && looksLikeJwt(token) ? this.#admitJwt(token, verifier) : this.#admitStatic(token);
  }

  refuseScope(scope: Scope) {
    return this.#refusals.scope(scope);
  }

  tenantNamed(name: string): Tenant | undefined {
    const { tenants, own } = this.#options;
    return tenants ? tenants.tenants.byName(name)?.open() : name === own?.name ? own : undefined;
  }

  knownTenants(): Iterable<KnownTenant> {
    const { tenants, own } = this.#options;
    return tenants ? tenants.tenants.all : own ? [known(own)] : [];
  }

  async reload(): Promise<void> {
    await this.#options.tenants?.reload();
  }

  ready(signal: AbortSignal): Promise<boolean> {
    return this.#readiness.check(signal);
  }

  async close(): Promise<void> {
    const { tenants, own, verifier } = this.#options;
    await Promise.all([tenants?.tenants.close(), own?.close(), verifier?.close()]);
  }

  #admitStatic(token: string): Admission {
    const found = this.#options.tenants?.tenants.byToken(token);
    if (found === undefined) return this.#refusals.invalid();
    const { tenant, token: known } = found;
    if (known.expires !== undefined && known.expires.getTime() <= Date.now()) {
      this.#options.log.info("An expired token was refused", { tenant: tenant.name, principal: known.name });
      return this.#refusals.invalid("The token has expired.");
    }
    return { admitted: true, caller: { tenant: tenant.open(), principal: known.name, scopes: known.scopes } };
  }

  async #admitJwt(token: string, verifier: TokenVerifier): Promise<Admission> {
    const verified = await verifier.verify(token);
    if (verified.kind === "unavailable") return this.#refusals.unavailable();
    if (verified.kind === "expired") return this.#refusals.invalid("The token has expired.");
    if (verified.kind === "invalid") return this.#refusals.invalid();
    const { principal, scopes } = verified;
    const { tenants, own, log } = this.#options;
    const tenant = tenants ? tenants.tenants.byPrincipal(principal)?.open() : own;
    if (tenant === undefined) {
      log.info("A principal of no tenant was refused", { principal: untrusted(principal, { max: 255 }) });
      return this.#refusals.unknownPrincipal();
    }
    // Without any scope of this server the token was not granted for it.
    if (scopes.size === 0) return this.#refusals.scope("sip:read");
    return { admitted: true, caller: { tenant, principal, scopes } };
  }
}
