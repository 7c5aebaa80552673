import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import type { BridgeFault } from "../../src/sandbox/bridge.js";
import { JSON_ONLY, rpc, startFront, toolCall } from "../support/http-front.js";
import { alone } from "../support/parity.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";

/** A second extension of the sandbox's PBX calls the agent, and `test_call` tells who heard whom. */

const RIGHT = { secret: new Secret("demo-1002"), hosts: ["127.0.0.1"] };
const WRONG = { secret: new Secret("not-the-one"), hosts: [] };
const ELSEWHERE = { secret: new Secret("demo-1002"), hosts: ["pbx.example.com"] };
const sipSecrets = new Map(Object.entries({ DESK: RIGHT, WRONG, ELSEWHERE }));
const CALL = { agentId: FRONT_DESK, callerUsername: "1002", callerSecret: "DESK", echoCode: "*43" };

const open: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(open.map((each) => each.close())));

async function connect(fault?: BridgeFault, username = "1001"): Promise<SandboxedClient> {
  const assistant = await connectToSandbox({ testCalls: {}, sipSecrets });
  open.push(assistant);
  assistant.sandbox.setFault(fault);
  await connectAgent(assistant, { username });
  return assistant;
}

function connectAgent({ call, pbx }: SandboxedClient, more: object) {
  return call("configure_sip_registration", { agentId: FRONT_DESK, ...pbx, password: "demo-1001", ...more });
}

/** Asks, agrees, and calls. */
async function testCall(assistant: SandboxedClient, more: object = {}) {
  const asked = await assistant.call("test_call", { ...CALL, ...more });
  const progress: string[] = [];
  const onprogress = ({ message = "" }: { message?: string | undefined }) => void progress.push(message);
  const { confirm } = asked.facts;
  const called = await assistant.call("test_call", { ...CALL, ...more, confirm }, { onprogress });
  return { asked, called, progress };
}

function ids({ facts }: { facts: Record<string, unknown> }): string[] {
  return (facts.findings as { id: string }[]).map(({ id }) => id);
}

