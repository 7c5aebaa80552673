import { describe, expect, it } from "vitest";
import { launchOf } from "../../../src/clients/entry.js";
import { CLIENTS, entryOf } from "../../../src/clients/table.js";
import { putToml, removeToml } from "../../../src/clients/toml-file.js";

const [codex] = CLIENTS.filter(({ id }) => id === "codex");
if (!codex) throw new Error("codex");
const entry = entryOf(codex, launchOf("linux"), { kind: "reference" });
const BLOCK = `[mcp_servers.telzino-sip]
command = "npx"
args = ["-y", "telzino-sip-mcp"]
env_vars = ["TELZINO_CLIENT_ID", "TELZINO_CLIENT_SECRET"]
`;
const OTHERS = `# mine
model = "m" # kept
notes = """
[mcp_servers.telzino-sip]
"""

[mcp_servers.other]
command = 'x'
args = [
  "a", # ]
]
`;

describe("a client's TOML file", () => {
  it("gets the table into an empty file", () => {
    expect(putToml("", codex, entry)).toBe(BLOCK);
  });

  it("gets the table after the others, which stay byte for byte", () => {
    expect(putToml(OTHERS, codex, entry)).toBe(`${OTHERS}\n${BLOCK}`);
  });

  it.each([OTHERS, OTHERS.replaceAll("\n", "\r\n"), `\uFEFF${OTHERS}`])(
    "is, after install and uninstall, byte for byte what it was",
    (text) => {
      expect(removeToml(putToml(text, codex, entry), codex)).toBe(text);
    },
  );

  it("changes only its own keys in a table that is there", () => {
    const before = `${OTHERS}
[mcp_servers."telzino-sip"] # mine
command = "node" # old
startup_timeout_sec = 20 # kept
args = [
  "old",
]

[profiles.x]
a = 1
`;
    const text = putToml(before, codex, entry);
    expect(text).toContain('[mcp_servers."telzino-sip"] # mine\n');
    expect(text).toContain("startup_timeout_sec = 20 # kept\n");
    expect(text).toContain('command = "npx"\n');
    expect(text).not.toContain('"old"');
    expect(text.match(/^args = /gm)).toHaveLength(2);
    expect(text.endsWith("\n[profiles.x]\na = 1\n")).toBe(true);
    expect(putToml(text, codex, entry)).toBe(text);
    expect(removeToml(text, codex)).toBe(`${OTHERS}\n[profiles.x]\na = 1\n`);
  });

  it("takes tables below its own away with it", () => {
    const text = `${BLOCK}\n[mcp_servers.telzino-sip.env]\nA = "1"\n\n[z]\nb = 2\n`;
    expect(removeToml(text, codex)).toBe("\n[z]\nb = 2\n");
  });

  it.each([
    ['a = "x\nb = 1\n', "line 1"],
    ["a = 1\nb = [1,\n", "line 2"],
    ["a = 1\nnonsense\n", "line 2"],
    ["mcp_servers = {}\n", "line 1"],
    ["[mcp_servers]\ntelzino-sip.command = 'x'\n", "line 2"],
    ["[mcp_servers]\ntelzino-sip = { command = 'x' }\n", "line 2"],
  ])("is refused where it is broken or written otherwise: %j", (text, place) => {
    expect(() => putToml(text, codex, entry)).toThrow(place);
  });

  it("names the line of a table of variables that it cannot add to", () => {
    const text = `a = 1\n\n${BLOCK}\n[mcp_servers.telzino-sip.env]\nA = "1"\n`;
    const line = text.split("\n").indexOf("[mcp_servers.telzino-sip.env]") + 1;
    const withVariables = { ...entry, env: { B: "2" } };
    expect(() => putToml(text, codex, withVariables)).toThrow(new RegExp(`line ${line}\\b`));
  });
});
