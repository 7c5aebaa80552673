import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Progress } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";

const OTHER_AGENT = "22222222-2222-4222-8222-222222222222";

let assistant: SandboxedClient;
beforeEach(async () => {
  assistant = await connectToSandbox();
});
afterEach(() => assistant.close());

function configure(more: Record<string, unknown> = {}) {
  return assistant.call("configure_sip_registration", {
    agentId: FRONT_DESK,
    ...assistant.pbx,
    username: "1001",
    password: "demo-1001",
    ...more,
  });
}

async function unusedUdpPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

describe("an agent", () => {
  it("is found by its name, whatever the case and the blanks", async () => {
    const { facts } = await assistant.call("list_telzino_agents", { query: "FRONTdesk" });
    expect(facts.agents).toMatchObject([{ id: FRONT_DESK, name: "Front Desk", sipRegistration: "none" }]);
  });

  it("is registered with the right password, rings, and is taken off again", async () => {
    const seen: Progress[] = [];
    const done = await assistant.call(
      "configure_sip_registration",
      { agentId: FRONT_DESK, ...assistant.pbx, username: "1001", password: "demo-1001" },
      { onprogress: (progress) => seen.push(progress) },
    );
    expect(done.facts).toMatchObject({
      outcome: "registered",
      written: true,
      passwordFrom: "argument",
      agentName: "Front Desk",
      status: { state: "REGISTERED_STATE", stateCode: 3, registered: true },
    });
    expect(done.text).toMatch(/^Registered: "Front Desk" is 1001@127\.0\.0\.1/);
    const [storing, ...waiting] = seen;
    expect(storing).toMatchObject({ message: "Storing the settings", progress: 0, total: 25 });
    expect(waiting.length).toBeGreaterThan(0);
    for (const { message, progress, total } of waiting) {
      const words = /^Waiting for the PBX's answer, (\d+) s of 25: [a-z ,]+$/i;
      const [, seconds] = words.exec(message ?? "") ?? [];
      expect(Math.abs(progress - Number(seconds))).toBeLessThan(1);
      expect(total).toBe(25);
    }
    expect(waiting.at(-1)?.message).toMatch(/: registered$/);

    await expect(assistant.sandbox.call("1001")).resolves.toMatchObject({ outcome: "answered" });

    const status = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(status.facts).toMatchObject({
      status: { registered: true },
      stored: { username: "1001", transport: "udp" },
    });

    const removed = await assistant.call("remove_sip_registration", {
      agentId: FRONT_DESK,
      username: "1001",
    });
    expect(removed.facts).toMatchObject({ outcome: "removed" });
    await expect(assistant.sandbox.call("1001")).resolves.not.toMatchObject({ outcome: "answered" });
  });

  it("is not registered with a wrong password, and the remedy is reported", async () => {
    const { facts, text, isError } = await configure({ password: "demo-1010" });
    expect(isError).toBeFalsy();
    expect(facts).toMatchObject({ outcome: "failed", status: { state: "WRONG_CREDENTIALS_STATE" } });
    expect(text).toMatch(/Copy the SIP password again/);
    expect(text).not.toContain("demo-1010");
  });

  it("is registered after a wrong password was corrected, not judged by the old failure", async () => {
    await configure({ password: "demo-1010" });
    expect((await configure()).facts).toMatchObject({ outcome: "registered" });
  });

  it("times out where no one listens, with what to look at", async () => {
    const { facts, text } = await configure({ port: await unusedUdpPort() });
    expect(facts).toMatchObject({ outcome: "failed", status: { state: "REGISTER_TIMEOUT_STATE" } });
    expect(text).toMatch(/firewall/i);
  });

  it("ends in an internal error where the name does not resolve, and the address is blamed", async () => {
    const { facts, text } = await configure({ sipDomain: "nobody.invalid" });
    expect(facts).toMatchObject({ outcome: "failed", status: { state: "INTERNAL_ERROR_STATE" } });
    expect(text).toMatch(/does not resolve/);
  });

  it("of the kind that cannot register is refused with the reason", async () => {
    const { facts } = await assistant.call("list_telzino_agents", { query: "Legacy Vida" });
    const [vida] = facts.agents as { id: string }[];
    const { isError, text } = await configure({ agentId: vida?.id });
    expect(isError).toBe(true);
    expect(text).toMatch(/only LiveKit agents/);
    expect(text).toContain("Cannot update vida agents via this API");
  });

  it("that does not exist is not found, and the list is named", async () => {
    const { isError, text } = await configure({ agentId: "99999999-9999-4999-8999-999999999999" });
    expect(isError).toBe(true);
    expect(text).toMatch(/No such agent[\s\S]*list_telzino_agents/);
  });
});

