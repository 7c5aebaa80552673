import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { VoiceFault } from "../../src/sandbox/phone-voice.js";
import { newMemory } from "../../src/tools/core/memory.js";
import { JSON_ONLY, type RunningFront, startFront, toolCall } from "../support/http-front.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";
import { spawnHttp } from "../support/spawned-http.js";

/** A person at a phone of the sandbox's PBX calls, and `watch_test_call` tells what came of it. */

let assistant: SandboxedClient;
beforeAll(async () => {
  assistant = await connectToSandbox();
  await register();
});
afterAll(() => assistant.close());

function register(more: object = {}) {
  const line = { agentId: FRONT_DESK, ...assistant.pbx, username: "1001", password: "demo-1001" };
  return assistant.call("configure_sip_registration", { ...line, ...more });
}

/** Someone rings while the log is watched, and says what they heard. */
async function ringAndWatch(fault?: VoiceFault, progress: string[] = []) {
  const ring = assistant.sandbox.call("1001", { from: "1002", seconds: 3, ...(fault ? { fault } : {}) });
  const onprogress = ({ message = "" }: { message?: string | undefined }) => {
    progress.push(message);
  };
  const [watched, rung] = await Promise.all([
    assistant.call("watch_test_call", { agentId: FRONT_DESK, waitSeconds: 30 }, { onprogress }),
    ring,
  ]);
  const heard = rung.outcome === "answered" ? rung.heard : "not_answered";
  const { resume } = watched.facts;
  const told = await assistant.call("watch_test_call", { agentId: FRONT_DESK, heard, resume });
  return { watched, told };
}

