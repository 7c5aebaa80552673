import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { SERVER } from "../../src/clients/entry.js";
import { CLI } from "../support/spawned.js";
import { CLIENT_PROGRAMS } from "./support/clients.js";
import { type Home, makeHome } from "./support/home.js";
import { claudeProgram, lacks, packagesOf } from "./support/installed.js";

/** What a user has who has only cloned the repository: the README's commands, and the repository as what clients add. */

const ROOT = dirname(dirname(import.meta.dirname));
const MAX_COMMANDS = 2;
/** For the others the commands are the same, and each costs a build. */
const NEWCOMERS = CLIENT_PROGRAMS.slice(0, 5);
const PROMPT = "Which agents are there?";

/** The tracked files, as a clone has them. */
let clone: string;
beforeAll(() => {
  clone = mkdtempSync(join(realpathSync(tmpdir()), "clone-"));
  for (const path of execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" }).split("\0")) {
    if (path === "") continue;
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    cpSync(join(ROOT, path), join(clone, path));
  }
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

let home: Home;
afterEach(() => home?.remove());

/** The first block of commands under the README's heading for clients, one variant of it, for a client. */
function readmeCommands(id: string): string[] {
  const readme = readFileSync(join(clone, "README.md"), "utf8");
  const [, after = ""] = readme.split("## Add it to your client");
  const [, block = ""] = /```sh\n(.*?)```/s.exec(after) ?? [];
  const commands = block
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, ""))
    .flatMap((line) => line.split(" && "));
  const [first = "", sandbox = "", credentials = ""] = commands;
  expect(commands).toEqual([first, sandbox, credentials]);
  expect(sandbox).toBe(`${credentials} --sandbox`);
  return [first, sandbox].map((line) => line.replace("cursor", id));
}

const missing = lacks("programs");

describe.skipIf(missing)("a fresh clone, by the README alone", () => {
  it.each(NEWCOMERS)(`is connected to $title in at most ${MAX_COMMANDS} commands`, async (client) => {
    const [install, setup = "", ...more] = readmeCommands(client.id);
    expect(more).toHaveLength(MAX_COMMANDS - 2);
    expect(install).toBe("npm ci");
    // The same packages as that command installs, by their lock file.
    symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"), "junction");
    home = await makeHome([() => ({ call: "list_telzino_agents", with: {} }), () => ({ say: "Five." })]);
    try {
      await client.settings(home);
      const done = await home.run([...setup.split(" "), "--yes"], {}, clone);
      expect(done).toMatchObject({ code: 0 });
      await client.permit(home);
      await client.ask(home, PROMPT);
      expect(home.model.failures).toEqual([]);
      expect(home.model.model.result(0)).toContain("Front Desk");
    } finally {
      rmSync(join(clone, "node_modules"));
      rmSync(join(clone, "dist"), { recursive: true, force: true });
    }
  });
});

describe.skipIf(missing)("the repository itself", () => {
  /** Stands for the package from npm: `npx -y telzino-sip-mcp` runs the built server. */
  async function withNpx(): Promise<Record<string, string>> {
    await home.write("bin/npx", `#!/bin/sh\nshift 2\nexec ${process.execPath} ${CLI} "$@"\n`);
    await chmod(join(home.folder, "bin", "npx"), 0o755);
    return { PATH: `${join(home.folder, "bin")}:${process.env.PATH}` };
  }

  it("is a marketplace from which Claude Code installs the plugin, and connects to its server", async () => {
    home = await makeHome([]);
    const env = { ...(await withNpx()), CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" };
    const claude = async (...args: string[]) => {
      const outcome = await home.run([claudeProgram(), ...args], env);
      expect(outcome).toMatchObject({ code: 0 });
      return outcome.stdout;
    };
    await claude("plugin", "marketplace", "add", clone);
    await claude("plugin", "install", `${SERVER}@${SERVER}`);
    expect(await claude("plugin", "list")).toMatch(/telzino-sip@telzino-sip[\s\S]*enabled/);
    expect(await claude("mcp", "list")).toMatch(/plugin:telzino-sip:telzino-sip: .*Connected/);
    expect(home.gate.strangers).toEqual([]);
  });

  it("is an extension that Gemini CLI installs, and connects to its server", async () => {
    home = await makeHome([]);
    const [, , client] = CLIENT_PROGRAMS;
    await client.settings(home);
    const env = { ...(await withNpx()), GEMINI_API_KEY: "not-a-key" };
    const gemini = async (...args: string[]) => {
      const program = join(packagesOf("programs"), "@google", "gemini-cli", "bundle", "gemini.js");
      const outcome = await home.run([process.execPath, program, ...args], env);
      expect(outcome).toMatchObject({ code: 0 });
      return `${outcome.stdout}${outcome.stderr}`;
    };
    await home.write(
      ".gemini/trustedFolders.json",
      JSON.stringify({ [clone]: "TRUST_FOLDER", [realpathSync(home.project)]: "TRUST_FOLDER" }),
    );
    await gemini("extensions", "install", clone, "--consent", "--skip-settings");
    expect(await gemini("extensions", "list")).toContain("telzino-sip (");
    expect(await gemini("mcp", "list")).toMatch(/telzino-sip \(from telzino-sip\): .*Connected/);
    // It counts installations at its maker's, whatever its settings say of statistics.
    expect(new Set(home.gate.strangers)).toEqual(new Set(["play.googleapis.com"]));
  });

  it("has a manifest that mcpb accepts", async () => {
    home = await makeHome([]);
    const mcpb = join(ROOT, "node_modules", "@anthropic-ai", "mcpb", "dist", "cli", "cli.js");
    const manifest = join(clone, "packaging", "mcpb", "manifest.json");
    const outcome = await home.run([process.execPath, mcpb, "validate", manifest]);
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toContain("Manifest schema validation passes");
  });
});
