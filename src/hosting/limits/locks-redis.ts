import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "../../base/log.js";
import type { Secret } from "../../redaction/secret.js";
import type { SharedLocks } from "../../registration/agent-locks.js";
import { openRedis, PREFIX } from "./redis.js";

/** How long a lock outlives its holder's last sign of life: a replica that dies frees its agents after that. */
const LEASE_MS = 15_000;
/** No version of this program has a longer one. */
const LONGEST_LEASE_MS = 60_000;
const RENEW_MS = 5_000;
const FIRST_LOOK_MS = 25;
const SLOWEST_LOOK_MS = 250;
/** Longer than any call that wants to know who changed an agent last. */
const MARK_MS = 10 * 60_000;

/** A value of another type belongs to another program; Redis is not lost because of it. */
const GET = 'local value = redis.call("type", KEYS[1]).ok == "string" and redis.call("get", KEYS[1])';
/** Only the holder can release or renew: a lease that ran out may be another's by now. */
const RELEASE = `${GET} if value == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`;
const RENEW = `${GET} if value == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) end return 0`;
const READ = `${GET} return value`;

/** Removes values that are not locks, so they block no one forever: of another type, without an end, or with one far beyond any lease. */
const REMOVE_ODD = `local kind = redis.call("type", KEYS[1]).ok
local left = redis.call("pttl", KEYS[1])
if kind == "none" or (kind == "string" and left >= 0 and left <= tonumber(ARGV[1])) then return 0 end
redis.call("del", KEYS[1])
return 1`;

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
    lost: "Redis is lost: this replica serializes agents' changes only by itself until it is back",
    back: "Redis is back: agents' changes are serialized across all replicas again",
  });
  const release = async (name: string, token: string) => {
    await redis.ask((client) => client.eval(RELEASE, 1, name, token));
  };
  const renew = (name: string, token: string) => {
    void redis.ask((client) => client.eval(RENEW, 1, name, token, LEASE_MS));
  };
  const removeOdd = async (name: string) => {
    const removed = await redis.ask((client) => client.eval(REMOVE_ODD, 1, name, LONGEST_LEASE_MS));
    if (removed === 1) log.warn("a value in Redis was not one of our locks, and was removed", { key: name });
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
        await removeOdd(name);
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
      const mark = await redis.ask((client) => client.eval(READ, 1, nameOf("mark", key)));
      return typeof mark === "string" ? mark : undefined;
    },
    close: redis.close,
  };
}

/** Hashed: the store is others' too. */
function nameOf(kind: "change" | "mark", key: string): string {
  return `${PREFIX}:${kind}:${createHash("sha256").update(key).digest("base64url")}`;
}
