import { afterAll, beforeAll, expect, it } from "vitest";
import { README_EXAMPLES } from "../../scripts/docs/readme-examples.js";
import { offeredTools } from "../../src/tools/index.js";
import { connectToSandbox, FRONT_DESK, type SandboxedClient } from "../support/sandbox.js";

/** The answers that the README shows are those of the tools. */

let client: SandboxedClient;
beforeAll(async () => {
  client = await connectToSandbox();
});
afterAll(() => client.close());

const LINE =
  "[2026-03-01 10:00:00] NOTICE[1234]: res_pjsip/pjsip_distributor.c:676 log_failed_request: Request 'REGISTER' from '<sip:1001@pbx.example.com>' failed for '203.0.113.7:5060' (callid: abc) - No matching endpoint found";
const agent = { agentId: FRONT_DESK };

const argumentsOf: Record<string, () => Record<string, unknown>> = {
  list_telzino_agents: () => ({ query: "front desk" }),
  list_pbx_presets: () => ({ query: "freepbx" }),
  pbx_setup_guide: () => ({ presetId: "asterisk-pjsip", username: "1001" }),
  configure_sip_registration: () => ({
    ...agent,
    ...client.pbx,
    transport: "udp",
    username: "1001",
    password: "demo-1001",
  }),
  get_sip_status: () => agent,
  diagnose_sip_registration: () => ({ ...client.pbx, transport: "tls", username: "1001" }),
  explain_sip_log: () => ({ log: LINE }),
  remove_sip_registration: () => ({ ...agent, username: "1001" }),
};

async function answerOf(tool: string): Promise<string> {
  if (tool === "watch_test_call") return watchedCall();
  const { text } = await client.call(tool, argumentsOf[tool]?.() ?? {});
  return text;
}

/** The call is watched from before it rings, and the caller says what they heard. */
async function watchedCall(): Promise<string> {
  const watched = client.call("watch_test_call", { ...agent, heard: "both", waitSeconds: 20 });
  const rung = await fetch(new URL("/sandbox/calls", client.sandbox.apiUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to: "1001", from: "1002" }),
  });
  expect(rung.status).toBe(200);
  return (await watched).text;
}

it("the README shows an answer of each tool, as the tool gives it", async () => {
  expect(README_EXAMPLES.map(({ tool }) => tool).sort()).toEqual(
    offeredTools({ readOnly: false })
      .map(({ name }) => name)
      .sort(),
  );
  for (const { tool, answer } of README_EXAMPLES) {
    const text = await answerOf(tool);
    for (const part of answer) expect(text, tool).toContain(part);
  }
});
