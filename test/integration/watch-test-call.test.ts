import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { json } from "../support/api-stub.js";
import {
  LINE,
  type LogLook,
  lasted,
  paged,
  said,
  startCallLogStub,
  wireCall,
} from "../support/call-log-stub.js";
import { SpawnedServer } from "../support/spawned.js";

/** `watch_test_call` of the built server over stdio, against an API whose logs behave as no one has documented. */

let api: Awaited<ReturnType<typeof startCallLogStub>>;
let server: SpawnedServer;
let agents = 0;

beforeAll(async () => {
  api = await startCallLogStub();
  server = new SpawnedServer([], {
    TELZINO_API_URL: api.stub.url.origin,
    TELZINO_ACCESS_TOKEN: "test-token-1234",
  });
  await server.initialize();
});
afterAll(async () => {
  await server.kill();
  await api.stub.close();
  // Whatever was said stays behind, in every message.
  expect(server.stdout).not.toContain("canary");
  expect(server.stderr).not.toContain("canary");
});

/** Watches the log of its own agent. */
async function watch(
  looks: readonly [LogLook, ...LogLook[]],
  args: object = {},
  more: Parameters<typeof api.agent>[2] = {},
) {
  agents += 1;
  const agentId = `11111111-1111-4111-8111-${String(agents).padStart(12, "0")}`;
  api.agent(agentId, looks, more);
  const answer = await server.callTool("watch_test_call", { agentId, waitSeconds: 20, ...args });
  const logReads = api.stub.requestsTo(`GET /v1/agents/${agentId}/call-logs`);
  return { ...answer, agentId, reads: logReads.length, logReads };
}

const BOTH = ["agent", "user", "agent"];
const done = (speakers: readonly unknown[], more: object = {}) =>
  wireCall("new", 1, { speakers, ...lasted(12, 1), ...more });

describe.concurrent("an entry", () => {
  it("that comes after the call is waited for", async () => {
    const { facts, text, reads } = await watch([[], [], [done(BOTH)]]);
    expect(facts).toMatchObject({
      outcome: "not_proven",
      log: "ended",
      call: { from: "**02", seconds: 12, ended: true, agentEntries: 2, callerEntries: 1 },
      missing: ["What the user heard."],
    });
    expect(text).toContain("it heard the caller: the log has 2 entries of the agent and 1 of the caller");
    expect(reads).toBe(3);
  });

  it("that comes during the call and grows is followed to its end", async () => {
    const { facts } = await watch([
      [wireCall("new", 0, { speakers: ["agent"] })],
      [wireCall("new", 0, { speakers: ["agent", "user"] })],
      [wireCall("new", 0, { speakers: BOTH, ...lasted(9, 0) })],
    ]);
    expect(facts).toMatchObject({ log: "ended", call: { seconds: 9, agentEntries: 2, callerEntries: 1 } });
  });

  it("of a call that is not over is reported, with what continues with it", async () => {
    const { facts, text } = await watch([[], [wireCall("new", 1, { speakers: ["agent"] })]], {
      waitSeconds: 8,
    });
    expect(facts).toMatchObject({ outcome: "not_proven", log: "under_way", call: { ended: false } });
    expect(text).toContain("is not over, as far as the log shows");
    expect(text).toContain(`resume: ${facts.resume}`);
  });

  it("that comes twice, and out of order, is one call", async () => {
    const old = wireCall("old", -4_000, { speakers: BOTH, ...lasted(60, -4_000) });
    const start = { call_started_at: new Date().toISOString() };
    const { facts } = await watch([
      [old],
      [done(["agent"], start), old, done(BOTH, { id: "again", ...start }), done(BOTH, start)],
    ]);
    expect(facts).toMatchObject({ log: "ended", call: { agentEntries: 2, callerEntries: 1 } });
    expect(facts.otherCalls).toBeUndefined();
  });

  it("with other calls in between is distinguished by the caller's number, or not at all", async () => {
    const stranger = done(BOTH, { id: "s", session_data: { caller_id: "+15551234567" } });
    const looks: [LogLook, LogLook] = [[], [stranger, done(["agent"])]];
    const [open, told] = await Promise.all([
      watch(looks, { heard: "only_agent" }),
      watch(looks, { from: "1002", heard: "only_agent" }),
    ]);
    expect(open.facts).toMatchObject({ outcome: "not_proven", log: "several", otherCalls: [{}] });
    expect(open.text).toContain("it is unclear which one is the user's");
    expect(told.facts).toMatchObject({
      outcome: "problem",
      call: { from: "**02" },
      otherCalls: [{ from: "+*********67" }],
    });
    expect(told.facts.findings).toMatchObject([{ id: "platform-hears-nothing" }]);
  });

  it("of speakers that no one knows is counted apart", async () => {
    const { facts, text } = await watch([[], [done(["agent", "assistant", 7, "system"])]], { heard: "both" });
    expect(facts).toMatchObject({
      outcome: "not_proven",
      call: { agentEntries: 1, callerEntries: 0, unknownEntries: 2 },
    });
    expect(text).toContain("caller 0, unknown 2");
  });

  it.each<[string, object]>([
    ["without transcript_json", { transcript_json: undefined }],
    ["with an odd transcript_json", { transcript_json: { agent: 1 } }],
    ["with a list that was left out", { transcript_json: [], entry_count: 4 }],
  ])("%s does not say that no one spoke", async (_how, more) => {
    const { facts, text } = await watch([[], [done([], more)]], { heard: "both" });
    expect(facts.outcome).toBe("not_proven");
    expect(facts.call).not.toHaveProperty("callerEntries");
    expect(text).toContain("the log does not say who spoke");
  });

  it("of odd types is taken as far as it can be read", async () => {
    const odd = {
      call_duration: "12",
      call_ended_at: 1,
      session_data: "{broken",
      transcript_json: JSON.stringify([said("USER"), null, said("agent")]),
    };
    const { facts } = await watch([[{ id: null }, 7, null] as never, [7 as never, done([], odd)]]);
    expect(facts).toMatchObject({ log: "ended", call: { agentEntries: 1, callerEntries: 1, seconds: 12 } });
  });

  it("of a call that did not come over SIP is not proof", async () => {
    const { facts } = await watch([[], [done(BOTH, { room_name: "webRoom-1" })]], { waitSeconds: 3 });
    expect(facts).toMatchObject({ outcome: "not_proven", log: "no_call", otherCalls: [{}] });
  });
});

