import { execFile } from "node:child_process";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI } from "../support/spawned.js";
import { AGENT_ID } from "../support/telzino-client.js";
import { type Asterisk22Peer, startAsterisk22 } from "./support/asterisk.js";
import { lacks } from "./support/index.js";
import { type RunningAgent, startAgent, startPlatform } from "./support/test-call-net.js";

/** The command `call` in a terminal (util-linux's `script`), against an Asterisk 22 on loopback. */

const run = promisify(execFile);
const WIDTH = 80;
const isSkipped = await lacks("asterisk22");

describe.skipIf(isSkipped)("the command call in a terminal", () => {
  let asterisk: Asterisk22Peer;
  let agent: RunningAgent;
  let platform: Awaited<ReturnType<typeof startPlatform>>;
  beforeAll(async () => {
    asterisk = await startAsterisk22();
    const line = { host: asterisk.host, port: asterisk.ports.udp, user: "1001", password: "secret" };
    agent = await startAgent([], { ...line, transport: "udp", behaviour: "speaks", symmetric: true });
    const stored = { sipDomain: line.host, username: "1001", port: line.port, transport: "udp" };
    platform = await startPlatform(stored, () => agent.calls);
  });
  afterAll(async () => {
    await platform?.close();
    await agent?.stop();
    await asterisk?.stop();
  });

  async function inTerminal(more: Record<string, string> = {}): Promise<string> {
    const argv = [
      "call",
      AGENT_ID,
      "--from",
      "1002",
      "--password-secret",
      "PBX",
      "--echo-code",
      "600",
      "--yes",
    ];
    const command = [process.execPath, CLI, ...argv].map((word) => `'${word}'`).join(" ");
    const { PATH = "", HOME = "" } = process.env;
    const env = {
      ...{ PATH, HOME, TERM: "xterm-256color", COLUMNS: `${WIDTH}`, TELZINO_SIP_SECRET_PBX: "secret2" },
      ...{ TELZINO_API_URL: platform.url.origin, TELZINO_ACCESS_TOKEN: "static-token", ...more },
    };
    const { stdout } = await run("script", ["-qec", `stty cols ${WIDTH}; ${command}`, "/dev/null"], {
      ...{ env, timeout: 110_000 },
    });
    return stdout;
  }

  it("shows a ladder with a full band each way, in 80 columns and in colour", async () => {
    const shown = await inTerminal();
    const lines = stripVTControlCharacters(shown).split(/\r?\n/);
    const from = lines.findIndex((line) => line.startsWith("PROVEN"));
    expect(from, shown).toBeGreaterThan(0);
    const ladder = lines.slice(from).filter((line) => line.includes("|"));
    const words = ladder.map((line) => line.replaceAll(/[^\w]+/g, " ").trim());
    const called = words.slice(words.lastIndexOf("INVITE 0 0 s"));
    expect(called.map((line) => line.split(" ")[0])).toEqual(["INVITE", "100", "180", "200", "", "", "BYE"]);
    expect(ladder.filter((line) => /\|=+> ?\|=+> ?\|/.test(line))).toHaveLength(1);
    expect(ladder.filter((line) => /\| ?<=+\| ?<=+\|/.test(line))).toHaveLength(1);
    for (const line of ladder) expect(line.length, line).toBeLessThanOrEqual(WIDTH);
    expect(shown).toContain("\u001b[32m");
    expect(shown).not.toContain("secret2");
  });

  it("has no colour with NO_COLOR", async () => {
    const shown = await inTerminal({ NO_COLOR: "1" });
    expect(shown).toContain("PROVEN");
    expect(shown).not.toContain("\u001b[");
  });
});
