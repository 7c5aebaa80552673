import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import { AFTER_HOURS, type ApiCaller, callerOf, FRONT_DESK } from "../../support/sandbox-api.js";

let sandbox: Sandbox;
let api: ApiCaller;

beforeAll(async () => {
  // A tick is 0.4 s, silence 1.2 s, an hour 144 s.
  sandbox = await startSandbox({ factor: 25 });
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
  it.each([
    ["udp", "1001"],
    ["tcp", "1002"],
  ])("registers over %s, and leaves its binding behind on DELETE", async (transport, extension) => {
    await api.put(FRONT_DESK, account(extension, { transport }));
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
      registrationTimeout: "3600",
      errorMessage: "Successfully registered",
    });
    expect(status.lastRegisterSent).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    // 3590 s of its time: a mark for the refresh, and not the end of the binding.
    expect(status.expires - Date.parse(status.lastRegisterSent) / 1_000).toBeGreaterThan(140);
    expect(sandbox.bindings(extension)).toHaveLength(1);
    await removed(FRONT_DESK);
    expect((await api.status(FRONT_DESK)).enabled).toBe("no");
    expect(sandbox.bindings(extension)).toHaveLength(1);
  });

  it("ends in WRONG_CREDENTIALS_STATE with a wrong password, and with an unknown user", async () => {
    await api.put(FRONT_DESK, account("1001", { password: "wrong" }));
    const { status } = await api.until(FRONT_DESK, "WRONG_CREDENTIALS_STATE");
    expect(status).toMatchObject({ stateCode: 6, isRegistered: false, enabled: "yes" });
    await api.put(AFTER_HOURS, account("4711"));
    await api.until(AFTER_HOURS, "WRONG_CREDENTIALS_STATE");
    await Promise.all([removed(FRONT_DESK), removed(AFTER_HOURS)]);
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
    "ends in REGISTER_TIMEOUT_STATE over %s where no one listens",
    async (transport) => {
      await api.put(AFTER_HOURS, account("1001", { transport, port: await deadPort() }));
      const { status, seen } = await api.until(AFTER_HOURS, "REGISTER_TIMEOUT_STATE", 8_000);
      expect(status.stateCode).toBe(4);
      expect(seen).toContain("REGISTERING_STATE");
      await removed(AFTER_HOURS);
    },
  );

  it("sends again and again before it calls silence a time-out", async () => {
    const silent = createSocket("udp4");
    await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
    let sends = 0;
    silent.on("message", () => {
      sends += 1;
    });
    await api.put(AFTER_HOURS, account("1001", { port: silent.address().port }));
    await api.until(AFTER_HOURS, "REGISTER_TIMEOUT_STATE", 8_000);
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
    const before = sandbox.bindings("1001");
    await api.put(FRONT_DESK, account());
    await api.remove(FRONT_DESK);
    await delay(1_000);
    expect((await api.status(FRONT_DESK)).state).toBe("NOT_FOUND");
    expect(sandbox.bindings("1001")).toEqual(before);
  });
});

describe("the registrant, at its usual pace", () => {
  it("registers again when the settings change, in a later second than before", async () => {
    const usual = await startSandbox();
    const caller = await callerOf(usual);
    const settings = {
      sipDomain: usual.sipHost,
      port: usual.sipPort,
      username: "1001",
      password: "demo-1001",
    };
    try {
      await caller.put(FRONT_DESK, { ...settings, password: "wrong" });
      const before = (await caller.until(FRONT_DESK, "WRONG_CREDENTIALS_STATE")).status;
      await caller.put(FRONT_DESK, settings);
      expect((await caller.status(FRONT_DESK)).state).toBe("WRONG_CREDENTIALS_STATE");
      const after = (await caller.until(FRONT_DESK, "REGISTERED_STATE")).status;
      expect(Date.parse(after.lastRegisterSent)).toBeGreaterThan(Date.parse(before.lastRegisterSent));
      const moved = { ...settings, transport: "tcp", username: "1002", password: "demo-1002" };
      await caller.put(FRONT_DESK, moved);
      await expect.poll(() => usual.bindings("1002"), { timeout: 5_000 }).toHaveLength(1);
      // Only what it knows to be registered it takes away.
      await caller.until(FRONT_DESK, "REGISTERED_STATE");
    } finally {
      await usual.close();
    }
    // Of the record that was replaced it has lost sight; its last one it disables.
    expect(usual.bindings("1001")).toHaveLength(1);
    expect(usual.bindings("1002")).toEqual([]);
  });
});

describe("the registrant like OpenSIPS 3.4", () => {
  it("tries a failed registration again by itself", async () => {
    const older = await startSandbox({ registrant: "3.4", factor: 25 });
    try {
      const caller = await callerOf(older);
      const { sipHost: sipDomain, sipPort: port } = older;
      await caller.put(FRONT_DESK, { sipDomain, port, username: "1001", password: "wrong" });
      const { status } = await caller.until(FRONT_DESK, "WRONG_CREDENTIALS_STATE");
      expect(status.expires).toBeNull();
      await expect
        .poll(async () => (await caller.status(FRONT_DESK)).lastRegisterSent, {
          timeout: 8_000,
          interval: 50,
        })
        .not.toBe(status.lastRegisterSent);
    } finally {
      await older.close();
    }
  });
});

describe("a PBX that grants less than a tick", () => {
  it("has the agent bound some of the time, while the state says REGISTERED all along", async () => {
    const brief = await startSandbox({ factor: 5, minExpires: 1, maxExpires: 1 });
    try {
      const caller = await callerOf(brief);
      const { sipHost: sipDomain, sipPort: port } = brief;
      await caller.put(FRONT_DESK, { sipDomain, port, username: "1001", password: "demo-1001" });
      await caller.until(FRONT_DESK, "REGISTERED_STATE", 5_000);
      const bound = () => brief.bindings("1001").length;
      const poll = { timeout: 8_000, interval: 20 };
      for (const expected of [1, 0, 1, 0]) {
        await expect.poll(bound, poll).toBe(expected);
        if (expected === 0) expect((await caller.status(FRONT_DESK)).state).toBe("REGISTERED_STATE");
      }
    } finally {
      await brief.close();
    }
  });
});
