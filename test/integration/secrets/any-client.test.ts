import { afterEach, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../../support/agents.js";
import { enter } from "../../support/entry.js";
import { SpawnedServer } from "../../support/spawned.js";

/** What a client does with the question for a password that no person has seen, over real stdio. */

let server: SpawnedServer;
afterEach(() => server.kill());

const ASKS = { elicitation: { url: {} } };

async function configuring() {
  server = new SpawnedServer(["--sandbox"]);
  await server.initialize(ASKS);
  const [, sipDomain = "", port = ""] = /sipDomain (\S+), port (\d+)/.exec(server.stderr) ?? [];
  const answer = server.callTool("configure_sip_registration", {
    ...{ agentId: FRONT_DESK, sipDomain, port: Number(port), username: "1001" },
  });
  return { answer, question: await server.heard("elicitation/create") };
}

describe("a client over stdio", () => {
  it("that declines by itself is given the address, and the page ends registered", async () => {
    const { answer, question } = await configuring();
    server.send({ jsonrpc: "2.0", id: question.id, result: { action: "decline" } });
    const { facts, text, ...rest } = await answer;
    expect(rest).not.toHaveProperty("isError", true);
    expect(facts).toMatchObject({
      ...{ outcome: "password_entry_pending", written: false },
      passwordEntry: { url: question.params.url, question: "not_shown" },
    });
    expect(text).toContain(question.params.url);
    expect(text).not.toMatch(/user declined/i);
    await enter(String(question.params.url), "demo-1001");
    const after = await server.callTool("get_sip_status", { agentId: FRONT_DESK, waitSeconds: 20 });
    expect(after.facts).toMatchObject({ status: { registered: true } });
  });

  it("that still shows its question when the page was used is told that it is over", async () => {
    const { answer, question } = await configuring();
    await enter(String(question.params.url), "demo-1001");
    const cancelled = await server.heard("notifications/cancelled");
    expect(cancelled.params).toMatchObject({ requestId: question.id });
    expect((await answer).facts).toMatchObject({ outcome: "registered", passwordFrom: "entry" });
    const completed = await server.heard("notifications/elicitation/complete");
    expect(completed.params).toMatchObject({ elicitationId: question.params.elicitationId });
  });
});
