import { assert, constantFrom, array as listOf, property, tuple } from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { launchOf } from "../../../src/clients/entry.js";
import { ClientFileError } from "../../../src/clients/file-error.js";
import { CLIENTS, entryOf } from "../../../src/clients/table.js";
import { ownToml, putToml, removeToml } from "../../../src/clients/toml-file.js";

const [codex] = CLIENTS.filter(({ id }) => id === "codex");
if (!codex) throw new Error("codex");
const entry = entryOf(codex, launchOf("linux"), { kind: "reference" });
/** The entry as a TOML parser should read it. */
const read = {
  command: "npx",
  args: ["-y", "telzino-sip-mcp"],
  env_vars: ["TELZINO_CLIENT_ID", "TELZINO_CLIENT_SECRET"],
};
interface Servers extends Record<string, unknown> {
  mcp_servers?: Record<string, Record<string, unknown>>;
}
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

  it.each([
    OTHERS,
    OTHERS.replaceAll("\n", "\r\n"),
    `\uFEFF${OTHERS}`,
    OTHERS.trimEnd(),
    `${OTHERS}\n\n`,
    `a = 1\r\nb = 2\n${OTHERS}c = 3\r\n`,
  ])("is, after install and uninstall, byte for byte what it was", (text) => {
    expect(removeToml(putToml(text, codex, entry), codex)).toBe(text);
  });

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

  it("finds its table in a file of mixed line ends", () => {
    const text = `a = 1\r\n\n[mcp_servers.telzino-sip]\ncommand = "old"\n[z]\r\nb = 2\n`;
    const changed = putToml(text, codex, entry);
    expect(parse(changed)).toEqual({ a: 1, mcp_servers: { "telzino-sip": read }, z: { b: 2 } });
    expect(changed.startsWith("a = 1\r\n\n[mcp")).toBe(true);
    expect(changed.endsWith("\n[z]\r\nb = 2\n")).toBe(true);
    expect(removeToml(changed, codex)).toBe("a = 1\r\n[z]\r\nb = 2\n");
  });

  it("keeps the names of variables that the user has added", () => {
    const mine = [...read.env_vars, "TELZINO_READ_ONLY", "TELZINO_SIP_SECRET_OFFICE"];
    const text = `[mcp_servers.telzino-sip]\ncommand = "old"\nenv_vars = ${JSON.stringify(mine)}\n`;
    const envVars = (given: typeof entry) =>
      (parse(putToml(text, codex, given)) as Servers).mcp_servers?.["telzino-sip"]?.env_vars;
    expect(envVars(entry)).toEqual(mine);
    expect(envVars(entryOf(codex, launchOf("linux"), { kind: "none" }))).toEqual(mine.slice(2));
    expect(envVars({ url: "https://mcp.example.com/mcp" })).toBeUndefined();
  });

  it("leaves a value as it is written where it says the same already", () => {
    const text = `[mcp_servers.telzino-sip]
command = 'npx' # mine
args = [
  "-y", # yes
  "telzino-sip-mcp",
]
env_vars = ["TELZINO_CLIENT_ID", "TELZINO_CLIENT_SECRET"]
`;
    expect(putToml(text, codex, entry)).toBe(text);
  });

  it.each([
    ["env = { FOO = 'x', TELZINO_CLIENT_SECRET = 'old', BAR.deep = 1 }", { FOO: "x", BAR: { deep: 1 } }],
    [
      "env.FOO = 'x'\nenv.TELZINO_CLIENT_SECRET = 'old'\nenv.\"BAR\".deep = 1",
      { FOO: "x", BAR: { deep: 1 } },
    ],
    ["env = { TELZINO_CLIENT_SECRET = 'old' }", undefined],
    ["env = { FOO = 'x' } # kept", { FOO: "x" }],
  ])("changes of the variables only the credentials: %s", (line, left) => {
    const text = `[mcp_servers.telzino-sip]\n${line}\n`;
    const changed = putToml(text, codex, entry);
    expect(parse(changed)).toEqual({
      mcp_servers: { "telzino-sip": { ...read, ...(left ? { env: left } : {}) } },
    });
    expect(changed.includes(line)).toBe(!line.includes("TELZINO"));
    const set = parse(putToml(text, codex, { ...entry, env: { TELZINO_CLIENT_SECRET: "new \u007f" } }));
    expect(set).toEqual({
      mcp_servers: { "telzino-sip": { ...read, env: { ...left, TELZINO_CLIENT_SECRET: "new \u007f" } } },
    });
  });

  it("is for a real parser what it was, with the entry and without it again, however it is put together", () => {
    const pieces = [
      "[a.k]\nx = 1 # [mcp_servers.telzino-sip]\n",
      '[mcp_servers.other]\r\ncommand = "x"\r\nargs = [ # ]\r\n  "a",\r\n]\r\n',
      "[[list]]\nn = 0x1F\n\n[[list]]\nd = 1979-05-27T07:32:00Z\n",
      '["quoted key".b]\ns = """\n[mcp_servers.telzino-sip]\ncommand = 1\n"""\n',
      "# alone\n\n\n",
      "[z]\ndotted.key.s = 'C:\\path'\r\n   spaced    =   true   # c\n",
      '[mcp_servers.telzino-sip.tools."a.b"]\napproval = "auto"\n',
      '[mcp_servers.telzino-sip]\ncommand="node"\r\n  args=[]\nstartup_timeout_sec = 20\n',
    ];
    const chosen = listOf(tuple(constantFrom(...pieces), constantFrom("", "\n", "\r\n", " \t\n"))).map(
      (list) => [...new Map(list)].map(([piece, gap]) => `${piece}${gap}`).join(""),
    );
    assert(
      property(
        constantFrom("", "\uFEFF", 'model = "m"\r\n', "mcp_servers.dotted.command = 'c'\n"),
        chosen,
        (head, tail) => {
          const text = `${head}${tail}`;
          const before = parse(text) as Servers;
          const { "telzino-sip": there = {}, ...others } = before.mcp_servers ?? {};
          const put = putToml(text, codex, entry);
          expect(parse(put)).toEqual({
            ...before,
            mcp_servers: { ...others, "telzino-sip": { ...there, ...read } },
          });
          expect(putToml(put, codex, entry)).toBe(put);
          const removed = removeToml(put, codex);
          const { mcp_servers: _, ...withoutServers } = before;
          expect(parse(removed)).toEqual(
            Object.keys(others).length > 0 ? { ...withoutServers, mcp_servers: others } : withoutServers,
          );
          if (Object.keys(there).length === 0 && text.trim() !== "") expect(removed).toBe(text);
          // Nothing of anybody else's is taken for this server's own.
          for (const { from, to } of ownToml(put, codex).entries)
            expect(put.slice(from, to)).not.toMatch(/^\s*\[/m);
        },
      ),
    );
  });

  it("is refused where it is nested deeper than can be read", () => {
    const text = `a = ${"[".repeat(50_000)}${"]".repeat(50_000)}\n`;
    expect(() => putToml(text, codex, entry)).toThrow("nested too deeply");
  });

  it("says nothing of what is in a file that is refused", () => {
    for (const text of [
      "# \u0001c4nary\n",
      'a = "\\uD800c4nary"\n',
      "a = c4nary\n",
      "c4nary = 1\nc4nary = 2\n",
    ]) {
      expect(() => putToml(text, codex, entry)).toThrow(ClientFileError);
      expect(() => putToml(text, codex, entry)).toThrow(
        /^line \d+, column \d+: (?!.*(?:c4nary|D800|u0001))/i,
      );
    }
  });

  it.each([
    ['a = "x\nb = 1\n', "line 1"],
    ["a = 1\nb = [1,\n", "line 2"],
    ["a = 1\nnonsense\n", "line 2"],
    ["a = 1\na = 2\n", "line 2"],
    ["[[mcp_servers]]\nx = 1\n", "line 1"],
    ["[[mcp_servers.telzino-sip]]\nx = 1\n", "line 1"],
    ["mcp_servers.telzino-sip.command = 'x'\n", "line 1"],
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
