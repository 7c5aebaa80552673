import { RateLimiterRedis } from "rate-limiter-flexible";
import type { Logger } from "../../base/log.js";
import type { RateSettings } from "../../config/http.js";
import type { Secret } from "../../redaction/secret.js";
import type { LimitKind, Permission } from "../types.js";
import { permissionOf } from "./permission.js";
import { openRedis, PREFIX, type SharedRedis } from "./redis.js";

const MINUTE_SECONDS = 60;

export interface SharedCounts {
  /** Resolves once Redis is connected or has refused, and after a second at the latest. */
  started: Promise<void>;
  /** Never rejects. `undefined`: Redis did not answer, so this replica has to count separately. */
  take(key: string, kind: LimitKind): Promise<Permission | undefined>;
  close(): Promise<void>;
}

export interface SharedCountsOptions {
  redisUrl: Secret;
  rates: RateSettings;
  log: Logger;
}

/** Counts in Redis or Valkey. Connects in the background; says in the log when it is lost and when it is back. */
export function openSharedCounts({ redisUrl, rates, log }: SharedCountsOptions): SharedCounts {
  const redis = openRedis({
    redisUrl,
    log,
    lost: "Redis is lost: this replica counts its callers' limits for itself until it is back",
    back: "Redis is back: limits are shared by all replicas again",
  });
  const limiters = limitersOf(redis.client, rates);
  return {
    started: redis.started,
    take: (key, kind) => redis.ask(() => permissionOf(limiters[kind].consume(key))),
    close: redis.close,
  };
}

function limitersOf(redis: SharedRedis["client"], rates: RateSettings): Record<LimitKind, RateLimiterRedis> {
  const limiter = (kind: LimitKind) =>
    new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `${PREFIX}:${kind}`,
      points: rates[kind],
      duration: MINUTE_SECONDS,
      // Who has used up everything is refused without asking Redis again.
      inMemoryBlockOnConsumed: rates[kind],
    });
  return { calls: limiter("calls"), writes: limiter("writes"), probes: limiter("probes") };
}
