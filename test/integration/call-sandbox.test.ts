import { afterAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/redaction/secret.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";

/** A second extension of the sandbox's PBX calls the agent, and `test_call` tells who heard whom. */

const RIGHT = { secret: new Secret("demo-1002"), hosts: ["127.0.0.1"] };
const WRONG = { secret: new Secret("not-the-one"), hosts: [] };
const ELSEWHERE = { secret: new Secret("demo-1002"), hosts: ["pbx.example.com"] };
const CALL = { agentId: FRONT_DESK, callerUsername: "1002", callerSecret: "DESK", echoCode: "*43" };

const open: SandboxedClient[] = [];
afterAll(() => Promise.all(open.map((assistant) => assistant.close())));

async function connect(username = "1001"): Promise<SandboxedClient> {
  const sipSecrets = new Map(Object.entries({ DESK: RIGHT, WRONG, ELSEWHERE }));
  const assistant = await connectToSandbox({ testCalls: {}, sipSecrets });
  open.push(assistant);
  const password = `demo-${username}`;
  await assistant.call("configure_sip_registration", {
    agentId: FRONT_DESK,
    ...assistant.pbx,
    username,
    password,
  });
  return assistant;
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
      turns: { greeting: true, spoken: 2, replies: 2, unasked: false },
      log: { found: "found" },
    });
    expect(ids(called)).toContain("call-works");
    expect(progress.join("\n")).toMatch(
      /The echo test: answered after .*\n.*The agent: it rings.*The agent: answered/s,
    );
    const status = await assistant.call("get_sip_status", { agentId: FRONT_DESK });
    expect(status.facts).toHaveProperty("provenByCall");
  });
});
