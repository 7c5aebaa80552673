import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLimits } from "../../../../src/hosting/limits/limits.js";
import type { Caller, Limits, Tenant } from "../../../../src/hosting/types.js";
import { Secret } from "../../../../src/redaction/secret.js";
import { keptLog } from "../../../support/hosting.js";

const RATES = { calls: 5, writes: 2, probes: 1 };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const one of open.splice(0)) await one.close();
});

function caller(tenant: string, principal: string): Caller {
  return { tenant: { name: tenant } as Tenant, principal, scopes: new Set() };
}

async function limits(redisUrl?: string) {
  const log = keptLog();
  const made = await createLimits({
    rates: RATES,
    log: log.log,
    ...(redisUrl === undefined ? {} : { redisUrl: new Secret(redisUrl) }),
  });
  open.push(made);
  return { limits: made, lines: log.lines };
}

async function allowed(by: Limits, who: Caller, kind: "calls" | "writes" | "probes", times: number) {
  let count = 0;
  for (let index = 0; index < times; index += 1) if ((await by.take(who, kind)).allowed) count += 1;
  return count;
}

describe("limits in memory", () => {
  it("count each kind by itself, and say when it continues", async () => {
    const { limits: by } = await limits();
    const alice = caller("acme", "alice");
    expect(await allowed(by, alice, "writes", 4)).toBe(2);
    expect(await allowed(by, alice, "probes", 4)).toBe(1);
    expect(await allowed(by, alice, "calls", 8)).toBe(5);
    const leave = await by.take(alice, "calls");
    expect(leave.allowed).toBe(false);
    const wait = leave.allowed ? 0 : leave.retryAfterSeconds;
    expect(Number.isInteger(wait) && wait >= 1 && wait <= 60).toBe(true);
  });

  it("count principals and tenants by themselves, also where their names run together", async () => {
    const { limits: by } = await limits();
    const all = [
      caller("acme", "alice"),
      caller("acme", "bob"),
      caller("acmea", "lice"),
      caller("globex", "alice"),
    ];
    for (const who of all) expect(await allowed(by, who, "writes", 3)).toBe(2);
  });

  it("start again after a minute", async () => {
    vi.useFakeTimers();
    const { limits: by } = await limits();
    const alice = caller("acme", "alice");
    expect(await allowed(by, alice, "probes", 2)).toBe(1);
    vi.advanceTimersByTime(61_000);
    expect(await allowed(by, alice, "probes", 2)).toBe(1);
  });
});

/** Takes connections, and says nothing. */
async function startSilence(): Promise<{ url: string; sockets: ReadonlySet<Socket> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}).resume());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  });
  return { url: `redis://:hunter2-redis@127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

describe("limits without their Redis", () => {
  it("hold in this replica from the first call on, and say once what has happened", async () => {
    const { limits: by, lines } = await limits("redis://:hunter2-redis@127.0.0.1:1");
    const alice = caller("acme", "alice");
    expect(await allowed(by, alice, "calls", 8)).toBe(5);
    await vi.waitFor(() => expect(lines.filter((line) => line.includes("Redis is lost"))).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain("hunter2");
  });

  it("hold where Redis takes connections and answers nothing", async () => {
    const { url } = await startSilence();
    const { limits: by } = await limits(url);
    // So many that a wait for each of them would outlast the test.
    expect(await allowed(by, caller("acme", "alice"), "calls", 500)).toBe(5);
  });

  it("connect no more once they are closed", async () => {
    const { url, sockets } = await startSilence();
    const { limits: by } = await limits(url);
    await vi.waitFor(() => expect(sockets.size).toBeGreaterThan(0));
    await by.close();
    const before = sockets.size;
    // A connection that says nothing is given up after a quarter of a second, and another one is made.
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(sockets.size).toBe(before);
  });
});
