import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { runIn } from "../support/installing.js";

const SECRET = "s3cret-of-the-client";
const CREDENTIALS = { TELZINO_CLIENT_ID: "id-1", TELZINO_CLIENT_SECRET: SECRET };
const posix = process.platform !== "win32";
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "install-"));
});

afterEach(() => rm(home, { recursive: true, force: true }));

const run = (args: string[], env: Record<string, string> = {}) => runIn(home, args, env);

const cursorFile = () => join(home, ".cursor", "mcp.json");

async function putCursor(text: string) {
  await mkdir(join(home, ".cursor"));
  await writeFile(cursorFile(), text);
}

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "0" } },
};

interface Started {
  command: string | string[];
  args?: string[];
}

describe("install", () => {
  it.each([
    "claude-desktop",
    "claude-code",
    "vscode",
    "cursor",
    "gemini-cli",
    "windsurf",
    "codex",
    "jetbrains",
    "copilot-cli",
    "opencode",
    "cline",
    "zed",
    "qwen-code",
    "continue",
  ])("writes a configuration with which %s starts the server", async (client) => {
    const { code, shown } = await run(["install", client, "--yes", "--local", "--sandbox"]);
    expect({ code, shown }).toMatchObject({ code: 0 });
    // What cannot be written is shown, to be pasted.
    const [, path] = /: (.+) \(new\)$/m.exec(shown) ?? [];
    const text =
      path === undefined ? shown.slice(0, shown.lastIndexOf("}") + 1) : await readFile(path, "utf8");
    const root = { vscode: "servers", opencode: "mcp", zed: "context_servers" }[client] ?? "mcpServers";
    const readers: Record<string, () => unknown> = {
      codex: () => parse(text).mcp_servers,
      continue: () => ({ "telzino-sip": parseYaml(text).mcpServers[0] }),
    };
    const servers = readers[client]?.() ?? JSON.parse(text)[root];
    const started = (servers as Record<string, Started>)["telzino-sip"] as Started;
    const [command = "", ...args] = [started.command, started.args ?? []].flat(2);
    const server = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"], timeout: 30_000 });
    server.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
    const [line] = await once(server.stdout, "data");
    expect(JSON.parse(String(line)).result.serverInfo.name).toBe("telzino-sip-mcp");
    server.stdin.end();
    await once(server, "close");
  });

  it("shows the change and writes nothing with --dry-run", async () => {
    const { code, shown } = await run(["install", "claude-code", "--dry-run"]);
    expect(code).toBe(0);
    expect(shown).toContain('+    "telzino-sip": {');
    expect(await readdir(home)).toEqual([]);
  });

  it.each([
    ["install", "--dry-run"],
    ["install", "--yes"],
    ["uninstall", "--dry-run"],
  ])("shows no value of anybody else's with %s %s, in a file of one line either", async (command, flag) => {
    const env = { API_KEY: "c4nary", HARMLESS: "c4nary" };
    const own = { command: "c4nary", args: ["c4nary"], env: { TELZINO_CLIENT_SECRET: "c4nary" } };
    const servers = { other: { command: "c4nary", env, url: "c4nary" }, "telzino-sip": own };
    const settings = { mcpServers: servers, token: "c4nary" };
    await putCursor(JSON.stringify(settings));
    const { code, shown } = await run([command, "cursor", flag]);
    expect(code).toBe(0);
    expect(shown).toContain('"telzino-sip":{');
    expect(shown).not.toContain("c4nary");
  });

  it("keeps one backup however often it is run, of the state before the latest change", async () => {
    await putCursor("{}");
    const modes = posix ? 0o640 : undefined;
    if (modes) await chmod(cursorFile(), modes);
    for (const args of [["--sandbox"], ["--local"], []]) await run(["install", "cursor", "--yes", ...args]);
    const before = await readFile(cursorFile(), "utf8");
    await run(["uninstall", "cursor", "--yes"]);
    const names = (await readdir(join(home, ".cursor"))).filter((name) => name !== "mcp.json");
    expect(names).toEqual(["mcp.json.telzino-sip.bak"]);
    const backup = join(home, ".cursor", "mcp.json.telzino-sip.bak");
    expect(await readFile(backup, "utf8")).toBe(before);
    if (modes) expect((await stat(backup)).mode & 0o777).toBe(modes);
  });

  it("keeps a backup and comments, does nothing the second time, and is undone byte for byte", async () => {
    const before = '{\n  // mine\n  "mcpServers": {\n    "a": { "command": "x" },\n  },\n}\n';
    await putCursor(before);
    expect((await run(["install", "cursor", "--yes"])).code).toBe(0);
    const installed = await readFile(cursorFile(), "utf8");
    expect(installed).toContain("// mine");
    const [backup = ""] = (await readdir(join(home, ".cursor"))).filter((name) => name.endsWith(".bak"));
    expect(await readFile(join(home, ".cursor", backup), "utf8")).toBe(before);
    expect((await run(["install", "cursor", "--yes"])).shown).toContain("already up to date");
    expect((await run(["uninstall", "cursor", "--yes"])).code).toBe(0);
    expect(await readFile(cursorFile(), "utf8")).toBe(before);
  });

  it("gives Continue a file of its own, changes nothing the second time, and takes the file away again", async () => {
    const folder = join(home, ".continue", "mcpServers");
    const file = join(folder, "telzino-sip.yaml");
    const first = await run(
      ["install", "continue", "--yes", "--read-only", "--agent-id", AGENT],
      CREDENTIALS,
    );
    expect(first).toMatchObject({ code: 0 });
    expect(first.shown).toContain("in ~/.continue/.env.");
    const text = await readFile(file, "utf8");
    expect(parseYaml(text).mcpServers[0].args.slice(-3)).toEqual(["--agent-id", AGENT, "--read-only"]);
    expect(text + first.shown).not.toContain(SECRET);
    expect((await run(["install", "continue", "--yes", "--read-only", "--agent-id", AGENT])).shown).toContain(
      "already up to date",
    );
    expect((await run(["uninstall", "continue", "--yes"])).code).toBe(0);
    expect(await readdir(folder)).toEqual(["telzino-sip.yaml.telzino-sip.bak"]);
    expect((await run(["install", "continue", "--yes", "--store"], CREDENTIALS)).code).toBe(0);
    expect(parseYaml(await readFile(file, "utf8")).mcpServers[0].env).toEqual(CREDENTIALS);
    if (posix) expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("takes a file that it began away again, unless something else was written into it", async () => {
    await run(["install", "cursor", "--yes", "--sandbox"]);
    const undone = await run(["uninstall", "cursor", "--yes"]);
    expect(undone.shown).toMatch(/\n-}\nRemoved\.\nBackup: .+\.bak /);
    expect((await readdir(join(home, ".cursor"))).filter((name) => !name.endsWith(".bak"))).toEqual([]);
    await run(["install", "cursor", "--yes", "--sandbox"]);
    const other = {
      mcpServers: { other: { command: "x" }, ...JSON.parse(await readFile(cursorFile(), "utf8")).mcpServers },
    };
    await writeFile(cursorFile(), JSON.stringify(other));
    await run(["uninstall", "cursor", "--yes"]);
    expect(JSON.parse(await readFile(cursorFile(), "utf8"))).toEqual({
      mcpServers: { other: { command: "x" } },
    });
  });

  it.skipIf(!posix)(
    "empties a file that a link leads to, and leaves file and link where they are",
    async () => {
      await putCursor("{}");
      const kept = join(home, "kept.json");
      await rename(cursorFile(), kept);
      await symlink(kept, cursorFile());
      await run(["install", "cursor", "--yes", "--sandbox"]);
      expect((await run(["uninstall", "cursor", "--yes"])).code).toBe(0);
      expect(await readlink(cursorFile())).toBe(kept);
      expect(JSON.parse(await readFile(kept, "utf8"))).toEqual({});
    },
  );

  it("writes credentials for Claude Desktop so only their owner reads them, and shows them nowhere", async () => {
    const { code, shown } = await run(["install", "claude-desktop", "--yes"], CREDENTIALS);
    expect(code).toBe(0);
    expect(shown).not.toContain(SECRET);
    expect(shown).toContain('"TELZINO_CLIENT_SECRET": "[secret]"');
    expect(shown).toContain("plain text");
    const [path = ""] = /\S.*claude_desktop_config\.json/.exec(shown) ?? [];
    const file = path.replace("Claude Desktop: ", "");
    expect(JSON.parse(await readFile(file, "utf8")).mcpServers["telzino-sip"].env).toEqual(CREDENTIALS);
    // Windows keeps who may read a file elsewhere.
    if (posix) expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("refuses a broken file with the place, and changes nothing", async () => {
    await putCursor('{\n  "mcpServers": {,}\n}');
    const { code, shown } = await run(["install", "cursor", "--yes"]);
    expect(code).toBe(1);
    expect(shown).toContain("line 2, column 18");
    expect(await readdir(join(home, ".cursor"))).toEqual(["mcp.json"]);
  });

  it.runIf(posix)("follows a symbolic link and keeps the file's mode", async () => {
    await writeFile(join(home, "real.json"), "{}\n");
    await chmod(join(home, "real.json"), 0o640);
    await mkdir(join(home, ".cursor"));
    await symlink(join(home, "real.json"), cursorFile());
    expect((await run(["install", "cursor", "--yes"])).code).toBe(0);
    expect(await readFile(join(home, "real.json"), "utf8")).toContain("telzino-sip");
    expect((await stat(join(home, "real.json"))).mode & 0o777).toBe(0o640);
  });

  it.each([
    [["install", "cursr"], "Did you mean cursor?"],
    [["install", "cursor"], "--yes"],
    [["install", "claude-desktop", "--yes"], "TELZINO_CLIENT_SECRET"],
    [["install", "windsurf", "--project"], "leave out --project"],
    [["install", "cursor", "--project", "--store"], "shared"],
    [["install", "vscode", "--store"], "leave out --store"],
  ])("%j ends with exit code 2 and says what is right", async (args, right) => {
    const { code, shown } = await run(args);
    expect(code).toBe(2);
    expect(shown).toContain(right);
    expect(await readdir(home)).toEqual([]);
  });

  const AGENT = "11111111-1111-4111-8111-111111111111";
  const SERVING = [
    ...["--read-only", "--agent-id", AGENT, "--secrets-file", "named.env", "--entry-port", "off"],
    ...["--api-url", "https://api.example.com", "--log-level", "info", "--log-file", "mcp.log"],
  ];
  const CARRIED = (folder: string) => [
    ...["--api-url", "https://api.example.com", "--agent-id", AGENT, "--read-only", "--log-level", "info"],
    ...["--log-file", join(folder, "mcp.log"), "--secrets-file", join(folder, "named.env")],
    ...["--entry-port", "off"],
  ];

  it.each([
    ["before", (client: string) => [...SERVING, "install", client, "--yes"]],
    ["behind", (client: string) => ["install", client, "--yes", ...SERVING]],
  ])(
    "carries each flag of the server that stands %s the command into the entry, paths as they are from here",
    async (_where, args) => {
      await writeFile(join(home, "named.env"), "OFFICE=x-1234567\n", { mode: 0o600 });
      const { code, shown } = await run(args("cursor"));
      expect({ code, shown }).toMatchObject({ code: 0 });
      const entry = JSON.parse(await readFile(cursorFile(), "utf8")).mcpServers["telzino-sip"];
      const folder = await realpath(home);
      expect(entry.args.slice(-CARRIED(folder).length)).toEqual(CARRIED(folder));
    },
  );

  it("carries the ports of a sandbox", async () => {
    await run(["install", "cursor", "--yes", "--sandbox", "--sandbox-sip-port", "5070"]);
    const entry = JSON.parse(await readFile(cursorFile(), "utf8")).mcpServers["telzino-sip"];
    expect(entry.args.slice(-3)).toEqual(["--sandbox", "--sandbox-sip-port", "5070"]);
    expect(entry.env).toBeUndefined();
  });

  const SET = {
    ...{ TELZINO_READ_ONLY: "1", TELZINO_SIP_SECRET_OFFICE: "c4nary-1234" },
    ...{ HTTPS_PROXY: "http://proxy.example.com:3128" },
  };

  it("names what is set here where the client hands on what its entry names", async () => {
    const codex = await run(["install", "codex", "--yes"], SET);
    const toml = parse(await readFile(join(home, ".codex", "config.toml"), "utf8"));
    const servers = toml.mcp_servers as unknown as Record<string, { env_vars: string[] }>;
    expect(servers["telzino-sip"]?.env_vars).toEqual([...Object.keys(CREDENTIALS), ...Object.keys(SET)]);
    expect(codex.shown).toContain(
      "TELZINO_SIP_SECRET_OFFICE, HTTPS_PROXY. Codex passes on what its entry names",
    );
    const gemini = await run(["install", "gemini-cli", "--yes"], SET);
    const { env } = JSON.parse(await readFile(join(home, ".gemini", "settings.json"), "utf8")).mcpServers[
      "telzino-sip"
    ];
    expect(env).toMatchObject({ TELZINO_READ_ONLY: "$TELZINO_READ_ONLY", HTTPS_PROXY: "$HTTPS_PROXY" });
    const other = await run(["install", "continue", "--yes"], SET);
    const yaml = await readFile(join(home, ".continue", "mcpServers", "telzino-sip.yaml"), "utf8");
    const [server] = parseYaml(yaml).mcpServers;
    expect(server.env.TELZINO_READ_ONLY).toBe(`\${{ secrets.TELZINO_READ_ONLY }}`);
    expect(other.shown).toContain("so set them in ~/.continue/.env.");
    expect([codex.shown, gemini.shown, other.shown, yaml].join("")).not.toContain("c4nary");
  });

  it.each([
    ["claude-code", "passes its environment on to the server", "Not carried over"],
    ["cursor", "Not carried over from this environment: TELZINO_READ_ONLY", "passes on what its entry names"],
    ["jetbrains", "the flags --read-only, --secrets-file", "passes on what its entry names"],
  ])("says to who installs for %s what becomes of what is set here", async (client, said, unsaid) => {
    for (const flag of ["--yes", "--dry-run"]) {
      const { code, shown } = await run(["install", client, flag], SET);
      expect(code).toBe(0);
      expect(shown).toContain(said);
      expect(shown).not.toContain(unsaid);
      expect(shown).not.toContain("c4nary");
    }
  });

  it("says nothing of a variable that a flag outweighs", async () => {
    const { shown } = await run(["install", "cursor", "--yes", "--read-only"], { TELZINO_READ_ONLY: "1" });
    expect(shown).not.toContain("TELZINO_READ_ONLY");
  });

  it("prints what to paste for JetBrains", async () => {
    const { code, shown } = await run(["install", "jetbrains"]);
    expect(code).toBe(0);
    expect(shown).toContain('"telzino-sip": {');
  });
});
