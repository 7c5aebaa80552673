import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { listedTools } from "../../src/mcp/listed.js";
import { Secret } from "../../src/redaction/secret.js";
import type { Services } from "../../src/tools/core/context.js";
import { servicesFor } from "../support/mcp.js";
import { CLI, SpawnedServer } from "../support/spawned.js";

/** What the built server lists, which the build has made ahead, against what the sources list. */

const AGENT = "11111111-1111-4111-8111-111111111111";

async function listed(env: Record<string, string>): Promise<unknown> {
  const server = new SpawnedServer([], env);
  await server.initialize();
  const answer = await server.request("tools/list");
  server.child.stdin.end();
  expect(await server.ended()).toBe(0);
  return answer;
}

describe("the tools of the built server", () => {
  it.each<[string, Record<string, string>, Partial<Services>]>([
    ["a plain configuration", {}, {}],
    ["a read-only one", { TELZINO_READ_ONLY: "1" }, { readOnly: true }],
    ["test calls", { TELZINO_TEST_CALLS: "1" }, { testCalls: {} }],
    ["one agent alone", { TELZINO_AGENT_ID: AGENT }, { boundAgentId: AGENT }],
    ["no passwords as arguments", { TELZINO_PASSWORD_ARGUMENT: "off" }, { passwordArgument: false }],
    [
      "named passwords",
      { TELZINO_SIP_SECRET_OFFICE: "x-1234", TELZINO_SIP_SECRET_OFFICE_HOSTS: "pbx.example.com" },
      { sipSecrets: new Map([["OFFICE", { secret: new Secret("x-1234"), hosts: ["pbx.example.com"] }]]) },
    ],
  ])("are for %s what the sources say", async (_name, env, services) => {
    expect(await listed(env)).toEqual(
      JSON.parse(
        JSON.stringify(await listedTools(servicesFor(undefined, { readsFiles: true, ...services }))),
      ),
    );
  });

  it("are in the build as a text, so a start does not load them", () => {
    const dist = dirname(CLI);
    const start = readFileSync(join(dist, "start.js"), "utf8");
    expect(start).toContain("Lists the Telzino AI agents");
    // Words of what runs a tool.
    const chunks = readdirSync(join(dist, "chunks"));
    const running = chunks.filter((name) =>
      readFileSync(join(dist, "chunks", name), "utf8").includes("tool call failed"),
    );
    expect(running).toHaveLength(1);
    expect(start).not.toContain("tool call failed");
    // Nor is the SDK there.
    expect(start).not.toContain("ZodObject");
  });
});
