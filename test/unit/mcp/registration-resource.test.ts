import { describe, expect, it } from "vitest";
import { AgentWatcher } from "../../../src/audit/agent-watcher.js";
import { watchRegistration } from "../../../src/mcp/registration-resource.js";
import type { RegistrationState } from "../../../src/telzino/types.js";
import type { Services } from "../../../src/tools/core/context.js";
import { servicesFor } from "../../support/mcp.js";
import { VirtualClock } from "../../support/virtual-clock.js";

const AGENT = "aaaaaaaa-1111-4111-8111-111111111111";
const URI = `telzino://agents/${AGENT}/registration`;

/** Services whose API gives these states, one a read; the last from then on. */
function over(states: RegistrationState[], more: Partial<Services> = {}) {
  const clock = new VirtualClock();
  const { api, ...services } = servicesFor();
  const getStatus = async () => ({
    state: (states.length > 1 ? states.shift() : states[0]) ?? "REGISTERED_STATE",
  });
  const own: Services = { ...services, api: { ...api, getStatus }, ...more };
  own.memory.agentWatcher = new AgentWatcher({
    api: own.api,
    pause: (ms, signal) => clock.pause(ms, signal),
  });
  return { services: own, pass: (ms: number) => clock.during(clock.pause(ms)) };
}

describe("a registration that is watched", () => {
  it("has changed where the first read says something else than was seen when it began", async () => {
    const { services, pass } = over(["REGISTERED_STATE", "REGISTER_TIMEOUT_STATE"]);
    let told = 0;
    const tell = () => {
      told += 1;
    };
    const end = await watchRegistration(URI, AGENT, services, tell, new AbortController().signal);
    await pass(11_000);
    end();
    expect(told).toBe(1);
  });

  it("is only that of the one agent that is offered", async () => {
    const watched = (boundAgentId: string) => {
      const { services } = over(["REGISTERED_STATE"], { boundAgentId });
      return watchRegistration(URI, AGENT, services, () => {}, new AbortController().signal);
    };
    (await watched(AGENT.toUpperCase()))();
    await expect(watched(AGENT.replace("a", "b"))).rejects.toThrow("There is no such agent");
  });
});
