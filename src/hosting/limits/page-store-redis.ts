import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Logger } from "../../base/log.js";
import { type PageStore, ProcessStore } from "../../passwords/hosted/store.js";
import { systemClock } from "../../passwords/page/clock.js";
import type { Secret } from "../../redaction/secret.js";
import { openRedis, PREFIX } from "./redis.js";

/** No two sealed values are the same: one that is there already is of a try whose answer was lost. */
const ADD = `local value = redis.call("get", KEYS[1])
if value == ARGV[1] then return 1 elseif value then return 0 end
redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`;
const REPLACE = `local value = redis.call("get", KEYS[1])
if value == ARGV[2] then return 1 elseif value ~= ARGV[1] then return 0 end
redis.call("set", KEYS[1], ARGV[2], "PX", ARGV[3])
return 1`;
const TAKE = `local value = redis.call("get", KEYS[1])
redis.call("del", KEYS[1])
return value`;
/** What is given back after its time counts for nothing. */
const COUNT = `if tonumber(ARGV[1]) <= 0 and redis.call("exists", KEYS[1]) == 0 then return 0 end
local count = redis.call("incrby", KEYS[1], ARGV[1])
if redis.call("pttl", KEYS[1]) < 0 then redis.call("pexpire", KEYS[1], ARGV[2]) end
return count`;
const SWAP = `local before = redis.call("get", KEYS[1])
redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2])
return before`;
/** A person who has typed something is not sent away for a moment without Redis. */
const TRIES = 3;
/** A little longer than Redis is left alone after a failure. */
const TRY_AGAIN_MS = 1_100;
/** As long as it is remembered which key the last replica had that started. */
const KEY_KNOWN_MS = 30 * 24 * 3_600_000;

export interface RedisPageStore extends PageStore {
  /** Resolves once Redis is connected or has refused, and after a second at the latest. */
  started: Promise<void>;
  /** Says in the log where another replica has another key. @param keyId tells keys apart, and nothing else of them. */
  compareKey(keyId: string): Promise<void>;
}

/** The pages' store that all replicas with the same Redis or Valkey share. Connects in the background. */
export function openRedisPageStore({ redisUrl, log }: { redisUrl: Secret; log: Logger }): RedisPageStore {
  const redis = openRedis({
    redisUrl,
    log,
    lost: "Redis is lost: pages for SIP passwords cannot be opened or used until it is back",
    back: "Redis is back: pages for SIP passwords can be used again",
  });
  /** Counts while Redis is lost. */
  const own = new ProcessStore(systemClock);
  const keyOf = (name: string) => `${PREFIX}:page-${name}`;
  const patiently = async <Answer>(
    command: (client: Redis) => Promise<Answer>,
  ): Promise<Answer | undefined> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await redis.ask(command);
      if (answer !== undefined || tries >= TRIES) return answer;
      await pause(TRY_AGAIN_MS, undefined, { ref: false });
    }
  };
  const yes = (done: unknown) => (done === undefined ? undefined : done === 1 || done === "OK");
  const text = (value: unknown) => (typeof value === "string" ? value : value === null ? null : undefined);
  return {
    started: redis.started,
    async compareKey(keyId) {
      const last = await redis.ask((client) =>
        client.eval(SWAP, 1, `${PREFIX}:page-key`, keyId, KEY_KNOWN_MS),
      );
      if (typeof last !== "string" || last === keyId) return;
      log.warn(
        "The replica that started last has another TELZINO_PAGE_KEY: a page that one opens, the other does not find. Give all replicas the same key",
      );
    },
    async add(name, value, ms) {
      return yes(await patiently((client) => client.eval(ADD, 1, keyOf(name), value, ms)));
    },
    async set(name, value, ms) {
      return yes(await patiently((client) => client.set(keyOf(name), value, "PX", ms)));
    },
    async get(name) {
      return text(await patiently((client) => client.get(keyOf(name))));
    },
    async replace(name, before, after, ms) {
      return yes(await patiently((client) => client.eval(REPLACE, 1, keyOf(name), before, after, ms)));
    },
    async take(name) {
      // Not taken where its answer could be lost.
      if ((await patiently((client) => client.get(keyOf(name)))) === undefined) return undefined;
      return text(await redis.ask((client) => client.eval(TAKE, 1, keyOf(name))));
    },
    async count(name, more, ms) {
      const count = await redis.ask((client) => client.eval(COUNT, 1, keyOf(name), more, ms));
      return typeof count === "number" ? count : own.count(name, more, ms);
    },
    close: redis.close,
  };
}
