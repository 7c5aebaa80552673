import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLimits } from "../../../src/hosting/limits/limits.js";
import type { Caller, LimitKind, Limits, Tenant } from "../../../src/hosting/types.js";
import { Secret } from "../../../src/redaction/secret.js";
import { keptLog } from "../../support/hosting.js";
import { type RedisServer, redisFor, startRedis } from "../../support/redis.js";

const RATES = { calls: 10, writes: 4, probes: 2 };

const binary = redisFor("Limits shared over Redis");

function caller(principal: string): Caller {
  return { tenant: { name: "acme" } as Tenant, principal, scopes: new Set() };
}

async function countAllowed(
  by: readonly Limits[],
  who: Caller,
  kind: LimitKind,
  times: number,
): Promise<number> {
  let count = 0;
  for (let index = 0; index < times; index += 1) {
    for (const limits of by) if ((await limits.take(who, kind)).allowed) count += 1;
  }
  return count;
}

describe.skipIf(binary === undefined)("limits shared over Redis", () => {
  let redis: RedisServer;
  const log = keptLog();
  const replicas: Limits[] = [];
  const said = (words: string) => log.lines.filter((line) => line.includes(words)).length;

  beforeAll(async () => {
    redis = await startRedis(binary ?? "");
    for (let replica = 0; replica < 2; replica += 1) {
      const limits = await createLimits({ rates: RATES, redisUrl: new Secret(redis.url), log: log.log });
      replicas.push(limits);
    }
  });
  afterAll(async () => {
    for (const limits of replicas) await limits.close();
    await redis?.signal("SIGKILL");
  });

  it("hold for all replicas together", async () => {
    expect(await countAllowed(replicas, caller("alice"), "calls", 20)).toBe(10);
    expect(await countAllowed(replicas, caller("alice"), "writes", 20)).toBe(4);
    expect(await countAllowed(replicas, caller("alice"), "probes", 20)).toBe(2);
    expect(await countAllowed(replicas, caller("bob"), "probes", 20)).toBe(2);
  });

  it("hold when many calls come at the same moment", async () => {
    const leaves = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (replicas[index % 2] as Limits).take(caller("carol"), "writes"),
      ),
    );
    expect(leaves.filter(({ allowed }) => allowed)).toHaveLength(4);
  });

  it("keep no one's name in Redis", () => {
    const keys = redis.keys();
    expect(keys.length).toBeGreaterThan(3);
    for (const key of keys) expect(key).toMatch(/^telzino-sip-mcp:(calls|writes|probes):[\w-]{43}$/);
  });

  it("continue in each replica for itself while Redis is dead, and are shared again once it is back", async () => {
    await redis.signal("SIGKILL");
    expect(await countAllowed(replicas, caller("dave"), "writes", 20)).toBe(2 * 4);
    await expect.poll(() => said("Redis is lost")).toBe(2);
    await redis.restart();
    await expect
      .poll(
        async () => {
          await countAllowed(replicas, caller("erin"), "calls", 1);
          return said("Redis is back");
        },
        { timeout: 10_000, interval: 200 },
      )
      .toBe(2);
    expect(await countAllowed(replicas, caller("frank"), "writes", 20)).toBe(4);
    expect(said("Redis is lost")).toBe(2);
  });

  it("cost little time while Redis hangs", async () => {
    await redis.signal("SIGSTOP");
    try {
      // So many that a wait for each of them would outlast the test.
      const count = await countAllowed(replicas, caller("grace"), "writes", 1_000);
      expect(count).toBe(2 * 4);
    } finally {
      await redis.signal("SIGCONT");
    }
  });
});
