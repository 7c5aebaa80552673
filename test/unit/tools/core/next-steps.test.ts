import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/redaction/secret.js";
import { offeredSteps } from "../../../../src/tools/core/next-steps.js";

const ALL = { readOnly: false, passwordArgument: true };
const BOUND = { ...ALL, boundAgentId: "11111111-1111-4111-8111-111111111111" };
const NAMED = { ...ALL, sipSecrets: new Map([["OFFICE", { secret: new Secret("x"), hosts: [] }]]) };

describe("a next step", () => {
  it.each([
    ["a tool that writes", "configure_sip_registration tries again.", { ...ALL, readOnly: true }, ALL],
    ["the list of agents", "Call list_telzino_agents.", BOUND, ALL],
    ["the agent", "With agentId it tells more.", BOUND, ALL],
    ["a parameter of a tool that writes", "Call it with dryRun.", { ...ALL, readOnly: true }, ALL],
    ["a configured password", "Make the call with passwordSecret.", ALL, NAMED],
  ])("that names %s is told where that is offered, and only there", (_what, step, without, withIt) => {
    expect(offeredSteps([step, "Ask the user."], withIt)).toEqual([step, "Ask the user."]);
    expect(offeredSteps([step, "Ask the user."], without)).toEqual(["Ask the user."]);
  });

  it("gives way to its first alternative that can be taken", () => {
    const step = ["Call list_telzino_agents.", "Give another agentId.", "Ask the user.", "Give up."];
    expect(offeredSteps([step], ALL)).toEqual(["Call list_telzino_agents."]);
    expect(offeredSteps([step], BOUND)).toEqual(["Ask the user."]);
  });

  it("may hold words that only look like those names", () => {
    const step = "A password for the port; my_list_telzino_agents, agentIds.";
    expect(offeredSteps([step], { ...BOUND, readOnly: true, passwordArgument: false })).toEqual([step]);
  });
});
