import { describe, expect, it } from "vitest";
import { Shares, shareSizes } from "../../../../src/hosting/limits/shares.js";
import type { Caller, Tenant } from "../../../../src/hosting/types.js";

function caller(tenant: string, principal: string): Caller {
  return { tenant: { name: tenant } as Tenant, principal, scopes: new Set() };
}

/** Takes until it is full. @returns how many there were, and whose share is used up. */
function fill(shares: Shares, who: Caller): [number, string] {
  for (let count = 0; ; count += 1) {
    const taken = shares.take(who);
    if (typeof taken === "string") return [count, taken];
  }
}

describe("shares", () => {
  it("let neither one caller nor one tenant take everything", () => {
    const shares = new Shares({ server: 8, tenant: 4, caller: 2 });
    expect(fill(shares, caller("acme", "alice"))).toEqual([2, "caller"]);
    expect(fill(shares, caller("acme", "bob"))).toEqual([2, "caller"]);
    expect(fill(shares, caller("acme", "carol"))).toEqual([0, "tenant"]);
    expect(fill(shares, caller("globex", "alice"))).toEqual([2, "caller"]);
    expect(fill(shares, caller("initech", "alice"))).toEqual([2, "caller"]);
    expect(fill(shares, caller("hooli", "alice"))).toEqual([0, "server"]);
    expect(shares.count).toBe(8);
  });

  it("are given back once, however often that is done", () => {
    const shares = new Shares({ server: 3, tenant: 2, caller: 1 });
    const giveBack = shares.take(caller("acme", "alice"));
    shares.take(caller("acme", "bob"));
    if (typeof giveBack === "string") throw new Error(giveBack);
    giveBack();
    giveBack();
    expect(shares.count).toBe(1);
    expect(fill(shares, caller("acme", "alice"))).toEqual([1, "caller"]);
    expect(fill(shares, caller("acme", "carol"))).toEqual([0, "tenant"]);
  });

  it("are others for names that run together", () => {
    const shares = new Shares({ server: 9, tenant: 1, caller: 1 });
    for (const who of [caller("a", 'b","c'), caller('a","b', "c"), caller("ab", "c"), caller("", "")]) {
      expect(fill(shares, who)).toEqual([1, "caller"]);
    }
  });
});

describe("the sizes of shares", () => {
  it("are a half and a quarter, and never nothing", () => {
    const settings = { tenantsFile: "tenants.json", noAuth: false };
    expect(shareSizes(256, settings)).toEqual({ server: 256, tenant: 128, caller: 64 });
    expect(shareSizes(1, settings)).toEqual({ server: 1, tenant: 1, caller: 1 });
  });

  it("are everything where there can be no other tenant or caller", () => {
    expect(shareSizes(256, { noAuth: false })).toEqual({ server: 256, tenant: 256, caller: 64 });
    expect(shareSizes(256, { noAuth: true })).toEqual({ server: 256, tenant: 256, caller: 256 });
  });
});
