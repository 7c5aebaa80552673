import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openRedisPageStore } from "../../../src/hosting/limits/page-store-redis.js";
import { type PageStore, ProcessStore } from "../../../src/passwords/hosted/store.js";
import { systemClock } from "../../../src/passwords/page/clock.js";
import { Secret } from "../../../src/redaction/secret.js";
import { keptLog } from "../../support/hosting.js";
import { type RedisServer, redisFor, startRedis } from "../../support/redis.js";

const binary = redisFor("The store of password pages");
let redis: RedisServer | undefined;
const log = keptLog();
beforeAll(async () => {
  redis = binary === undefined ? undefined : await startRedis(binary);
});
afterAll(() => redis?.signal("SIGKILL"));

const kinds: [string, () => PageStore][] = [
  ["in the process", () => new ProcessStore(systemClock)],
  ...(binary === undefined
    ? []
    : [
        ["in Redis", () => openRedisPageStore({ redisUrl: new Secret(redis?.url ?? ""), log: log.log })] as [
          string,
          () => PageStore,
        ],
      ]),
];

describe.each(kinds)("a store %s", (_kind, open) => {
  let store: PageStore;
  beforeEach(async () => {
    redis?.ask("FLUSHALL");
    store = open();
    await (store as { started?: Promise<void> }).started;
    return () => store.close();
  });

  it("keeps a value under a name that has none, and says where there is one", async () => {
    expect(await store.get("a")).toBeNull();
    expect(await store.add("a", "1", 60_000)).toBe(true);
    expect(await store.add("a", "2", 60_000)).toBe(false);
    expect(await store.get("a")).toBe("1");
    expect(await store.set("a", "3", 60_000)).toBe(true);
    expect(await store.get("a")).toBe("3");
  });

  it("replaces just what was read, for one of many at once", async () => {
    await store.add("a", "0", 60_000);
    const done = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.replace("a", "0", `by ${index}`, 60_000)),
    );
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await store.replace("nothing", "0", "1", 60_000)).toBe(false);
  });

  it("gives a value to one of many that take it", async () => {
    await store.add("a", "1", 60_000);
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.take("a")));
    expect(taken.filter((value) => value === "1")).toHaveLength(1);
    expect(taken.filter((value) => value === null)).toHaveLength(19);
  });

  it("counts up and down, and takes nothing back that has not been counted", async () => {
    expect(await store.count("a", 0, 60_000)).toBe(0);
    expect(await store.count("a", 1, 60_000)).toBe(1);
    expect(await store.count("a", 2, 60_000)).toBe(3);
    expect(await store.count("a", -1, 60_000)).toBe(2);
    expect(await store.count("a", 0, 60_000)).toBe(2);
    expect(await store.count("b", -1, 60_000)).toBe(0);
    expect(await store.count("b", 1, 60_000)).toBe(1);
  });

  it("forgets everything at its end", async () => {
    await store.add("a", "1", 30);
    await store.count("c", 5, 30);
    await expect.poll(() => store.get("a")).toBeNull();
    await expect.poll(() => store.count("c", 0, 30)).toBe(0);
    expect(await store.add("a", "2", 60_000)).toBe(true);
  });
});

describe.skipIf(binary === undefined)("a store in a Redis that is gone", () => {
  it("says so, and continues to count by itself", async () => {
    const store = openRedisPageStore({ redisUrl: new Secret("redis://127.0.0.1:1"), log: log.log });
    await store.started;
    expect(await store.get("a")).toBeUndefined();
    expect(await store.add("a", "1", 60_000)).toBeUndefined();
    expect(await store.replace("a", "1", "2", 60_000)).toBeUndefined();
    expect(await store.take("a")).toBeUndefined();
    expect(await store.count("a", 1, 60_000)).toBe(1);
    expect(await store.count("a", 1, 60_000)).toBe(2);
    await store.close();
  });
});
