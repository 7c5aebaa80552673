import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { changedLines } from "../../../src/clients/change.js";
import { launchOf } from "../../../src/clients/entry.js";
import { ClientFileError } from "../../../src/clients/file-error.js";
import { literalsOf } from "../../../src/clients/formats.js";
import { CLIENTS, entryOf } from "../../../src/clients/table.js";
import { ownYaml, putYaml, removeYaml } from "../../../src/clients/yaml-file.js";

const [client] = CLIENTS.filter(({ id }) => id === "continue");
if (!client) throw new Error("continue");
const entry = entryOf(client, launchOf("linux"), { kind: "reference" });
const env = {
  TELZINO_CLIENT_ID: `\${{ secrets.TELZINO_CLIENT_ID }}`,
  TELZINO_CLIENT_SECRET: `\${{ secrets.TELZINO_CLIENT_SECRET }}`,
};
/** The element as a YAML parser should read it. */
const read = { name: "telzino-sip", type: "stdio", command: "npx", args: ["-y", "telzino-sip-mcp"], env };
const HEAD = 'name: "telzino-sip"\nversion: "1.0.0"\nschema: "v1"\n';
const OTHERS = `# mine
name: Tools # kept
version: 0.0.1
schema: v1
mcpServers:
  # the browser
  - name: Browser search
    command: npx
    args:
      - "@playwright/mcp@latest" # pinned later
  - name: Second
    command: 'x'
# last
`;

const put = (text: string, what = entry) => putYaml(text, client, what);
const remove = (text: string) => removeYaml(text, client);

describe("a client's YAML file", () => {
  it("is a file of servers with this one in it", () => {
    expect(parse(put(""))).toEqual({
      name: "telzino-sip",
      version: "1.0.0",
      schema: "v1",
      mcpServers: [read],
    });
  });

  it("gets nothing the second time", () => {
    for (const text of ["", OTHERS, OTHERS.replaceAll("\n", "\r\n"), `\uFEFF${OTHERS}`, "# only this\n"]) {
      expect(put(put(text))).toBe(put(text));
    }
  });

  it("is removed whole where nothing else is in it", () => {
    expect(remove(put(""))).toBe("");
    expect(remove("")).toBe("");
  });

  it.each([
    ["", OTHERS],
    [" with CRLF", OTHERS.replaceAll("\n", "\r\n")],
    [" with a byte order mark", `\uFEFF${OTHERS}`],
    [" with a comment only", "# only this\n"],
  ])("keeps comments and other servers%s, and is afterwards what it was", (_what, text) => {
    const installed = put(text);
    for (const [comment] of text.matchAll(/#.*/g)) expect(installed).toContain(comment.trim());
    expect(parse(installed).mcpServers.at(-1)).toEqual(read);
    const rest = remove(installed);
    for (const [comment] of text.matchAll(/#.*/g)) expect(rest).toContain(comment.trim());
    expect(rest.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
    expect(/[^\r]\n/.test(rest)).toBe(/[^\r]\n/.test(text));
    // The library puts an empty line before a comment at the end.
    if (text.includes("Browser")) expect(rest.replace(/(\r?\n)\r?\n/g, "$1")).toBe(text);
  });

  it("changes only its own keys in an element that is there", () => {
    const before = `mcpServers:
  - name: telzino-sip # here
    command: old
    cwd: /mine
    connectionTimeout: 5000
    url: https://old.example/mcp
    env:
      MY_OWN: "1" # mine
      TELZINO_ACCESS_TOKEN: stale
`;
    const text = put(before);
    expect(parse(text)).toEqual({
      mcpServers: [{ ...read, cwd: "/mine", connectionTimeout: 5000, env: { MY_OWN: "1", ...env } }],
    });
    expect(text).toContain("# here");
    expect(text).toContain("# mine");
    expect(put(text)).toBe(text);
  });

  it("takes variables out with the sandbox, which needs none", () => {
    const text = put(put(""), entryOf(client, launchOf("linux", ["--sandbox"]), { kind: "none" }));
    expect(parse(text).mcpServers).toEqual([
      { name: "telzino-sip", type: "stdio", command: "npx", args: ["-y", "telzino-sip-mcp", "--sandbox"] },
    ]);
  });

  it.each([
    ["not YAML", "mcpServers: [\n"],
    ["two documents", "a: 1\n---\nb: 2\n"],
    ["a list", "- a\n"],
    ["servers that are a mapping", "mcpServers:\n  a: 1\n"],
    ["variables that are a list", "mcpServers:\n  - name: telzino-sip\n    env: [a]\n"],
    ["a key twice", "name: a\nname: b\n"],
    ["deep nesting", `a: ${"[".repeat(20_000)}`],
  ])("is left alone where it is %s", (_what, text) => {
    expect(() => put(text)).toThrow(ClientFileError);
  });

  it("keeps a value that YAML would read as something else", () => {
    const args = ["yes", "1.0", "null", "#x", "a: b", "*a", "C:\\new\\u", "é\u2028", "x".repeat(300)];
    const text = put("", { ...entry, args });
    expect(parse(text).mcpServers[0].args).toEqual(args);
    expect(put(text, { ...entry, args })).toBe(text);
  });

  it("shows what it writes, no credential, and nothing of others", () => {
    const values = { TELZINO_CLIENT_ID: "c4nary-id", TELZINO_CLIENT_SECRET: "c4nary-secret" };
    const stored = entryOf(client, launchOf("linux"), { kind: "values", env: values });
    const theirs = OTHERS.replace("'x'", "c4nary").replace("# last", "# c4nary").replace("kept", "c4nary");
    for (const [before, written] of [
      ["", stored],
      [theirs, stored],
      [put(theirs, stored), entry],
    ] as const) {
      const after = put(before, written);
      const state = (text: string) => ({ text, own: ownYaml(text, client) });
      const shown = changedLines(state(before), state(after), literalsOf(client)).join("\n");
      expect(shown).not.toContain("c4nary");
      expect(shown).toContain("TELZINO_CLIENT_SECRET:");
    }
    const state = (text: string) => ({ text, own: ownYaml(text, client) });
    const fresh = changedLines(state(""), state(put("")), literalsOf(client));
    expect(fresh.slice(1).map((line) => line.slice(1))).toEqual(put("").trimEnd().split("\n"));
    expect(put("").startsWith(HEAD)).toBe(true);
  });
});
