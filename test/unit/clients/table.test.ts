import { describe, expect, it } from "vitest";
import { cursorLink, vscodeLink } from "../../../scripts/docs/links.js";
import { launchOf } from "../../../src/clients/entry.js";
import { clientOf, entryOf, type Place } from "../../../src/clients/table.js";

function place(platform: NodeJS.Platform, home: string, set: Record<string, string> = {}): Place {
  return { platform, home, project: "/p", variable: (name) => set[name] };
}

describe("where a client keeps its servers", () => {
  it.each([
    ["claude-desktop", place("linux", "/h"), "/h/.config/Claude/claude_desktop_config.json"],
    [
      "claude-desktop",
      place("linux", "/h", { XDG_CONFIG_HOME: "/x" }),
      "/x/Claude/claude_desktop_config.json",
    ],
    [
      "claude-desktop",
      place("darwin", "/h"),
      "/h/Library/Application Support/Claude/claude_desktop_config.json",
    ],
    [
      "claude-desktop",
      place("win32", "C:\\u", { APPDATA: "C:\\u\\AppData\\Roaming" }),
      "C:\\u\\AppData\\Roaming\\Claude\\claude_desktop_config.json",
    ],
    ["vscode", place("darwin", "/h"), "/h/Library/Application Support/Code/User/mcp.json"],
    ["codex", place("linux", "/h", { CODEX_HOME: "/c" }), "/c/config.toml"],
    ["windsurf", place("win32", "C:\\u"), "C:\\u\\.codeium\\windsurf\\mcp_config.json"],
    ["copilot-cli", place("darwin", "/h"), "/h/.copilot/mcp-config.json"],
    ["copilot-cli", place("linux", "/h", { COPILOT_HOME: "/c" }), "/c/mcp-config.json"],
    ["opencode", place("darwin", "/h"), "/h/.config/opencode/opencode.json"],
    ["opencode", place("linux", "/h", { XDG_CONFIG_HOME: "/x" }), "/x/opencode/opencode.json"],
    ["opencode", place("win32", "C:\\u"), "C:\\u\\.config\\opencode\\opencode.json"],
    ["cline", place("linux", "/h"), "/h/.cline/data/settings/cline_mcp_settings.json"],
    ["zed", place("linux", "/h", { XDG_CONFIG_HOME: "/x" }), "/x/zed/settings.json"],
    ["zed", place("darwin", "/h", { XDG_CONFIG_HOME: "/x" }), "/h/.config/zed/settings.json"],
    ["zed", place("win32", "C:\\u", { APPDATA: "C:\\a" }), "C:\\a\\Zed\\settings.json"],
    ["qwen-code", place("linux", "/h"), "/h/.qwen/settings.json"],
    ["continue", place("linux", "/h"), "/h/.continue/mcpServers/telzino-sip.yaml"],
    ["continue", place("linux", "/h", { CONTINUE_GLOBAL_DIR: "/c" }), "/c/mcpServers/telzino-sip.yaml"],
    ["continue", place("win32", "C:\\u"), "C:\\u\\.continue\\mcpServers\\telzino-sip.yaml"],
  ])("%s", (id, where, path) => {
    expect(clientOf(id)?.file?.(where)).toBe(path);
  });
});

describe("the command of an entry", () => {
  it("goes through cmd on Windows, where npx is a batch file", () => {
    expect(launchOf("win32", ["--sandbox"])).toEqual({
      command: "cmd",
      args: ["/c", "npx", "-y", "telzino-sip-mcp", "--sandbox"],
    });
    expect(launchOf("darwin")).toEqual({ command: "npx", args: ["-y", "telzino-sip-mcp"] });
  });
});

describe("install links", () => {
  it("decode to the configuration that they were made from", () => {
    const cursor = clientOf("cursor");
    if (!cursor) throw new Error("cursor");
    const config = entryOf(cursor, launchOf("linux"), { kind: "reference" });
    const encoded = new URL(cursorLink(config)).searchParams.get("config") ?? "";
    expect(JSON.parse(Buffer.from(encoded, "base64").toString())).toEqual(config);
    const query = vscodeLink(config).replace("vscode:mcp/install?", "");
    expect(JSON.parse(decodeURIComponent(query))).toEqual({ name: "telzino-sip", ...config });
  });
});
