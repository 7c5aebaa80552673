import { describe, expect, it } from "vitest";
import { VerifiedCache } from "../../../../src/hosting/access/verified-cache.js";

describe("VerifiedCache", () => {
  it("knows a token for half a minute, and no longer than it is valid", () => {
    let now = 1_000_000;
    const cache = new VerifiedCache<string>(() => now);
    cache.set("long", "alice", now + 3_600_000);
    cache.set("short", "bob", now + 5_000);
    now += 4_999;
    expect([cache.get("long"), cache.get("short")]).toEqual(["alice", "bob"]);
    now += 1;
    expect([cache.get("long"), cache.get("short")]).toEqual(["alice", undefined]);
    now += 25_000;
    expect(cache.get("long")).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it("does not take one token for another", () => {
    const cache = new VerifiedCache<string>();
    cache.set("a.b.c", "alice", Date.now() + 60_000);
    for (const other of ["a.b.d", "a.b.c ", "A.b.c", ""]) expect(cache.get(other)).toBeUndefined();
  });

  it("does not grow without end: the oldest goes", () => {
    const cache = new VerifiedCache<number>();
    for (let index = 0; index < 2_500; index += 1) cache.set(`token ${index}`, index, Date.now() + 60_000);
    expect(cache.size).toBe(2_000);
    expect(cache.get("token 0")).toBeUndefined();
    expect(cache.get("token 2499")).toBe(2_499);
  });
});