describe("a call between extensions of the sandbox", () => {
  it("proves the line where both hear each other, and get_sip_status shows it", async () => {
    const assistant = await connect();
    const { asked, called, progress } = await testCall(assistant);
    expect(asked.facts).toMatchObject({ outcome: "to_confirm" });
    expect(asked.text).toContain("nothing was sent yet");
    expect(called.text).toContain("proven. Voice goes both ways");
    expect(called.facts).toMatchObject({
      outcome: "proven",
      call: "works",
      legs: { here_to_pbx: "works", pbx_to_here: "works", agent_to_pbx: "works", pbx_to_agent: "works" },
      turns: { greeting: "yes", spoken: 2, replies: 2, unasked: "no" },
      log: { found: "found" },
    });
    expect(ids(called)).toContain("call-works");
    expect(progress.join("\n")).toMatch(
      /echo test: answered after .*The agent: it rings.*The agent: answered/s,
    );
    const status = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(status.facts).toHaveProperty("provenByCall");
    expect(`${asked.text}${called.text}`).not.toContain("demo-1002");
    expect(called.text).toContain("Front Desk");
    for (const { text, facts } of [asked, called]) {
      // Some clients show a model the text alone.
      expect(alone({ text, facts }).inStructure).toEqual([]);
    }
  });

  it("tells each fault by its finding", async () => {
    const told = async (fault: BridgeFault) => {
      const { called } = await testCall(await connect(fault));
      const { outcome, legs } = called.facts as { outcome: string; legs: Record<string, string> };
      return { fault, outcome, ids: ids(called), agent: [legs.agent_to_pbx, legs.pbx_to_agent] };
    };
    const faults = ["agent_unheard", "caller_unheard", "no_audio", "codec", "private_media"] as const;
    const [unheard, deaf, dead, codec, aimed] = await Promise.all(faults.map(told));
    // From here it looks as if the agent's voice were dropped on its way: the echo test from outside tells the two apart.
    expect(aimed).toMatchObject({ outcome: "problem", agent: ["broken", "works"] });
    expect(aimed?.ids).toContain("agent-not-heard");
    expect(unheard).toMatchObject({ outcome: "problem", agent: ["broken", "works"] });
    expect(unheard?.ids).toContain("agent-not-heard");
    expect(deaf).toMatchObject({ outcome: "problem", agent: ["works", "unknown"] });
    expect(deaf?.ids).toContain("platform-hears-nothing");
    expect(dead).toMatchObject({ outcome: "problem", agent: ["broken", "unknown"] });
    expect(dead?.ids).toContain("agent-not-heard");
    expect(codec).toMatchObject({
      outcome: "problem",
      ids: ["agent-media-refused"],
      agent: ["unknown", "unknown"],
    });
  });

  it("leaves a private media address to the echo test from outside, which names it", async () => {
    const probed = async (fault: BridgeFault) => {
      const assistant = await connect(fault);
      const given = { agentId: FRONT_DESK, password: "demo-1001", testCredentials: true };
      const echo = { media: true, echoCode: "*43", position: "outside" };
      return ids(await assistant.call("diagnose_sip_registration", { ...given, ...echo }));
    };
    const [aimed, unheard] = await Promise.all((["private_media", "agent_unheard"] as const).map(probed));
    expect(aimed).toContain("media-address-private");
    expect(unheard).not.toContain("media-address-private");
  });

  it("tells a lost ACK by a call that lasts", async () => {
    const { called } = await testCall(await connect("no_ack"), { holdSeconds: 36 });
    expect(called.facts).toMatchObject({ outcome: "problem", call: "dropped" });
    expect(ids(called)).toContain("ack-lost");
    const { legs, setup } = called.facts as { legs: object; setup: { seconds: number } };
    expect(legs).toMatchObject({ agent_to_pbx: "works", pbx_to_agent: "works" });
    expect(setup).toMatchObject({ endedBy: "there", seconds: expect.closeTo(32, 0) });
  }, 120_000);

  it("tells that nobody is there, and that the tester is refused, whose password is not sent again", async () => {
    const assistant = await connect(undefined, "1003");
    expect(ids((await testCall(assistant)).called)).toEqual(["callee-not-registered"]);
    const refused = await testCall(assistant, { callerSecret: "WRONG" });
    expect(refused.called.facts).toMatchObject({ outcome: "not_proven", legs: { agent_to_pbx: "unknown" } });
    expect(ids(refused.called)).toEqual(["tester-refused"]);
    const again = await testCall(assistant, { callerSecret: "WRONG" });
    expect(again.called.isError).toBe(true);
    expect(again.called.text).toContain("this very password was refused there before");
  });

  it("is hung up immediately where the client gives it up, before the services may be closed", async () => {
    const assistant = await connect();
    const { facts } = await assistant.call("test_call", CALL);
    const stop = new AbortController();
    const onprogress = ({ message = "" }: { message?: string | undefined }) => {
      if (message.startsWith("The agent: answered")) stop.abort();
    };
    const given = { ...CALL, confirm: facts.confirm };
    const call = assistant.call("test_call", given, { onprogress, signal: stop.signal });
    await expect(call).rejects.toThrow();
    const { testCalls } = assistant.services.memory;
    await Promise.allSettled(testCalls);
    await expect.poll(() => testCalls.size).toBe(0);
    // The agent's side has seen the end of it: a log has calls that are over alone.
    await expect.poll(() => assistant.callLogs(FRONT_DESK)).toHaveLength(1);
  });
});

