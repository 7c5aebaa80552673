import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RtpSession } from "../../../src/media/rtp-session.js";
import { Secret } from "../../../src/redaction/secret.js";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.js";
import type { VoiceFault } from "../../../src/sandbox/phone-voice.js";
import { Calls, openFlow, sdpAudio, UserAgent, writeUri } from "../../../src/sip/index.js";
import {
  AFTER_HOURS,
  type ApiCaller,
  type CallLogData,
  callerOf,
  FRONT_DESK,
} from "../../support/sandbox-api.js";

let sandbox: Sandbox;
let api: ApiCaller;

beforeAll(async () => {
  sandbox = await startSandbox();
  api = await callerOf(sandbox);
  await register(FRONT_DESK, "1001", "udp");
  await register(AFTER_HOURS, "1002", "tcp");
});
afterAll(() => sandbox.close());

async function register(agentId: string, extension: string, transport: string): Promise<void> {
  const { sipHost: sipDomain, sipPort: port } = sandbox;
  await api.put(agentId, { sipDomain, port, transport, username: extension, password: `demo-${extension}` });
  await api.until(agentId, "REGISTERED_STATE");
}

async function logs(agentId: string) {
  return (await api.send<{ data: CallLogData[] }>("GET", `/v1/agents/${agentId}/call-logs`)).body.data;
}

/** A phone of someone else, on its own flow. */
async function phone(user: string): Promise<UserAgent> {
  const { sipHost: address, sipPort: port } = sandbox;
  const opened = await openFlow({ transport: "udp", address, port });
  if (opened.kind !== "connected") throw new Error(opened.kind);
  const remote = { address, port };
  return new UserAgent({ flow: opened.flow, remote, account: { user, domain: address }, version: "0" });
}

describe("a call from the PBX", () => {
  it.each([
    [FRONT_DESK, "1001"],
    [AFTER_HOURS, "1002"],
  ])("rings the agent %s, is answered, hangs up and shows in the logs", async (agentId, extension) => {
    const answer = await api.send("POST", "/sandbox/calls", {
      to: extension,
      from: "+12025550199",
      seconds: 1,
    });
    expect(answer.body).toMatchObject({
      data: {
        outcome: "answered",
        to: extension,
        from: "+12025550199",
        rang: true,
        endedBy: "pbx",
        heard: expect.any(String),
      },
    });
    await expect.poll(() => logs(agentId)).toHaveLength(1);
    const log = (await logs(agentId))[0] as CallLogData;
    expect(log).toMatchObject({
      agent_id: agentId,
      call_duration: 1,
      entry_count: expect.any(Number),
      session_data: { caller_id: "+12025550199" },
    });
    expect(log.transcript_json[0]).toMatchObject({ speaker: "agent", is_partial: false });
    expect(log.room_name).toMatch(new RegExp(`^sipRoom-_${agentId}_\\d{10}$`));
    const length = Date.parse(log.call_ended_at) - Date.parse(log.call_started_at);
    expect(length).toBeGreaterThan(900);
    expect(length).toBeLessThan(2_000);
  });

  it.each<[VoiceFault | undefined, string, string[]]>([
    [undefined, "both", ["agent", "user", "agent"]],
    ["agent_unheard", "nothing", ["agent", "user", "agent"]],
    ["caller_unheard", "only_agent", ["agent"]],
    ["no_audio", "nothing", ["agent"]],
  ])(
    "with the fault %s is heard by the caller as %s, and has in the log %j",
    async (fault, heard, speakers) => {
      const earlier = (await logs(AFTER_HOURS)).length;
      const report = await sandbox.call("1002", { from: "1001", seconds: 3, ...(fault ? { fault } : {}) });
      expect(report).toMatchObject({ outcome: "answered", heard });
      await expect.poll(() => logs(AFTER_HOURS)).toHaveLength(earlier + 1);
      expect((await logs(AFTER_HOURS))[0]?.transcript_json.map(({ speaker }) => speaker)).toEqual(speakers);
    },
  );

  it("is hung up by the agent when its registration is removed, and logged", async () => {
    const before = (await logs(FRONT_DESK)).length;
    const call = sandbox.call("1001", { seconds: 20 });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await api.remove(FRONT_DESK);
    expect(await call).toMatchObject({ outcome: "answered", endedBy: "agent" });
    await api.until(FRONT_DESK, "NOT_FOUND");
    expect(await logs(FRONT_DESK)).toHaveLength(before + 1);
    // The PBX still has the binding, and rings no one there.
    expect(sandbox.bindings("1001")).toHaveLength(1);
    expect(await sandbox.call("1001")).toMatchObject({ outcome: "no-answer" });
    await register(FRONT_DESK, "1001", "udp");
  });

  it("ends with its signal, however long it was to last", async () => {
    const stop = new AbortController();
    const call = sandbox.call("1002", { seconds: 600, signal: stop.signal });
    setTimeout(() => stop.abort(), 300);
    expect(await call).toMatchObject({ outcome: "answered", endedBy: "pbx" });
  });
});

