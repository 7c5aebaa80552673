import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openRedisLocks, type RedisLocks } from "../../../src/hosting/limits/locks-redis.js";
import { Secret } from "../../../src/redaction/secret.js";
import { type AgentLocks, ProcessLocks } from "../../../src/registration/agent-locks.js";
import { keptLog } from "../../support/hosting.js";
import { type RedisServer, redisFor, startRedis } from "../../support/redis.js";

const AGENT = "11111111-1111-4111-8111-111111111111";
const { signal } = new AbortController();

const binary = redisFor("Locks shared over Redis");

describe.skipIf(binary === undefined)("changes of one agent in several replicas", () => {
  let redis: RedisServer;
  let opened: RedisLocks[];
  let replicas: AgentLocks[];
  const log = keptLog();
  const said = (words: string) => log.lines.filter((line) => line.includes(words)).length;

  beforeAll(async () => {
    redis = await startRedis(binary ?? "");
  });
  afterAll(() => redis?.signal("SIGKILL"));
  beforeEach(async () => {
    opened = [1, 2, 3].map(() => openRedisLocks({ redisUrl: new Secret(redis.url), log: log.log }));
    await Promise.all(opened.map(({ started }) => started));
    replicas = opened.map((shared) => new ProcessLocks({ shared }).within("account"));
  });
  afterEach(async () => {
    for (const locks of opened) await locks.close();
  });

  const [first, second] = [0, 1].map((index) => () => replicas[index] as AgentLocks) as [
    () => AgentLocks,
    () => AgentLocks,
  ];

  it("go one after the other", async () => {
    let inside = 0;
    let most = 0;
    const change = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    };
    const calls = Array.from({ length: 15 }, (_, index) =>
      (replicas[index % 3] as AgentLocks).hold(AGENT, { signal }, change),
    );
    await Promise.all(calls);
    expect(most).toBe(1);
  });

  it("let a waiting call say so, and follow its signal", async () => {
    const gone = new AbortController();
    const reason = new Error("cancelled by the user");
    await first().hold(AGENT, { signal }, async () => {
      const waiting = second().hold(
        AGENT,
        { signal: gone.signal, onWait: () => gone.abort(reason) },
        async () => {},
      );
      await expect(waiting).rejects.toBe(reason);
    });
    expect(await second().hold(AGENT, { signal }, async () => "free again")).toBe("free again");
  });

  it("know of each other which came later", async () => {
    const turn = await first().hold(AGENT, { signal }, async (turn) => {
      await turn.willWrite();
      return turn;
    });
    expect(await turn.overtaken()).toBe(false);
    await second().hold(AGENT, { signal }, async (later) => {
      const takeBack = await later.willWrite();
      await takeBack();
    });
    expect(await turn.overtaken()).toBe(false);
    expect(await second().overtaken(AGENT.toUpperCase(), turn.mark())).toBe(false);
    await second().hold(AGENT, { signal }, (later) => later.willWrite());
    expect(await turn.overtaken()).toBe(true);
    // By its mark whichever process is asked knows it.
    expect(await second().overtaken(AGENT, turn.mark())).toBe(true);
  });

  it("are released by their holder alone", async () => {
    const [one] = opened as [RedisLocks];
    const release = await one.acquire("key", { signal });
    // As if the lease had run out.
    for (const key of redis.keys()) redis.remove(key);
    await one.acquire("key", { signal });
    await release?.();
    const gone = new AbortController();
    const other = one.acquire("key", { signal: gone.signal, onWait: () => gone.abort(new Error("held")) });
    await expect(other).rejects.toThrow("held");
  });

  it("are renewed while their holder lives, and by it alone", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const [locks] = opened as [RedisLocks];
      const LEASE = 15_000;
      const LONG = 600_000;
      const release = await locks.acquire("key", { signal });
      const [key = ""] = redis.keys();
      /** How long the lock lasts on once its holder has had time to renew it: far longer than a lease, unless it did. */
      const lastsOn = async () => {
        redis.ask("PEXPIRE", key, String(LONG));
        vi.advanceTimersByTime(LEASE / 2);
        // Commands of one connection are carried out one after the other.
        await locks.markOf("any");
        return Number(redis.ask("PTTL", key));
      };
      for (let times = 0; times < 3; times += 1) {
        const left = await lastsOn();
        expect(left).toBeGreaterThan(0);
        expect(left).toBeLessThanOrEqual(LEASE);
      }
      // As if the lease had run out, and another replica had come.
      redis.ask("SET", key, "another holder");
      expect(await lastsOn()).toBeGreaterThan(LEASE);
      await release?.();
      expect(redis.keys()).toEqual([key]);
      expect(vi.getTimerCount()).toBe(0);
      redis.remove(key);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ["a lock that never ends", ["SET", "forgotten"]],
    ["one that ends in a day", ["SET", "forgotten", "PX", "86400000"]],
    ["a list", ["RPUSH", "forgotten"]],
  ])(
    "are not held by %s: it is told by its name, and taken away",
    async (_what, [command = "", ...value]) => {
      const [locks, other] = opened as [RedisLocks, RedisLocks];
      await (await locks.acquire("odd", { signal }))?.();
      await locks.acquire("odd", { signal });
      const [key = ""] = redis.keys();
      redis.remove(key);
      redis.ask(command, key, ...value);
      const release = await other.acquire("odd", { signal: AbortSignal.timeout(5_000) });
      expect(release).toBeDefined();
      await release?.();
      expect(redis.keys()).toEqual([]);
      expect(said(key)).toBeGreaterThan(0);
      expect(said("not one of our locks")).toBeGreaterThan(0);
      await locks.close();
    },
  );

  it("are not taken for lost where a mark or a lock is of another type", async () => {
    const [locks] = opened as [RedisLocks];
    const before = said("Redis is lost");
    await locks.setMark("odd", "mark");
    const release = await locks.acquire("odd", { signal });
    for (const key of redis.keys()) {
      redis.remove(key);
      redis.ask("RPUSH", key, "x");
    }
    expect(await locks.markOf("odd")).toBeUndefined();
    await release?.();
    expect(said("Redis is lost")).toBe(before);
    expect(await locks.setMark("odd", "mark")).toBe(true);
    expect(await locks.markOf("odd")).toBe("mark");
    for (const key of redis.keys()) redis.remove(key);
  });

  it("keep no agent's id and no account in Redis", async () => {
    await first().hold(AGENT, { signal }, async (turn) => {
      await turn.willWrite();
      const keys = redis.keys();
      expect(keys.length).toBeGreaterThan(1);
      for (const key of keys) expect(key).toMatch(/^telzino-sip-mcp:(change|mark):[\w-]{43}$/);
    });
  });

  it("take turns in each replica for itself while Redis is dead, and say so", async () => {
    const before = said("serializes agents' changes only by itself");
    await redis.signal("SIGKILL");
    await expect.poll(() => said("serializes agents' changes only by itself")).toBe(before + 3);
    const order: string[] = [];
    const change = (name: string) =>
      first().hold(AGENT, { signal }, async (turn) => {
        order.push(`${name} begins`);
        await turn.willWrite();
        order.push(`${name} ends`);
        return turn;
      });
    const [turn] = await Promise.all([change("a"), change("b")]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    expect(await turn.overtaken()).toBe(true);
    await redis.restart();
    await expect
      .poll(
        async () => {
          await first().hold(AGENT, { signal }, async () => {});
          return said("serialized across all replicas again");
        },
        { timeout: 10_000 },
      )
      .toBe(1);
  });
});
