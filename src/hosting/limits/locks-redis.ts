import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "../../base/log.js";
import type { Secret } from "../../redaction/secret.js";
import type { SharedLocks } from "../../registration/agent-locks.js";
import { openRedis, PREFIX } from "./redis.js";

/** How long a lock outlives its holder's last sign of life: a replica that dies frees its agents after that. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
const FIRST_LOOK_MS = 25;
const SLOWEST_LOOK_MS = 250;
/** Longer than any call that wants to know who changed an agent last. */
const MARK_MS = 10 * 60_000;

/** Release and renewal count for the holder alone: a lease that ran out may be another's by now. */
const RELEASE =
  'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0';
const RENEW =
  'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) end return 0';

export interface RedisLocks extends SharedLocks {
  /** Resolves once Redis is connected or has refused, and after a second at the latest. */
  started: Promise<void>;
  close(): Promise<void>;
}

/** Locks that all replicas with the same Redis or Valkey respect. Connects in the background. */
export function openRedisLocks({ redisUrl, log }: { redisUrl: Secret; log: Logger }): RedisLocks {
  const redis = openRedis({
    redisUrl,
    log,
    lost: "Redis is lost: this replica takes agents' changes in turn for itself alone until it is back",
    back: "Redis is back: agents' changes are taken in turn by all replicas again",
  });
  const release = async (name: string, token: string) => {
    await redis.ask((client) => client.eval(RELEASE, 1, name, token));
  };
  const renew = (name: string, token: string) => {
    void redis.ask((client) => client.eval(RENEW, 1, name, token, LEASE_MS));
  };
  return {
    started: redis.started,
    async acquire(key, { signal, onWait }) {
      const name = nameOf("change", key);
      const token = randomUUID();
      for (let look = FIRST_LOOK_MS; ; look = Math.min(look * 1.5, SLOWEST_LOOK_MS)) {
        signal.throwIfAborted();
        const taken = await redis.ask((client) => client.set(name, token, "PX", LEASE_MS, "NX"));
        if (taken === undefined) {
          // It may have been taken, and the answer lost.
          redis.client.eval(RELEASE, 1, name, token).catch(() => {});
          return undefined;
        }
        if (taken === "OK") break;
        onWait?.();
        await pause(look * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
      }
      const renewal = setInterval(() => renew(name, token), RENEW_MS).unref();
      return async () => {
        clearInterval(renewal);
        await release(name, token);
      };
    },
    async setMark(key, mark) {
      return (await redis.ask((client) => client.set(nameOf("mark", key), mark, "PX", MARK_MS))) === "OK";
    },
    async markOf(key) {
      return (await redis.ask((client) => client.get(nameOf("mark", key)))) ?? undefined;
    },
    close: redis.close,
  };
}

/** Hashed: the store is others' too. */
function nameOf(kind: "change" | "mark", key: string): string {
  return `${PREFIX}:${kind}:${createHash("sha256").update(key).digest("base64url")}`;
}
