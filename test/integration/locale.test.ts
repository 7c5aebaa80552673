import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SpawnedServer } from "../support/spawned.js";

/** What a client, and a person at a terminal, get in some surroundings. */
async function seen(surroundings: Record<string, string>) {
  const server = new SpawnedServer(["--sandbox", "--log-level", "INFO"], surroundings);
  await server.initialize();
  const { tools } = await server.request("tools/list");
  // Its I is none to a Turkish eye.
  const presets = await server.callTool("list_pbx_presets", { query: "FREEPBX ASTERISK DIGIUM" });
  const status = await server.callTool("list_telzino_agents", { query: "FRONT DESK" });
  server.child.stdin.end();
  expect(await server.ended(), server.stderr).toBe(0);
  const help = new SpawnedServer(["--help"], surroundings);
  expect(await help.ended()).toBe(0);
  return { tools, presets: presets.text, status: status.text, help: help.stdout };
}

describe("a locale", () => {
  it.each([
    ["tr_TR.UTF-8", "tr_TR.UTF-8"],
    ["", "C"],
    ["xx_YY.nonsense", ""],
  ])("of LANG=%j and LC_ALL=%j changes nothing of what is said", async (LANG, LC_ALL) => {
    expect(await seen({ LANG, LC_ALL })).toEqual(await seen({ LANG: "en_US.UTF-8" }));
  });

  it("and a home folder may be missing, or be no folder at all", async () => {
    const gone = mkdtempSync(join(tmpdir(), "no home-"));
    rmSync(gone, { recursive: true });
    const usual = await seen({});
    for (const HOME of ["", gone, "/dev/null"]) {
      expect(await seen({ HOME, USERPROFILE: HOME, TMPDIR: gone, TEMP: gone, TMP: gone })).toEqual(usual);
    }
  });
});
