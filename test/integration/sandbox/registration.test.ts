import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import { AFTER_HOURS, type ApiCaller, callerOf, FRONT_DESK } from "../../support/sandbox-api.js";

let sandbox: Sandbox;
let api: ApiCaller;

beforeAll(async () => {
  sandbox = await startSandbox({ retryMs: 700, expires: 2, minExpires: 1 });
  api = await callerOf(sandbox);
});
afterAll(() => sandbox.close());

function account(extension = "1001", change: object = {}) {
  const { sipHost: sipDomain, sipPort: port } = sandbox;
  return { sipDomain, port, username: extension, password: `demo-${extension}`, ...change };
}

/** A port on which nothing listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function removed(agentId: string): Promise<void> {
  await api.remove(agentId);
  await api.until(agentId, "NOT_FOUND");
}

describe("the registrant", () => {
  it.each(["udp", "tcp"])("registers over %s, and un-registers on DELETE", async (transport) => {
    await api.put(FRONT_DESK, account("1001", { transport }));
    const { status, seen } = await api.until(FRONT_DESK, "REGISTERED_STATE", 30_000);
    // A busy machine may miss some of them.
    const order = [
      "NOT_FOUND",
      "NOT_REGISTERED_STATE",
      "REGISTERING_STATE",
      "AUTHENTICATING_STATE",
      "REGISTERED_STATE",
    ];
    expect(seen).toEqual(order.filter((state) => seen.includes(state)));
    expect(status).toMatchObject({
      stateCode: 3,
      enabled: "yes",
      isRegistered: true,
      registrationTimeout: "2",
      errorMessage: "Successfully registered",
    });
    expect(status.lastRegisterSent).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    // Two seconds after the REGISTER, in whole seconds.
    const lasts = status.expires - Date.parse(status.lastRegisterSent) / 1_000;
    expect([1, 2, 3]).toContain(Math.round(lasts));
    expect(sandbox.bindings("1001")).toHaveLength(1);
    await removed(FRONT_DESK);
    expect(sandbox.bindings("1001")).toEqual([]);
    expect((await api.status(FRONT_DESK)).enabled).toBe("no");
  });

  it("keeps the binding by refreshing it before it ends", async () => {
    await api.put(FRONT_DESK, account());
    const first = (await api.until(FRONT_DESK, "REGISTERED_STATE")).status;
    const [contact] = sandbox.bindings("1001");
    // Longer than the 2 s that were granted.
    for (let turn = 0; turn < 16; turn += 1) {
      await delay(200);
      expect(sandbox.bindings("1001")).toEqual([contact]);
    }
    const later = (await api.until(FRONT_DESK, "REGISTERED_STATE")).status;
    expect(later.expires).toBeGreaterThan(first.expires);
    expect(Date.parse(later.lastRegisterSent)).toBeGreaterThan(Date.parse(first.lastRegisterSent));
    await removed(FRONT_DESK);
  });

  it("ends in WRONG_CREDENTIALS_STATE with a wrong password, and with an unknown user", async () => {
    await api.put(FRONT_DESK, account("1001", { password: "wrong" }));
    const { status } = await api.until(FRONT_DESK, "WRONG_CREDENTIALS_STATE");
    expect(status).toMatchObject({ stateCode: 6, isRegistered: false, enabled: "yes", expires: null });
    await api.put(AFTER_HOURS, account("4711"));
    await api.until(AFTER_HOURS, "WRONG_CREDENTIALS_STATE");
    expect(sandbox.bindings("1001")).toEqual([]);
    await Promise.all([removed(FRONT_DESK), removed(AFTER_HOURS)]);
  });

  it("tries a failed registration again by itself", async () => {
    await api.put(FRONT_DESK, account("1001", { password: "wrong" }));
    const first = (await api.until(FRONT_DESK, "WRONG_CREDENTIALS_STATE")).status.lastRegisterSent;
    await expect
      .poll(async () => (await api.status(FRONT_DESK)).lastRegisterSent, { timeout: 3_000, interval: 50 })
      .not.toBe(first);
    await removed(FRONT_DESK);
  });

  it("registers anew when the settings change, in a later second than before", async () => {
    await api.put(FRONT_DESK, account("1001", { password: "wrong" }));
    const before = (await api.until(FRONT_DESK, "WRONG_CREDENTIALS_STATE")).status;
    await api.put(FRONT_DESK, account());
    expect((await api.status(FRONT_DESK)).state).toBe("WRONG_CREDENTIALS_STATE");
    const after = (await api.until(FRONT_DESK, "REGISTERED_STATE")).status;
    expect(Date.parse(after.lastRegisterSent)).toBeGreaterThan(Date.parse(before.lastRegisterSent));
    await api.put(FRONT_DESK, account("1002", { transport: "tcp" }));
    await expect.poll(() => sandbox.bindings("1002")).toHaveLength(1);
    expect(sandbox.bindings("1001")).toEqual([]);
    await removed(FRONT_DESK);
  });

  it("uses the authentication user where it differs, which the PBX refuses", async () => {
    await api.put(FRONT_DESK, account("1001", { authUsername: "1002", password: "demo-1002" }));
    await api.until(FRONT_DESK, "WRONG_CREDENTIALS_STATE");
    await removed(FRONT_DESK);
  });

  it("sends to the outbound proxy, whatever the domain resolves to", async () => {
    const proxied = account("1001", { sipDomain: "nobody.invalid", proxy: sandbox.sipHost });
    await api.put(FRONT_DESK, proxied);
    await api.until(FRONT_DESK, "REGISTERED_STATE");
    await removed(FRONT_DESK);
  });

  it.each(["udp", "tcp"])(
    "ends in REGISTER_TIMEOUT_STATE over %s where nobody listens",
    async (transport) => {
      await api.put(AFTER_HOURS, account("1001", { transport, port: await deadPort() }));
      const { status } = await api.until(AFTER_HOURS, "REGISTER_TIMEOUT_STATE", 8_000);
      expect(status.stateCode).toBe(4);
      await removed(AFTER_HOURS);
    },
  );

  it("waits out its timers before it calls silence a time-out", async () => {
    const silent = createSocket("udp4");
    await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
    let sends = 0;
    silent.on("message", () => {
      sends += 1;
    });
    await api.put(AFTER_HOURS, account("1001", { port: silent.address().port }));
    const { seen } = await api.until(AFTER_HOURS, "REGISTER_TIMEOUT_STATE", 30_000);
    expect(seen).toContain("REGISTERING_STATE");
    expect(sends).toBeGreaterThan(5);
    await removed(AFTER_HOURS);
    silent.close();
  });

  it.each([
    ["a name that does not resolve", "nobody.invalid"],
    ["what is no host at all", "not a host"],
  ])("ends in INTERNAL_ERROR_STATE with %s", async (_, sipDomain) => {
    await api.put(AFTER_HOURS, account("1001", { sipDomain }));
    const { status } = await api.until(AFTER_HOURS, "INTERNAL_ERROR_STATE");
    expect(status.stateCode).toBe(5);
    await removed(AFTER_HOURS);
  });

  it("is done with a record at once when it is removed before it was seen", async () => {
    await api.put(FRONT_DESK, account());
    await api.remove(FRONT_DESK);
    await delay(500);
    expect((await api.status(FRONT_DESK)).state).toBe("NOT_FOUND");
    expect(sandbox.bindings("1001")).toEqual([]);
  });
});
