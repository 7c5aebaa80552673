import { createHash } from "node:crypto";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { Logger } from "../../base/log.js";
import type { RateSettings } from "../../config/http.js";
import type { Secret } from "../../redaction/secret.js";
import type { Caller, LimitKind, Limits } from "../types.js";
import type { SharedCounts } from "./limits-redis.js";
import { permissionOf } from "./permission.js";

export interface LimitsOptions {
  rates: RateSettings;
  /** Of the Redis or Valkey in which replicas count together; absent: each counts for itself. */
  redisUrl?: Secret;
  log: Logger;
}

const MINUTE_SECONDS = 60;
const KINDS = ["calls", "writes", "probes"] as const satisfies readonly LimitKind[];

/**
 * Counts what callers do, by tenant and principal. While Redis is lost, every replica counts separately: no one
 * is locked out, and the limits still apply in each replica. Nothing waits for Redis longer than
 * `COMMAND_MS` of `redis.ts`.
 */
export async function createLimits({ rates, redisUrl, log }: LimitsOptions): Promise<Limits> {
  const own = Object.fromEntries(
    KINDS.map((kind) => [kind, new RateLimiterMemory({ points: rates[kind], duration: MINUTE_SECONDS })]),
  ) as Record<LimitKind, RateLimiterMemory>;
  // ioredis is loaded only where it is used.
  const shared: SharedCounts | undefined =
    redisUrl && (await import("./limits-redis.js")).openSharedCounts({ redisUrl, rates, log });
  await shared?.started;
  return {
    async take(caller, kind) {
      const key = keyOf(caller);
      return (await shared?.take(key, kind)) ?? permissionOf(own[kind].consume(key));
    },
    close: async () => shared?.close(),
  };
}

/** Hashed: others use the store too, and a principal may be a person's name or address. */
function keyOf({ tenant, principal }: Caller): string {
  return createHash("sha256")
    .update(JSON.stringify([tenant.name, principal]))
    .digest("base64url");
}
