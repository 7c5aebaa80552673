import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lacks } from "./support/index.js";
import { lacksNamespaces } from "./support/namespaces.js";
import { Pool } from "./support/pool.js";
import { type CalledAgent, startTestCallNet, type TestCallNet } from "./support/test-call-net.js";
import { CALL_SCENARIOS, type CallHearing, type CallScenario } from "./support/test-call-scenarios.js";

/**
 * The built program calls the agent from a second extension of an Asterisk 22 behind a router. What is true is what the stand-in for
 * the platform received, and what the kernel counted of the agent's voice at the PBX.
 */

/** Fewer packets of voice are none. */
const SOME = 20;
const NETS = 4;
/** Not of the voice: how evenly a busy machine sends. */
const OTHERS = new Set(["voice-uneven", "voice-late"]);

const HEARS: Readonly<Record<CallHearing, string>> = {
  both: "both",
  agent: "only the agent",
  pbx: "only the PBX",
  nobody: "no one",
};
const PLACES = { lan: "beside", caller: "elsewhere" } as const;

function words(finds: readonly string[] = []): string {
  return finds.map((find) => find.replace(/(\S+) (\S+)/, "`$2` ($1)")).join(", ");
}

function row({ title, circumstances, hears, outcome, finds, orFinds, heldOut }: CallScenario): string {
  const place = PLACES[circumstances.from ?? "lan"];
  const told = `${words(finds)}${orFinds ? ` or ${words(orFinds)}` : ""}`;
  const verdict = outcome.replace("_", " ");
  return `| ${place} | ${title}${heldOut ? " ¹" : ""} | ${hears ? HEARS[hears] : "no call"} | ${verdict} | ${told} |`;
}

it("is written down in docs/calls.md, scenario by scenario", async () => {
  const docs = await readFile(new URL("../../docs/calls.md", import.meta.url), "utf8");
  const table = docs.split("\n").filter((line) => /^\| (?:beside|elsewhere) \|/.test(line));
  expect(table).toEqual(CALL_SCENARIOS.map(row));
});

function heard({ agent, fromAgent }: CalledAgent): CallHearing | undefined {
  if (agent === undefined) return undefined;
  if (agent.received >= SOME) return fromAgent >= SOME ? "both" : "agent";
  return fromAgent >= SOME ? "pbx" : "nobody";
}

function told({ judged }: CalledAgent): string[] {
  return judged.findings
    .filter(({ id, severity }) => !OTHERS.has(id) && (severity !== "info" || id === "call-works"))
    .map(({ id, confidence }) => `${confidence} ${id}`);
}

/** What is said of the agent's leg must not contradict what arrived. */
function expectNoFalseLeg({ judged: { legs } }: CalledAgent, truth: CallHearing | undefined, all: string) {
  const [pbx, agent] = [truth === "both" || truth === "pbx", truth === "both" || truth === "agent"];
  expect(["unknown", pbx ? "works" : "broken"], all).toContain(legs.agent_to_pbx);
  expect(["unknown", agent ? "works" : "broken"], all).toContain(legs.pbx_to_agent);
}

const isSkipped = (await lacks("asterisk22")) || (await lacksNamespaces());

describe.skipIf(isSkipped)("a test call through an Asterisk behind NAT", () => {
  const nets = new Pool<TestCallNet>();
  beforeAll(() => nets.start(NETS, startTestCallNet));
  afterAll(() => nets.stop());

  async function place({ circumstances }: CallScenario): Promise<CalledAgent> {
    return nets.lend((net) => net.call(circumstances));
  }

  for (const scenario of CALL_SCENARIOS) {
    it.concurrent(scenario.title, { timeout: 600_000 }, async () => {
      const called = await place(scenario);
      const { judged, agent, fromAgent } = called;
      const all = JSON.stringify({ agent, fromAgent, judged }, null, 1);
      expect(heard(called), all).toBe(scenario.hears);
      expectNoFalseLeg(called, scenario.hears, all);
      const { finds, orFinds = finds } = scenario;
      expect([finds, orFinds], all).toContainEqual(told(called));
      expect(judged.verdict.outcome, all).toBe(scenario.outcome);
    });
  }
});
