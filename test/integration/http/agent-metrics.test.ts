import { afterEach, describe, expect, it } from "vitest";
import { FRONT_DESK } from "../../support/agents.js";
import { type SpawnedHttp, spawnHttp } from "../../support/spawned-http.js";

let running: SpawnedHttp | undefined;
afterEach(() => running?.process.kill());

async function scraped(): Promise<string> {
  const { metrics } = running?.log().find(({ message }) => message === "listening") ?? {};
  return (await fetch(String(metrics))).text();
}

const OPEN = ["--no-auth", "--sandbox", "--metrics-port", "0"];

describe("gauges of agents on /metrics", () => {
  it("are there with --metrics-agents", async () => {
    running = await spawnHttp([...OPEN, "--metrics-agents", "30"]);
    await expect
      .poll(scraped)
      .toMatch(
        new RegExp(
          `^telzino_sip_mcp_agent_read_timestamp_seconds\\{tenant="default",agent="${FRONT_DESK}"\\} \\d+$`,
          "m",
        ),
      );
    expect(await scraped()).toMatch(/^telzino_sip_mcp_agents\{tenant="default",standing="none"\} [1-9]/m);
  });

  it("are not there without it", async () => {
    running = await spawnHttp(OPEN);
    expect(await scraped()).not.toContain("telzino_sip_mcp_agent");
  });
});
