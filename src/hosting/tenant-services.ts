import type { Credentials } from "../config.js";
import type { SipSecret } from "../config-sip-secrets.js";
import type { TargetPolicy } from "../diagnosis/index.js";
import type { LogFields, Logger, LogLevel } from "../log.js";
import { LOG_LEVELS } from "../log.js";
import { isLoopback } from "../loopback.js";
import type { Secret } from "../secret.js";
import type { EntryDesk } from "../secrets/entry/types.js";
import { createRedactor, type Redactor } from "../secrets/redactor.js";
import { createTelzinoClient } from "../telzino/client.js";
import type { ProxySettings } from "../telzino/dispatcher.js";
import { NAME, VERSION } from "../version.js";
import { currentRequestId } from "./request-id.js";
import { type AgentScope, scopedApi } from "./tenant-api.js";
import type { Tenant } from "./types.js";

/** What one tenant has, and may do. */
export interface TenantSettings extends AgentScope {
  name: string;
  apiUrl: URL;
  auth?: Credentials;
  /** The one agent that tools work on. */
  boundAgentId?: string;
  readOnly: boolean;
  sipSecrets: ReadonlyMap<string, SipSecret>;
}

/** What all tenants have in common. */
export interface TenantSurroundings {
  log: Logger;
  /** The log's. */
  redactor: Redactor;
  proxy: ProxySettings;
  targetPolicy: TargetPolicy;
  passwordArgument: boolean;
  entry?: EntryDesk;
}

export interface OpenTenant extends Tenant {
  /** Asks the API for something small in the tenant's name. @throws TelzinoError, and the signal's reason. */
  probe(signal: AbortSignal): Promise<void>;
}

/**
 * Opens a tenant: an API client with tokens of its own, a redactor that knows its own secrets alone, and a log whose
 * lines carry its name. Nothing is sent before its first call.
 *
 * @param redactor of its results; the only tenant of a process may have the log's.
 */
export function openTenant(
  settings: TenantSettings,
  around: TenantSurroundings,
  redactor: Redactor = tenantRedactor(around.redactor),
): OpenTenant {
  const { name, apiUrl, auth, sipSecrets, readOnly, boundAgentId } = settings;
  const log = tenantLog(around.log, name);
  const releases = secretsOf(settings).map((secret) => redactor.hold(secret));
  const api = createTelzinoClient({
    apiUrl,
    auth: auth ?? { kind: "none" },
    proxy: isLoopback(apiUrl.hostname) ? {} : around.proxy,
    userAgent: `${NAME}/${VERSION}`,
    log: (level, message, fields) => log[level](message, fields),
  });
  return {
    name,
    services: {
      api: scopedApi(api, settings, log),
      log,
      redactor,
      platformIsLocal: isLoopback(apiUrl.hostname),
      passwordArgument: around.passwordArgument,
      sipSecrets,
      readOnly,
      targetPolicy: around.targetPolicy,
      ...(boundAgentId === undefined ? {} : { boundAgentId }),
      ...(around.entry === undefined ? {} : { entry: around.entry }),
    },
    async probe(signal) {
      await api.listAgents({ limit: 1 }, { signal });
    },
    async close() {
      await api.close();
      for (const release of releases) release();
    },
  };
}

function secretsOf({ auth, sipSecrets }: TenantSettings): Secret[] {
  const own = auth?.kind === "token" ? auth.accessToken : auth?.clientSecret;
  return [...(own ? [own] : []), ...[...sipSecrets.values()].map(({ secret }) => secret)];
}

function tenantLog(log: Logger, tenant: string): Logger {
  const write = (level: LogLevel) => (message: string, fields?: LogFields) =>
    log[level](message, { ...fields, tenant, request: currentRequestId() });
  return Object.fromEntries(LOG_LEVELS.map((level) => [level, write(level)])) as Logger;
}

/**
 * Takes out what this tenant holds; the log takes out what all hold. If results were redacted by all tenants'
 * secrets, a caller could find out another's by guessing and looking what is struck out.
 */
function tenantRedactor(logs: Redactor): Redactor {
  const own = createRedactor();
  return {
    ...own,
    hold(secret, shown) {
      const releases = [own.hold(secret, shown), logs.hold(secret, shown)];
      return () => {
        for (const release of releases) release();
      };
    },
  };
}