describe("a test call on the sandbox", () => {
  it("is named as the proof to make, proves the line, and is remembered until the settings are written again", async () => {
    const before = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(before.text).toContain("call watch_test_call right away");
    const progress: string[] = [];
    const { watched, told } = await ringAndWatch(undefined, progress);
    expect(watched.facts).toMatchObject({
      outcome: "not_proven",
      log: "ended",
      call: { from: "**02", callerEntries: 1 },
    });
    expect(progress[0]).toMatch(/^Ring extension 1001 now and say a sentence\. Waiting .*, 0 s of 30$/);
    expect(told.facts).toMatchObject({ outcome: "proven", heard: "both", findings: [] });
    const after = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(after.facts.provenByCall).toBe((told.facts.call as { startedAt: string }).startedAt);
    // The same settings with the password once more: nothing tells that it is the same.
    expect((await register({ replace: true })).facts.written).toBe(true);
    expect((await assistant.call("get_sip_status", { agentId: FRONT_DESK })).facts).not.toHaveProperty(
      "provenByCall",
    );
  });

  it.each<[VoiceFault, string[]]>([
    ["caller_unheard", ["platform-hears-nothing"]],
    ["agent_unheard", ["agent-not-heard"]],
    ["no_audio", ["agent-not-heard", "platform-hears-nothing"]],
    ["private_media", ["agent-not-heard"]],
  ])("with the fault %s names what is dead: %j", async (fault, ids) => {
    const { told } = await ringAndWatch(fault);
    expect(told.facts.outcome).toBe("problem");
    expect((told.facts.findings as { id: string }[]).map(({ id }) => id)).toEqual(ids);
    expect(told.text).toContain("pjsip show channelstats");
  });

  it("with a lost ACK shows a call that ends after 32 s, which the caller noticed", async () => {
    const rung = await assistant.sandbox.call("1001", { from: "1002", seconds: 36, fault: "no_ack" });
    expect(rung).toMatchObject({ outcome: "answered", endedBy: "agent", heard: "both" });
    const told = await assistant.call("watch_test_call", { agentId: FRONT_DESK, heard: "dropped" });
    expect(told.facts.outcome).toBe("problem");
    expect((told.facts.findings as { id: string }[]).map(({ id }) => id)).toEqual(["ack-lost"]);
  }, 90_000);

  it("ends with its request", async () => {
    const stop = new AbortController();
    const waiting = assistant.call("watch_test_call", { agentId: FRONT_DESK }, { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toThrow();
  });
});

async function resultOf(answer: Response): Promise<{ structuredContent: Record<string, unknown> }> {
  return ((await answer.json()) as { result: { structuredContent: Record<string, unknown> } }).result;
}

describe("over HTTP", () => {
  let front: RunningFront;
  afterEach(() => front?.close());
  const post = async (args: object, token = "one") => {
    const headers = { ...JSON_ONLY, authorization: `Bearer ${token}` };
    const answer = await fetch(front.url, {
      method: "POST",
      headers,
      body: toolCall("watch_test_call", args),
    });
    return resultOf(answer);
  };

  it("a call that only waits holds no place of those that work, and is answered immediately where too many wait", async () => {
    const flags = { maxCalls: "1" };
    front = await startFront({ services: assistant.services, flags });
    const stop = new AbortController();
    const headers = JSON_ONLY;
    const watch = () =>
      fetch(front.url, {
        ...{ method: "POST", headers, signal: stop.signal },
        body: toolCall("watch_test_call", { agentId: FRONT_DESK }),
      }).catch(() => undefined);
    const waiting = [watch()];
    await expect.poll(() => front.places.waiting).toBe(1);
    waiting.push(watch());
    await expect.poll(() => front.places.waiting).toBe(2);
    const { structuredContent } = await post({ agentId: FRONT_DESK });
    expect(structuredContent).toMatchObject({
      log: "no_call",
      nextSteps: [expect.stringContaining("this call did not wait")],
    });
    stop.abort();
    await Promise.all(waiting);
    await expect.poll(() => front.places.waiting).toBe(0);
  });

  it("a proof is the tenant's own", async () => {
    const { services } = assistant;
    const tenants = { acme: services, globex: { ...services, memory: newMemory() } };
    front = await startFront({ tenants, tokens: { one: ["sip:read"], "globex/two": ["sip:read"] } });
    const { told } = await ringAndWatch();
    expect(told.facts.outcome).toBe("proven");
    const status = async (token: string) => {
      const headers = { ...JSON_ONLY, authorization: `Bearer ${token}` };
      const body = toolCall("get_sip_status", { agentId: FRONT_DESK });
      return (await fetch(front.url, { method: "POST", headers, body })).text();
    };
    expect(await status("one")).toContain("provenByCall");
    expect(await status("globex/two")).not.toContain("provenByCall");
  });

  it("works with the built server and its own sandbox", async () => {
    const running = await spawnHttp(["--no-auth", "--sandbox"]);
    try {
      const call = async (name: string, args: object) => {
        const answer = await fetch(running.url, {
          method: "POST",
          headers: JSON_ONLY,
          body: toolCall(name, args),
        });
        return resultOf(answer);
      };
      const told = running.process.stderr;
      const [, sipDomain = "", port = ""] = /sipDomain (\S+), port (\d+)/.exec(told) ?? [];
      const [callUrl = ""] = /http:\/\/[^\s"'\\]+\/sandbox\/calls/.exec(told) ?? [];
      const line = {
        agentId: FRONT_DESK,
        sipDomain,
        port: Number(port),
        username: "1001",
        password: "demo-1001",
      };
      expect((await call("configure_sip_registration", line)).structuredContent.outcome).toBe("registered");
      const body = JSON.stringify({ to: "1001", from: "1002" });
      const ring = fetch(callUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
      const { structuredContent: watched } = await call("watch_test_call", { agentId: FRONT_DESK });
      expect(await (await ring).text()).toContain('"heard":"both"');
      const { resume } = watched;
      const proven = await call("watch_test_call", { agentId: FRONT_DESK, heard: "both", resume });
      expect(proven.structuredContent.outcome).toBe("proven");
    } finally {
      await running.process.kill();
    }
  });
});
