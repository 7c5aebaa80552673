import { afterEach, describe, expect, it } from "vitest";
import { allTools } from "../../src/tools/index.js";
import { FRONT_DESK } from "../support/agents.js";
import { enter } from "../support/entry.js";
import { freePort } from "../support/free-port.js";
import { CLI } from "../support/spawned.js";
import { CLIENT_PROGRAMS, documentedEntry } from "./support/clients.js";
import { type Home, makeHome } from "./support/home.js";
import { type HostedServer, startHosted } from "./support/hosted.js";
import { lacks } from "./support/installed.js";
import { isNamed, type Step } from "./support/script.js";
import { expectWholeWay, PASSWORD, pbxIn, wholeWay } from "./support/whole-way.js";

/** Real clients, headless, with a model that follows a script. */

const missing = lacks("programs");
const TOOLS = allTools().map(({ name }) => name);
const PROMPT = "Connect the agent Front Desk to extension 1001 of our PBX.";
/** Most APIs of models take no longer name of a tool. */
const MAX_NAME = 64;

let home: Home;
let hosted: HostedServer | undefined;
afterEach(async () => {
  await home?.remove();
  await hosted?.close();
  hosted = undefined;
});

describe.skipIf(missing).each(CLIENT_PROGRAMS)("$title", (client) => {
  /** What the client said last, after nothing went wrong in the script and nothing was asked of a stranger. */
  async function answer(env?: Record<string, string>): Promise<string> {
    const outcome = await client.ask(home, PROMPT, env);
    expect(home.model.failures).toEqual([]);
    expect(outcome).toMatchObject({ code: 0 });
    expect(home.gate.strangers.filter((host) => !client.strangers?.includes(host))).toEqual([]);
    return outcome.stdout;
  }

  async function install(...more: string[]) {
    const flags = ["--local", "--sandbox", "--yes", ...more];
    const { code, stderr } = await home.run([process.execPath, CLI, "install", client.id, ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await client.complete?.(home);
  }

  it("goes the whole way over stdio, by the entry that install writes", async () => {
    const hidden = client.hidesInstructions ? await freePort() : undefined;
    const pbx = hidden === undefined ? pbxIn : () => ({ sipDomain: "127.0.0.1", port: hidden });
    home = await makeHome(wholeWay(pbx, (url) => type(url)));
    await client.settings(home);
    await install(...(hidden === undefined ? [] : ["--sandbox-sip-port", String(hidden)]));
    await client.permit(home);
    expect(await answer()).toContain("Front Desk is registered.");
    expectWholeWay(home.model.model);
  });

  it("goes the whole way over HTTP, by the entry that the documentation gives", async () => {
    const server = await startHosted();
    hosted = server;
    home = await makeHome(wholeWay(() => server.pbx, server.enter));
    await client.settings(home);
    await home.addEntry(client.httpFile, documentedEntry(client, server.url, server.token));
    await client.permit(home);
    expect(await answer({ TELZINO_MCP_TOKEN: server.token })).toContain("Front Desk is registered.");
    expectWholeWay(home.model.model);
  });

  it("gives the model each tool with its description, under a name that APIs take", async () => {
    const steps = TOOLS.map(
      (name): Step =>
        () => ({ call: name, with: {} }),
    );
    home = await makeHome(steps);
    await client.settings(home);
    await install();
    await client.permit(home);
    await answer();
    const { tools } = home.model.model.lastTurn;
    for (const name of TOOLS) {
      const given = tools.find((tool) => isNamed(tool, name));
      expect(given?.description.length, name).toBeGreaterThan(50);
      expect(client.apiName(given?.name ?? "").length).toBeLessThanOrEqual(MAX_NAME);
      expect(client.apiName(given?.name ?? "")).toMatch(/^[\w-]+$/);
    }
  });
});

describe.skipIf(missing)(
  "the search of Claude Code, which hands over no tool before it is looked for",
  () => {
    it.each([
      ["configure_sip_registration", "connect phone agent to PBX"],
      ["configure_sip_registration", "phone PBX register"],
      ["get_sip_status", "sip registration status"],
      ["diagnose_sip_registration", "phone agent gets no calls"],
    ])("finds %s by the words %j", async (tool, words) => {
      const [client] = CLIENT_PROGRAMS;
      home = await makeHome([() => ({ call: tool, with: {} })], { wordsFor: () => words });
      await home.run([process.execPath, CLI, "install", client.id, "--local", "--sandbox", "--yes"]);
      await client.ask(home, PROMPT);
      expect(home.model.failures).toEqual([]);
      expect(home.model.model.lastTurn.results.at(-1)?.tool).toMatch(new RegExp(`${tool}$`));
    });
  },
);

describe.skipIf(missing)("Codex, to which no one has approved a tool", () => {
  it("reads by itself, and refuses to write", async () => {
    const [, codex] = CLIENT_PROGRAMS;
    const write: Step = (_last, turn) => ({
      call: "configure_sip_registration",
      with: { agentId: FRONT_DESK, username: "1001", ...pbxIn(turn) },
    });
    home = await makeHome([() => ({ call: "list_telzino_agents", with: {} }), write]);
    await codex.settings(home);
    await home.run([process.execPath, CLI, "install", codex.id, "--local", "--sandbox", "--yes"]);
    await codex.ask(home, PROMPT);
    expect(home.model.failures).toEqual([]);
    expect(home.model.model.result(0)).toContain("Front Desk");
    expect(home.model.model.result(1)).toMatch(/requires approval/);
  });
});

async function type(url: string): Promise<void> {
  expect((await enter(url, PASSWORD)).status).toBeLessThan(300);
}