describe("settings", () => {
  it("are only shown by a dry run", async () => {
    const { facts, text } = await configure({ dryRun: true, port: 5061, password: undefined });
    expect(facts).toMatchObject({ outcome: "dry_run", written: false, passwordFrom: "missing" });
    expect(text).toMatch(/port: \(not set\) → 5061/);
    const { facts: after } = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(after.stored).toBeUndefined();
  });

  it("keep their password while nothing changes that decides where it goes", async () => {
    await configure();
    const { facts } = await configure({ password: undefined, subscribe: true });
    expect(facts).toMatchObject({
      outcome: "registered",
      passwordFrom: "kept",
      changes: [{ field: "subscribe" }],
    });
  });

  it("ask for the password again when the host changes", async () => {
    await configure();
    const { isError, text } = await configure({
      password: undefined,
      sipDomain: "pbx.example.com",
      replace: true,
    });
    expect(isError).toBe(true);
    expect(text).toMatch(/Nothing was written.*password/);
    const { facts } = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(facts.stored).toMatchObject({ sipDomain: "127.0.0.1" });
  });

  it("that are registered as they are asked for are not written again", async () => {
    await configure();
    const { facts } = await configure({ password: undefined });
    expect(facts).toMatchObject({ outcome: "unchanged", written: false });
  });

  it("of a registered agent are only replaced by another account when that is confirmed", async () => {
    await configure();
    const other = { username: "1002", password: "demo-1002" };
    const asked = await configure(other);
    expect(asked.facts).toMatchObject({ outcome: "confirmation_needed", written: false });
    expect(asked.text).toMatch(/registered now as 1001@.*replace it by 1002@/);
    const { facts } = await configure({ ...other, replace: true });
    expect(facts).toMatchObject({ outcome: "registered" });
    await expect(assistant.sandbox.call("1002")).resolves.toMatchObject({ outcome: "answered" });
  });

  it("with no time to wait are stored and reported as pending, with the call that continues", async () => {
    const { facts, text } = await configure({ waitSeconds: 0 });
    expect(facts).toMatchObject({ outcome: "pending", written: true });
    expect(text).toMatch(/get_sip_status with waitSeconds/);
    const later = await assistant.call("get_sip_status", { agentId: FRONT_DESK, waitSeconds: 10 });
    expect(later.facts).toMatchObject({ status: { registered: true } });
  });

  it("get port and transport from a preset where they are left out", async () => {
    const { facts } = await configure({
      dryRun: true,
      presetId: "3cx",
      port: undefined,
      sipDomain: "office.3cx.us",
    });
    const settings = facts.settings as { port: number; transport: string };
    expect(facts.filledFromPreset).toBeDefined();
    expect([settings.transport, settings.port]).not.toStrictEqual(["tls", 5060]);
  });

  it("of an unknown preset are refused with those that come near", async () => {
    const { isError, text } = await configure({ presetId: "free-pbx" });
    expect(isError).toBe(true);
    expect(text).toMatch(/freepbx-pjsip/);
  });
});

describe("a removal", () => {
  it("needs the stored username, and says which one is stored", async () => {
    await configure();
    const { isError, text } = await assistant.call("remove_sip_registration", {
      agentId: FRONT_DESK,
      username: "1002",
    });
    expect(isError).toBe(true);
    expect(text).toMatch(/stored as 1001@/);
    const { facts } = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(facts).toMatchObject({ status: { registered: true } });
  });

  it("of what is not there changes nothing and says so", async () => {
    const { facts } = await assistant.call("remove_sip_registration", {
      agentId: OTHER_AGENT,
      username: "1001",
    });
    expect(facts).toMatchObject({ outcome: "nothing_stored" });
  });
});

describe("calls for one agent at the same time", () => {
  it("are told an outcome of the settings that were stored last, or that they were overtaken", async () => {
    const { api } = assistant.services;
    const write = api.putRegistration.bind(api);
    let last = "";
    api.putRegistration = (agentId, settings, ...rest) => {
      last = settings.username;
      return write(agentId, settings, ...rest);
    };
    for (let round = 0; round < 3; round += 1) {
      const told = await Promise.all(
        ["1001", "1002", "1001", "1002"].map(async (username) => {
          const { facts } = await configure({ username, password: `demo-${username}`, replace: true });
          return facts.outcome === "registered" ? `${username} when ${last} was stored` : facts.outcome;
        }),
      );
      for (const outcome of told) expect(outcome).toMatch(/^overtaken$|^(\d+) when \1 was stored$/);
      expect(told).toContain("1002 when 1002 was stored");
    }
  });
});

describe("a call that is cancelled", () => {
  it("stops waiting; the settings stay saved", async () => {
    const port = await unusedUdpPort();
    const stop = new AbortController();
    const { api } = assistant.services;
    const getStatus = api.getStatus.bind(api);
    const signals: (AbortSignal | undefined)[] = [];
    api.getStatus = (agentId, options) => {
      signals.push(options?.signal);
      return getStatus(agentId, options);
    };
    const call = assistant.call(
      "configure_sip_registration",
      { agentId: FRONT_DESK, sipDomain: "127.0.0.1", port, username: "1001", password: "demo-1001" },
      { signal: stop.signal, onprogress: () => setTimeout(() => stop.abort(), 300) },
    );
    await expect(call).rejects.toThrow();
    await expect.poll(() => signals.at(-1)?.aborted).toBe(true);
    const asked = signals.length;
    // It would have asked again by then.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(signals).toHaveLength(asked);
    const { facts } = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(facts.stored).toMatchObject({ port });
  });
});

describe("with one agent bound", () => {
  it("every tool works on that agent without being told which", async () => {
    await assistant.close();
    assistant = await connectToSandbox({ boundAgentId: FRONT_DESK });
    const done = await assistant.call("configure_sip_registration", {
      ...assistant.pbx,
      username: "1001",
      password: "demo-1001",
    });
    expect(done.facts).toMatchObject({ outcome: "registered", agentId: FRONT_DESK });
    expect((await assistant.call("list_telzino_agents")).facts.agents).toMatchObject([{ id: FRONT_DESK }]);
  });
});