describe("the rules of a test call", () => {
  it("send nothing before it is confirmed, and then once, for exactly what was confirmed", async () => {
    const assistant = await connect("codec");
    const pbx = createSocket("udp4");
    const invites: string[] = [];
    pbx.on("message", (bytes) => {
      if (bytes.toString().startsWith("INVITE")) invites.push(bytes.toString());
    });
    pbx.bind(0, "127.0.0.1");
    await once(pbx, "listening");
    await connectAgent(assistant, { username: "1001", port: pbx.address().port, replace: true });
    const other = await assistant.call("test_call", CALL);
    expect(other.facts.outcome).toBe("to_confirm");
    await connectAgent(assistant, { username: "1001", replace: true });
    const moved = await assistant.call("test_call", { ...CALL, confirm: other.facts.confirm });
    expect(moved.text).toContain("confirms another call");
    expect(invites).toEqual([]);
    pbx.close();

    const asked = await assistant.call("test_call", CALL);
    const { confirm } = asked.facts;
    const changed = { ...CALL, confirm, holdSeconds: 36 };
    expect((await assistant.call("test_call", changed)).text).toContain("confirms another call");
    expect((await assistant.call("test_call", { ...CALL, confirm: "yes" })).text).toContain("is not a token");
    expect((await assistant.call("test_call", { ...CALL, confirm })).facts.outcome).toBe("problem");
    const again = await assistant.call("test_call", { ...CALL, confirm });
    expect(again).toMatchObject({ isError: true, text: expect.stringContaining("was used already") });
  });

  it("let one extension ring three times in ten minutes", async () => {
    const assistant = await connect("codec");
    for (let made = 0; made < 3; made += 1) {
      expect((await testCall(assistant)).called.facts.outcome).toBe("problem");
    }
    const { called } = await testCall(assistant);
    expect(called.text).toMatch(/No call was placed: 3 test calls to one extension within ten minutes/);
  });

  it("call no one but the agent's extension and an echo test, and no emergency number", async () => {
    const assistant = await connect(undefined, "112");
    const refusal = async (more: object) => (await assistant.call("test_call", { ...CALL, ...more })).text;
    expect(await refusal({})).toMatch(/No call was placed: 112 may reach an emergency service/);
    await connectAgent(assistant, { username: "1001", replace: true });
    expect(await refusal({ echoCode: "*72" })).toMatch(
      /No call was placed: .*is not known as the code of an echo/,
    );
    expect(await refusal({ echoCode: "911" })).toMatch(/emergency/);
    expect(await refusal({ echoCode: "+4930123" })).toMatch(/not one to six digits/);
    expect(await refusal({ callerUsername: "1001" })).toMatch(/is the agent's own/);
    expect(await refusal({ callerSecret: "ELSEWHERE" })).toMatch(/pinned to pbx\.example\.com/);
    expect(await refusal({ callerSecret: "NONE" })).toMatch(/callerSecret must be one of/);
    expect(await refusal({ password: "demo-1002" })).toMatch(/password/);
    expect(await assistant.callLogs(FRONT_DESK)).toEqual([]);
  });
});

describe("test calls of a hosted server", () => {
  it("are offered to the tenant whose entry names hosts and extensions, and to who may write", async () => {
    const assistant = await connect("codec");
    const { testCalls: _, ...plain } = assistant.services;
    const tenants = {
      acme: { ...plain, testCalls: { hosts: ["127.0.0.1"], extensions: ["1001", "*43"] } },
      globex: plain,
      umbrella: { ...plain, testCalls: { hosts: ["pbx.example.com"], extensions: ["1001"] } },
    };
    const both = ["sip:read", "sip:write"] as const;
    const tokens = { alice: both, bob: ["sip:read"], "globex/carol": both, "umbrella/dora": both } as const;
    const front = await startFront({ tenants, tokens });
    open.push(front);
    const post = async (token: string, body: string) => {
      const headers = { ...JSON_ONLY, authorization: `Bearer ${token}` };
      const answer = await fetch(front.url, { method: "POST", headers, body });
      return { status: answer.status, text: await answer.text() };
    };
    const call = toolCall("test_call", CALL);
    expect((await post("alice", rpc("tools/list"))).text).toContain('"test_call"');
    expect((await post("alice", call)).text).toContain("to_confirm");
    expect((await post("bob", call)).status).toBe(403);
    expect((await post("globex/carol", rpc("tools/list"))).text).not.toContain('"test_call"');
    expect((await post("globex/carol", call)).text).toContain("Unknown tool");
    expect((await post("umbrella/dora", call)).text).toContain("places test calls at pbx.example.com");
    const extra = toolCall("test_call", { ...CALL, echoCode: "9196" });
    expect((await post("alice", extra)).text).toContain("and not to 9196");
  });

  it("go only to public addresses", async () => {
    const assistant = await connect("codec");
    const targetPolicy = (address: string) => `${address} is a loopback address`;
    const front = await startFront({
      services: {
        ...assistant.services,
        targetPolicy,
        testCalls: { hosts: ["127.0.0.1"], extensions: ["1001", "*43"] },
      },
    });
    open.push(front);
    const post = async (args: object) => {
      const answer = await fetch(front.url, {
        method: "POST",
        headers: JSON_ONLY,
        body: toolCall("test_call", args),
      });
      return (await answer.json()) as {
        result: { structuredContent: Record<string, unknown>; content: unknown };
      };
    };
    const { result } = await post(CALL);
    const { confirm } = result.structuredContent;
    expect(JSON.stringify((await post({ ...CALL, confirm })).result.content)).toContain(
      "is a loopback address",
    );
  });

  it("are not offered to who may only look", async () => {
    for (const more of [{}, { testCalls: {}, readOnly: true }]) {
      const looking = await connectToSandbox(more);
      open.push(looking);
      const { tools } = await looking.client.listTools();
      expect(tools.map(({ name }) => name)).not.toContain("test_call");
    }
  });
});