describe("the PBX", () => {
  it("answers OPTIONS and shows its name", async () => {
    const client = await phone("1001");
    try {
      const { outcome, facts } = await client.options();
      expect(outcome).toMatchObject({ kind: "response", response: { status: 200 } });
      expect(facts?.server).toEqual("Telzino-Sandbox-PBX");
    } finally {
      await client.close();
    }
  });

  it.each([
    ["1001", undefined, 401],
    ["1001", "wrong", 401],
    ["4711", undefined, 404],
  ])(
    "answers an INVITE to %s with the password %s of extension 1002 by %i",
    async (extension, password, status) => {
      const client = await phone("1002");
      try {
        const calls = new Calls(client.transactions, { contact: client.contact });
        const uri = writeUri({
          scheme: "sip",
          user: extension,
          host: sandbox.sipHost,
          port: sandbox.sipPort,
        });
        const placed = calls.place({
          ...{ uri, from: client.aor, peer: client.remote },
          ...(password ? { credentials: { username: "1002", password: new Secret(password) } } : {}),
        });
        expect(await placed.outcome).toMatchObject({ kind: "rejected", response: { status } });
      } finally {
        await client.close();
      }
    },
  );

  it("sends back what an account says to its echo test, and to no one without its password", async () => {
    const client = await phone("1002");
    const heard: boolean[] = [];
    const onFrame = (sound: boolean) => heard.push(sound);
    const voice = await RtpSession.open({ address: "127.0.0.1", peer: "127.0.0.1", onFrame });
    try {
      const calls = new Calls(client.transactions, { contact: client.contact });
      const uri = writeUri({ scheme: "sip", user: "*43", host: sandbox.sipHost, port: sandbox.sipPort });
      const place = (password?: string) =>
        calls.place({
          ...{ uri, from: client.aor, peer: client.remote },
          media: { address: "127.0.0.1", port: voice.port },
          ...(password ? { credentials: { username: "1002", password: new Secret(password) } } : {}),
        }).outcome;
      for (const password of [undefined, "wrong"]) {
        expect(await place(password)).toMatchObject({ kind: "rejected", response: { status: 401 } });
      }
      const outcome = await place("demo-1002");
      if (outcome.kind !== "answered") throw new Error(outcome.kind);
      const audio = sdpAudio(outcome.call.remoteSdp);
      voice.start("PCMU", audio);
      voice.say(200);
      await expect.poll(() => heard.filter(Boolean).length).toBe(10);
      await outcome.call.hangUp();
    } finally {
      voice.close();
      await client.close();
    }
  });

  it("takes SHA-256 first, clamps the expiry to 60 s and lists every binding", async () => {
    const client = await phone("1002");
    try {
      const password = new Secret("demo-1002");
      const { outcome, attempts } = await client.register({ password, expires: 5 });
      expect(outcome).toMatchObject({ kind: "ok", bindings: { grantedExpires: 60, others: [{}] } });
      expect(attempts.at(-1)?.request.headers.get("Authorization")).toContain("algorithm=SHA-256");
      expect((await client.unregister({ password })).outcome).toMatchObject({ kind: "ok" });
      expect(sandbox.bindings("1002")).toHaveLength(1);
    } finally {
      await client.close();
    }
  });

  it("refuses a password in the same way whether or not the user exists", async () => {
    for (const user of ["1001", "nobody"]) {
      const client = await phone(user);
      const { outcome, credentialedSends } = await client.register({ password: new Secret("wrong") });
      await client.close();
      expect(outcome).toMatchObject({ kind: "refused", response: { status: 401 } });
      expect(credentialedSends).toBe(1);
    }
  });

  it("takes no more than five contacts for an extension", async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => phone("1001")));
    const password = new Secret("demo-1001");
    const statuses: number[] = [];
    for (const client of clients) {
      const { outcome } = await client.register({ password });
      if ("response" in outcome) statuses.push(outcome.response.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 403]);
    for (const client of clients) {
      await client.unregister({ password });
      await client.close();
    }
    expect(sandbox.bindings("1001")).toHaveLength(1);
  });
});