describe.concurrent("a log", () => {
  it("that is limited is read on, no sooner than the API asks", async () => {
    const limited = json(429, { message: "slow down" }, { "retry-after": "1" });
    const { facts, reads } = await watch([[], limited, [done(BOTH)]]);
    expect(facts).toMatchObject({ log: "ended" });
    expect(reads).toBe(3);
  });

  it("that cannot be read at the end says so, and not that there was no call", async () => {
    const { facts, text } = await watch([[], json(500, { message: "no" })], {
      waitSeconds: 8,
      heard: "not_answered",
    });
    expect(facts).toMatchObject({ outcome: "not_proven", log: "unreadable" });
    expect(text).toContain("could not be read at the last look");
  });

  it("that may not be read is an error of the call", async () => {
    const { isError, text } = (await watch([json(403, { message: "no" })])) as {
      isError?: boolean;
      text: string;
    };
    expect(isError).toBe(true);
    expect(text).toContain("403");
  });

  it("without a call says that it is not there, and what is not known", async () => {
    const { facts, text } = await watch([[]], { waitSeconds: 3 });
    expect(facts).toMatchObject({ outcome: "not_proven", log: "no_call", findings: [] });
    expect(text).toContain("Whether the user has rung the extension");
  });

  it("is not waited for where the agent is not registered", async () => {
    const { facts, reads } = await watch([[]], {}, { state: "WRONG_CREDENTIALS_STATE" });
    expect(facts).toMatchObject({
      outcome: "problem",
      findings: [{ id: "line-not-registered" }],
      waitedSeconds: 0,
    });
    expect(reads).toBe(1);
  });

  it("of many calls, the oldest first, is read at its end", async () => {
    const calls = Array.from({ length: 25 }, (_, index) =>
      wireCall(`c${index}`, (index - 100) * 60, { speakers: BOTH, ...lasted(20, (index - 100) * 60) }),
    );
    const before = paged(calls);
    const { facts } = await watch([before, before, paged([...calls, done(BOTH)])]);
    expect(facts).toMatchObject({ log: "ended", call: { callerEntries: 1 } });
    expect(facts.otherCalls).toBeUndefined();
  });
});

describe.concurrent("what the user heard", () => {
  it("with the resume of the first answer proves the line, which the status then says", async () => {
    const first = await watch([[], [done(BOTH)]]);
    const { agentId } = first;
    const second = await server.callTool("watch_test_call", {
      agentId,
      heard: "both",
      resume: first.facts.resume,
    });
    expect(second.facts).toMatchObject({ outcome: "proven", log: "ended", resume: first.facts.resume });
    const status = await server.callTool("get_sip_status", { agentId });
    expect(status.text).toMatch(/Proven by a call: \S+ \(.* ago\)/);
    expect(status.text).not.toContain("watch_test_call");
    api.agent(agentId, [[]], { stored: { ...LINE, transport: "tcp" } });
    const changed = await server.callTool("get_sip_status", { agentId });
    expect(changed.facts).not.toHaveProperty("provenByCall");
    expect(changed.text).toContain("watch_test_call");
    const late = await server.callTool("watch_test_call", {
      agentId,
      heard: "both",
      resume: first.facts.resume,
      waitSeconds: 0,
    });
    expect(late.text).toContain("The settings were changed since this watch began.");
  });

  it("without one looks ten minutes back, and proves no settings", async () => {
    const ago = done(BOTH, {
      ...wireCall("new", -300),
      ...lasted(12, -300),
      transcript_json: BOTH.map((each) => said(each)),
    });
    const { facts, text, agentId } = await watch([[ago]], { heard: "both" });
    expect(facts).toMatchObject({ outcome: "proven" });
    expect(text).toContain("Which settings were stored at the time of that call is not known.");
    expect((await server.callTool("get_sip_status", { agentId })).facts).not.toHaveProperty("provenByCall");
  });

  it("names what the end of the call tells", async () => {
    const { facts } = await watch([[], [done(BOTH, lasted(32, 1))]], { heard: "dropped" });
    expect(facts).toMatchObject({ outcome: "problem", findings: [{ id: "ack-lost", severity: "critical" }] });
  });

  it("is refused with another resume than was given", async () => {
    const { isError, text } = (await watch([[]], { resume: "yesterday" })) as {
      isError?: boolean;
      text: string;
    };
    expect(isError).toBe(true);
    expect(text).toContain("begins a new watch");
  });
});
