import type { Logger } from "../../base/log.js";
import type { HttpSettings } from "../../config/http.js";
import type { Config } from "../../config/index.js";
import type { Authenticator } from "../../hosting/types.js";
import type { PageHandler } from "../../passwords/hosted/handler.js";
import { openHostedPages } from "../../passwords/hosted/index.js";
import { PageKeys } from "../../passwords/hosted/keys.js";
import type { HostedPages, PageTenant } from "../../passwords/hosted/pages.js";
import { type PageStore, ProcessStore } from "../../passwords/hosted/store.js";
import { systemClock } from "../../passwords/page/clock.js";
import type { Secret } from "../../redaction/secret.js";
import type { StoreJob } from "../../tools/configure-sip-registration/job.js";
import { runStoreJob, settledSinceJob } from "../../tools/configure-sip-registration/run-job.js";
import { explainError } from "../../tools/core/explain-error.js";
import { mayHelpAfter } from "../../tools/core/password-helps.js";
import { isCallJob, runCallJob } from "../../tools/test-call/run-job.js";

export interface OpenPages {
  pages: HostedPages;
  handler: PageHandler;
  store: PageStore;
  /** For what a client carries from one replica to another: see `HttpHandlerOptions`. */
  questionKey: Uint8Array;
}

/**
 * The pages for SIP passwords at the public URL. `undefined`: there are none, since no one could open them, they are switched
 * off, or what replicas share has no key.
 *
 * @param authenticator once there is one: it knows the tenants.
 */
export async function openPages(
  { publicUrl, noAuth, redisUrl }: Pick<HttpSettings, "publicUrl" | "noAuth" | "redisUrl">,
  { entryPort, readOnly, pageKey }: Pick<Config, "entryPort" | "readOnly" | "pageKey">,
  log: Logger,
  authenticator: () => Authenticator | undefined,
): Promise<OpenPages | undefined> {
  if (publicUrl === undefined || noAuth || readOnly || entryPort === undefined) return undefined;
  if (redisUrl !== undefined && pageKey === undefined) {
    log.warn(
      "There are no pages for SIP passwords: with Redis they need TELZINO_PAGE_KEY, 32 random bytes, the same in all replicas (openssl rand -base64 32). --entry-port off leaves them out without this line",
    );
    return undefined;
  }
  const keys = PageKeys.of(pageKey);
  const store = await openStore(redisUrl, keys, log);
  const tenantOf = (name: string): PageTenant | undefined => {
    const tenant = authenticator()?.tenantNamed(name);
    // Its settings may have changed since the page was opened.
    if (tenant?.services.entry === undefined || tenant.services.readOnly) return undefined;
    const { services } = tenant;
    return {
      redactor: services.redactor,
      log: services.log,
      submit: (job, password, work, after) =>
        isCallJob(job)
          ? runCallJob(job, services, password, work)
          : runStoreJob(job as StoreJob, services, password, work, after),
      settledBy: (job, mark, signal) => settledSinceJob(job as StoreJob, services, mark, signal),
      explain: (error) => explainError(error, "The page").lines,
      mayRetry: mayHelpAfter,
    };
  };
  return { ...openHostedPages({ publicUrl, keys, store, log, tenantOf }), store, questionKey: keys.asking };
}

/** ioredis is loaded only where it is used. */
async function openStore(redisUrl: Secret | undefined, keys: PageKeys, log: Logger): Promise<PageStore> {
  if (redisUrl === undefined) return new ProcessStore(systemClock);
  const { openRedisPageStore } = await import("../../hosting/limits/page-store-redis.js");
  const store = openRedisPageStore({ redisUrl, log });
  await store.started;
  await store.compareKey(keys.id);
  return store;
}
