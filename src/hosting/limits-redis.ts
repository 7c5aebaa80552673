import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import type { RateSettings } from "../config-http.js";
import type { Logger } from "../log.js";
import type { Secret } from "../secret.js";
import { leaveOf } from "./leave.js";
import type { Leave, LimitKind } from "./types.js";

/** How long a count may take. */
const COMMAND_MS = 250;
const CONNECT_MS = 2_000;
/** After a failure Redis is left alone for so long, so that a hanging one does not slow down every call. */
const PAUSE_MS = 1_000;
const SLOWEST_RECONNECT_MS = 2_000;
/** How long a start waits for Redis: a replica that let calls in before would count them for itself. */
const START_MS = 1_000;
const MINUTE_SECONDS = 60;
const PREFIX = "telzino-sip-mcp";

export interface SharedCounts {
  /** Resolves once Redis is connected or has refused, and after `START_MS` at the latest. */
  started: Promise<void>;
  /** Never rejects. `undefined`: Redis did not answer, so that this replica has to count for itself. */
  take(key: string, kind: LimitKind): Promise<Leave | undefined>;
  close(): Promise<void>;
}

export interface SharedCountsOptions {
  redisUrl: Secret;
  rates: RateSettings;
  log: Logger;
}

/** Counts in Redis or Valkey. Connects in the background; says in the log when it is lost and when it is back. */
export function openSharedCounts({ redisUrl, rates, log }: SharedCountsOptions): SharedCounts {
  const redis = new Redis(redisUrl.reveal(), {
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(times * 100, SLOWEST_RECONNECT_MS),
  });
  const limiters = limitersOf(redis, rates);
  let lost = false;
  let pausedUntil = 0;

  const note = (error: unknown): void => {
    pausedUntil = performance.now() + PAUSE_MS;
    if (lost) return;
    lost = true;
    log.warn("Redis is lost: this replica counts its callers' limits for itself until it is back", {
      error: reasonOf(error),
    });
  };
  redis.on("error", note);
  // Without a listener of its own a lost connection that is closed in good order would not be noticed.
  redis.on("close", () => note(new Error("the connection was closed")));

  return {
    started: firstAnswer(redis),
    async take(key, kind) {
      if (redis.status !== "ready" || performance.now() < pausedUntil) return undefined;
      try {
        const leave = await leaveOf(limiters[kind].consume(key));
        if (lost) log.warn("Redis is back: limits are shared by all replicas again");
        lost = false;
        return leave;
      } catch (error) {
        note(error);
        return undefined;
      }
    },
    async close() {
      redis.removeAllListeners("close");
      redis.disconnect();
    },
  };
}

async function firstAnswer(redis: Redis): Promise<void> {
  const tried = new AbortController();
  const { signal } = tried;
  const limit = pause(START_MS, undefined, { ref: false, signal });
  // A connection that is refused rejects here; it has been noted already.
  await Promise.race([once(redis, "ready", { signal }), limit]).catch(() => {});
  tried.abort();
}

function limitersOf(redis: Redis, rates: RateSettings): Record<LimitKind, RateLimiterRedis> {
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

/** A code where there is one: messages of the client may name the server and its user. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
