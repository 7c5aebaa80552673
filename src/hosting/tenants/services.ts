import type { LogFields, Logger, LogLevel } from "../../base/log.js";
import { LOG_LEVELS, silent } from "../../base/log.js";
import { isLoopback } from "../../base/loopback.js";
import { present } from "../../base/present.js";
import { NAME, VERSION } from "../../base/version.js";
import type { Credentials } from "../../config/index.js";
import type { SipSecret } from "../../config/sip-secrets.js";
import { ProbeHistory } from "../../diagnosis/history.js";
import type { PbxLedger, TargetPolicy } from "../../diagnosis/index.js";
import type { HostedPages } from "../../passwords/hosted/pages.js";
import type { Asker } from "../../passwords/hosted/record.js";
import type { PasswordPages } from "../../passwords/page/types.js";
import { NewestHeld } from "../../redaction/newest-held.js";
import { createRedactor, type Redactor } from "../../redaction/redactor.js";
import type { Secret } from "../../redaction/secret.js";
import type { ProcessLocks } from "../../registration/agent-locks.js";
import { createTelzinoClient } from "../../telzino/client.js";
import type { ProxySettings } from "../../telzino/dispatcher.js";
import type { CallRights } from "../../tools/core/context.js";
import { newMemory } from "../../tools/core/memory.js";
import { currentRequestId } from "../front/request-id.js";
import type { Tenant } from "../types.js";
import { type AgentScope, scopedApi } from "./api.js";
import { allowingAlso } from "./target-policy.js";

/** What one tenant has, and may do. */
export interface TenantSettings extends AgentScope {
  name: string;
  apiUrl: URL;
  auth?: Credentials;
  /** The one agent that tools work on. */
  boundAgentId?: string;
  readOnly: boolean;
  sipSecrets: ReadonlyMap<string, SipSecret>;
  /** What its pages for SIP passwords say of who asks; `false`: it has none. */
  passwordPage?: Asker | false;
  /** Where its test calls may go. Absent: it places none. */
  testCalls?: Required<CallRights>;
}

/** Where an embedded sandbox is. */
interface SandboxPlace {
  apiUrl: URL;
  sipHost: string;
  sipPort: number;
}

/** What all tenants have in common. */
export interface TenantSurroundings {
  log: Logger;
  proxy: ProxySettings;
  targetPolicy: TargetPolicy;
  /** Whose PBX, on this machine, those of its API may contact too. */
  sandbox?: SandboxPlace;
  /** Their packets come from one address: what a PBX may have counted is counted for all together. */
  ledger: PbxLedger;
  passwordArgument: boolean;
  locks: ProcessLocks;
  /** For all of them one, on this machine. */
  entry?: PasswordPages;
  /** Who asks on the pages of a tenant that does not say it itself. */
  asker?: Asker;
  /** Absent: pages of this server could not be reached. */
  pages?: Pick<HostedPages, "forTenant">;
}

export interface OpenTenant extends Tenant {
  /** Asks the API for something small in the tenant's name. @throws TelzinoError, and the signal's reason. */
  probe(signal: AbortSignal): Promise<void>;
}

/**
 * Opens a tenant: an API client with its own tokens, a redactor that knows only its secrets, and a log whose
 * lines carry its name. Nothing is sent before its first call.
 *
 * @param redactor of its log; the only tenant of a process may have the process's.
 */
export function openTenant(
  settings: TenantSettings,
  around: TenantSurroundings,
  redactor: Redactor = createRedactor(),
): OpenTenant {
  const { name, apiUrl, auth, sipSecrets, readOnly, boundAgentId, testCalls } = settings;
  const log = tenantLog(around.log, name, redactor);
  const configured = createRedactor();
  const releases = secretsOf(settings).flatMap((secret) => [redactor.hold(secret), configured.hold(secret)]);
  const tokens = new NewestHeld(redactor, configured);
  const api = createTelzinoClient({
    apiUrl,
    auth: auth ?? { kind: "none" },
    proxy: isLoopback(apiUrl.hostname) ? {} : around.proxy,
    userAgent: `${NAME}/${VERSION}`,
    log: (level, message, fields) => log[level](message, fields),
    onToken: (token) => tokens.hold(token),
  });
  const history = Promise.resolve(new ProbeHistory(around.ledger));
  const memory = newMemory();
  return {
    name,
    services: {
      api: scopedApi(api, settings, log),
      agentLocks: around.locks.within(accountOf(settings)),
      log,
      redactor,
      configured,
      platformIsLocal: isLoopback(apiUrl.hostname),
      passwordArgument: around.passwordArgument,
      sipSecrets,
      readOnly,
      targetPolicy: targetsOf(settings, around),
      history: () => history,
      memory,
      ...present({ boundAgentId, testCalls, entry: pagesOf(settings, around, redactor) }),
    },
    async probe(signal) {
      await api.listAgents({ limit: 1 }, { signal });
    },
    async close() {
      await Promise.allSettled(memory.testCalls);
      await api.close();
      tokens.release();
      for (const release of releases) release();
    },
  };
}

/** Tenants with an account elsewhere have nothing to do at the PBX of the sandbox. */
function targetsOf({ apiUrl }: TenantSettings, { targetPolicy, sandbox }: TenantSurroundings): TargetPolicy {
  if (sandbox?.apiUrl.href !== apiUrl.href) return targetPolicy;
  return allowingAlso(targetPolicy, { address: sandbox.sipHost, port: sandbox.sipPort });
}

function pagesOf(
  { name, readOnly, passwordPage }: TenantSettings,
  { entry, pages, asker = {} }: TenantSurroundings,
  redactor: Redactor,
): PasswordPages | undefined {
  if (entry !== undefined) return entry;
  return passwordPage === false || readOnly
    ? undefined
    : pages?.forTenant(name, passwordPage ?? asker, redactor);
}

/** The same for all tenants that use the same credentials, also after a tenant's other settings were changed. */
function accountOf({ name, apiUrl, auth }: TenantSettings): string {
  const who = auth?.kind === "token" ? auth.accessToken.fingerprint(ACCOUNT_KEY) : (auth?.clientId ?? name);
  return JSON.stringify([apiUrl.href, auth?.kind ?? "none", who]);
}

/** Replicas have to come to the same name for an account; of a token nothing can be learned from it. */
const ACCOUNT_KEY = Buffer.from(`${NAME} account`);

function secretsOf({ auth, sipSecrets }: TenantSettings): Secret[] {
  const own = auth?.kind === "token" ? auth.accessToken : auth?.clientSecret;
  return [...(own ? [own] : []), ...[...sipSecrets.values()].map(({ secret }) => secret)];
}

/**
 * Its lines carry the tenant's name, and are redacted by what the tenant holds: were the process to hold every tenant's
 * secrets, each line would cost more with each tenant.
 */
function tenantLog(log: Logger, tenant: string, redactor: Redactor): Logger {
  const write = (level: LogLevel) => (message: string, fields?: LogFields) =>
    log[level](redactor.redact(message), {
      ...redactor.redactDeep(fields ?? {}),
      tenant,
      request: currentRequestId(),
    });
  const at = (level: LogLevel) => (log[level] === silent ? silent : write(level));
  return Object.fromEntries(LOG_LEVELS.map((level) => [level, at(level)])) as Logger;
}
