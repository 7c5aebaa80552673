import { afterEach, describe, expect, it } from "vitest";
import { type AgentsApi, agentId, agentsOnWire, serveAgents } from "../support/agents-api.js";
import { SpawnedServer } from "../support/spawned.js";

/** "Which of my agents are not registered, and why?" */

let api: AgentsApi;
let server: SpawnedServer;
afterEach(async () => {
  await server.kill();
  await api.close();
});

/** Ten agents, of which four are down for four reasons, and one was never set up. */
async function tenAgents(): Promise<AgentsApi> {
  const agents = agentsOnWire(10).map((agent, index) => {
    const stored = agent.sip_registration_data;
    if (index === 4) return { ...agent, sip_registration_data: null };
    if (index === 3) return { ...agent, sip_registration_data: { ...stored, registrationEnabled: false } };
    return agent;
  });
  const served = await serveAgents(agents);
  served.states
    .set(agentId(0), "REGISTER_TIMEOUT_STATE")
    .set(agentId(1), "WRONG_CREDENTIALS_STATE")
    .set(agentId(2), "NOT_FOUND")
    .set(agentId(3), "NOT_REGISTERED_STATE");
  return served;
}

interface Listed {
  id: string;
  standing: string;
  reason?: string;
}

describe("ten agents, four of them down for four reasons and one never set up", () => {
  it.each([
    ["with every tool", []],
    ["read-only", ["--read-only"]],
  ])(
    "are reported in one call with all reasons, and nothing is proposed that writes: %s",
    async (_name, flags) => {
      api = await tenAgents();
      server = new SpawnedServer(flags, {
        TELZINO_API_URL: api.url,
        TELZINO_ACCESS_TOKEN: "t0ken-of-the-account",
      });
      await server.initialize();
      const { text, facts } = await server.callTool("list_telzino_agents", { registration: "all" });
      const agents = facts.agents as Listed[];
      expect(agents.map(({ standing }) => standing)).toEqual([
        ...Array(4).fill("down"),
        "none",
        ...Array(5).fill("registered"),
      ]);
      expect(new Set(agents.map(({ id }) => id)).size).toBe(10);
      const unwell = agents.filter(({ standing }) => standing !== "registered");
      expect(unwell.map(({ id }) => id).sort()).toEqual([0, 1, 2, 3, 4].map(agentId));
      // Each has its own reason, in the words as in the fields.
      expect(new Set(unwell.map(({ reason }) => reason)).size).toBe(5);
      for (const { reason = "none is given" } of unwell) expect(text).toContain(reason);
      const answer = `${text}\n${JSON.stringify(facts)}`;
      expect(answer).not.toMatch(/configure_sip_registration|remove_sip_registration|mulberry/);
      expect(new Set(api.requests.map((request) => request.split(" ")[0]))).toEqual(new Set(["GET"]));
    },
  );
});
