import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runIn } from "../support/installing.js";

const ADDRESS = "https://mcp.example.com/mcp";
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "install-address-"));
});

afterEach(() => rm(home, { recursive: true, force: true }));

const run = (args: string[], env: Record<string, string> = {}) => runIn(home, args, env);

describe("install --url", () => {
  it("writes the address and names the variable for the token, whose value it leaves where it is", async () => {
    const token = "c4nary-token-0123456789";
    const { code, shown } = await run(["install", "cursor", "--yes", "--url", ADDRESS], {
      TELZINO_MCP_TOKEN: token,
    });
    expect({ code, shown }).toMatchObject({ code: 0 });
    const text = await readFile(join(home, ".cursor", "mcp.json"), "utf8");
    expect(JSON.parse(text)).toEqual({
      mcpServers: {
        "telzino-sip": { url: ADDRESS, headers: { Authorization: `Bearer \${env:${"TELZINO_MCP_TOKEN"}}` } },
      },
    });
    expect(text + shown).not.toContain(token);
    expect(shown).toContain(`"url": "${ADDRESS}"`);
    expect(shown).toContain("set TELZINO_MCP_TOKEN in the environment that you start Cursor from");
  });

  it("needs no credentials, and says nothing of them", async () => {
    const { code, shown } = await run(["install", "vscode", "--yes", "--url", ADDRESS]);
    expect(code).toBe(0);
    expect(shown).toContain("VS Code asks for it");
    expect(shown).not.toContain("TELZINO_CLIENT_SECRET");
  });

  it("is undone by uninstall, which leaves the file as it was", async () => {
    const before = '{\n  // mine\n  "mcpServers": {\n    "other": { "url": "https://o.example" }\n  }\n}\n';
    await mkdir(join(home, ".qwen"));
    const file = join(home, ".qwen", "settings.json");
    await writeFile(file, before);
    expect((await run(["install", "qwen-code", "--yes", "--url", ADDRESS])).code).toBe(0);
    expect(await readFile(file, "utf8")).toContain(`"httpUrl": "${ADDRESS}"`);
    expect((await run(["uninstall", "qwen-code", "--yes"])).code).toBe(0);
    expect(await readFile(file, "utf8")).toBe(before);
  });

  it.each([
    [["cursor", "--url", "mcp.example.com"], "takes the address of a server"],
    [["cursor", "--url", "http://mcp.example.com/mcp"], "needs https"],
    [["cursor", "--url", "https://u:c4nary@mcp.example.com/mcp"], "no credentials, query or fragment"],
    [["cursor", "--url", "https://mcp.example.com/mcp?token=c4nary"], "no credentials, query or fragment"],
    [["cursor", "--url", ADDRESS, "--local", "--read-only"], "--url cannot go with --local, --read-only"],
    [["cursor", "--url", ADDRESS, "--sandbox"], "--url cannot go with --sandbox"],
    [["cursor", "--url", ADDRESS, "--store"], "--url cannot go with --store"],
    [["zed", "--url", ADDRESS], "only in plain text"],
    [["cline", "--url", ADDRESS], "cline_mcp_settings.json"],
    [["claude-desktop", "--url", ADDRESS], "Connectors"],
    [["jetbrains", "--url", ADDRESS], "AI Assistant"],
  ])("%j ends with exit code 2, writes nothing and says what is right", async (args, right) => {
    const { code, shown } = await run(["install", ...args, "--yes"]);
    expect(code).toBe(2);
    expect(shown).toContain(right);
    expect(shown).not.toContain("c4nary");
    expect(await readdir(home)).toEqual([]);
  });

  it("takes http on this machine", async () => {
    const { code } = await run(["install", "opencode", "--yes", "--url", "http://127.0.0.1:3010/mcp"]);
    expect(code).toBe(0);
    const file = join(home, ".config", "opencode", "opencode.json");
    expect(JSON.parse(await readFile(file, "utf8")).mcp["telzino-sip"]).toMatchObject({
      type: "remote",
      url: "http://127.0.0.1:3010/mcp",
    });
  });
});
