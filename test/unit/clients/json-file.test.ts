import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { launchOf } from "../../../src/clients/entry.js";
import { putJson, removeJson } from "../../../src/clients/json-file.js";
import { CLIENTS, type Client, clientOf, entryOf } from "../../../src/clients/table.js";

const VALUES = { TELZINO_CLIENT_ID: "id-1", TELZINO_CLIENT_SECRET: "s3cret-value" };

function client(id: string): Client {
  const found = clientOf(id);
  if (!found) throw new Error(id);
  return found;
}

const desktop = client("claude-desktop");
const entry = entryOf(desktop, launchOf("linux"), { kind: "values", env: VALUES });

const COMMENTED = `{
  // mine
  "mcpServers": {
    "other": { "command": "x", "args": ["--a"], },
    /* last */
  },
  "theme": "dark", // kept
}
`;

describe("a client's JSON file", () => {
  it.each(CLIENTS.filter(({ format, file }) => format === "json" && file))(
    "takes $id into an empty file, and gives what the table says",
    (one) => {
      const wanted = entryOf(one, launchOf("linux"), { kind: "reference" });
      const text = putJson("", one, wanted);
      expect(JSON.parse(text)).toEqual({
        [one.root]: { "telzino-sip": wanted },
        ...(one.inputs ? { inputs: one.inputs } : {}),
      });
      expect(text.endsWith("}\n")).toBe(true);
    },
  );

  it("keeps comments, trailing commas and everything else", () => {
    const text = putJson(COMMENTED, desktop, entry);
    for (const kept of [
      "// mine",
      "/* last */",
      "// kept",
      '"other": { "command": "x", "args": ["--a"], }',
    ]) {
      expect(text).toContain(kept);
    }
    expect(parse(text)).toEqual({
      mcpServers: { other: { command: "x", args: ["--a"] }, "telzino-sip": entry },
      theme: "dark",
    });
  });

  it.each([
    COMMENTED,
    COMMENTED.replaceAll("\n", "\r\n"),
    `\uFEFF${COMMENTED}`,
    '{"mcpServers":{"a":{"b":1}}}',
  ])("is, after install and uninstall, byte for byte what it was: %j", (text) => {
    expect(parse(removeJson(putJson(text, desktop, entry), desktop).replace("\uFEFF", ""))).toEqual(
      parse(text.replace("\uFEFF", "")),
    );
  });

  it("keeps line ends and the byte order mark", () => {
    const text = putJson(`\uFEFF${COMMENTED.replaceAll("\n", "\r\n")}`, desktop, entry);
    expect(text.startsWith("\uFEFF{")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("changes nothing the second time", () => {
    const once = putJson(COMMENTED, desktop, entry);
    expect(putJson(once, desktop, entry)).toBe(once);
    const code = client("vscode");
    const reference = entryOf(code, launchOf("linux"), { kind: "reference" });
    const first = putJson("", code, reference);
    expect(putJson(first, code, reference)).toBe(first);
  });

  it("leaves the user's own keys and variables in the entry, and takes credentials away with the sandbox", () => {
    const before = `{"mcpServers":{"telzino-sip":{"command":"old","args":[],"disabled":true,"env":{"TELZINO_CLIENT_ID":"x","TELZINO_CLIENT_SECRET":"y","HTTPS_PROXY":"http://p"}}}}`;
    const sandbox = entryOf(desktop, launchOf("linux", ["--sandbox"]), { kind: "none" });
    expect(parse(putJson(before, desktop, sandbox)).mcpServers["telzino-sip"]).toEqual({
      command: "npx",
      args: ["-y", "telzino-sip-mcp", "--sandbox"],
      disabled: true,
      env: { HTTPS_PROXY: "http://p" },
    });
  });

  it("writes no secret into VS Code's file, and takes out only its own inputs", () => {
    const code = client("vscode");
    const before = '{"inputs":[{"id":"mine","type":"promptString"}],"servers":{"a":{}}}';
    const text = putJson(before, code, entryOf(code, launchOf("linux"), { kind: "reference" }));
    const { inputs } = parse(text);
    expect(inputs).toHaveLength(3);
    expect(inputs.find(({ id }: { id: string }) => id === "telzino-client-secret").password).toBe(true);
    expect(parse(removeJson(text, code))).toEqual(parse(before));
  });

  it.each([
    ['{\n  "a": ,\n}', "line 2, column 8"],
    ["[]", "line 1, column 1"],
    ['{"mcpServers": []}', "must be an object"],
    ['{"mcpServers": {"telzino-sip": 1}}', "must be an object"],
  ])("is refused where it is broken: %j", (text, place) => {
    expect(() => putJson(text, desktop, entry)).toThrow(place);
  });
});
