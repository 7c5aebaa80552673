import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedLines } from "../../../src/clients/change.js";
import { type Entry, launchOf } from "../../../src/clients/entry.js";
import { formatOf, literalsOf } from "../../../src/clients/formats.js";
import { type Client, clientOf, entryOf } from "../../../src/clients/table.js";

/** Stands in every place of a file whose value is someone else's, or an old one of the entry. */
const CANARY = "c4nary";

function client(id: string): Client {
  const found = clientOf(id);
  if (!found) throw new Error(id);
  return found;
}

function shown(one: Client, before: string, after: string): string {
  const state = (text: string) => ({ text, own: formatOf(one).own(text, one) });
  return changedLines(state(before), state(after), literalsOf(one)).join("\n");
}

/** What `install` shows for a file, and then `uninstall`. */
function installed(id: string, before: string, form: "reference" | "values" = "reference"): string[] {
  const one = client(id);
  const env = { TELZINO_CLIENT_ID: `${CANARY}-id`, TELZINO_CLIENT_SECRET: `${CANARY}-new` };
  const entry: Entry = entryOf(
    one,
    launchOf("linux"),
    form === "values" ? { kind: form, env } : { kind: form },
  );
  const { put, remove } = formatOf(one);
  const after = put(before, one, entry);
  return [shown(one, before, after), shown(one, after, remove(after, one))];
}

const SERVER = {
  command: `${CANARY}-command`,
  args: ["-y", `${CANARY}-argument`],
  env: { API_KEY: CANARY, HARMLESS: `a ${CANARY} \\" b`, PIN: 4711, OFF: false },
  headers: { Authorization: `Bearer ${CANARY}`, "X-A": CANARY },
  url: `https://u:${CANARY}@h.example/`,
};
const FILE = {
  theme: CANARY,
  inputs: [{ id: "mine", default: CANARY }],
  mcpServers: { other: SERVER, "telzino-sip": SERVER, another: SERVER },
  servers: { other: SERVER, "telzino-sip": SERVER, another: SERVER },
  projects: { [`/home/${CANARY}`]: { history: [CANARY, { deep: [CANARY] }] } },
};
const TOML = `model = "${CANARY}" # ${CANARY}
notes = """
${CANARY}
[mcp_servers.telzino-sip]
command = "${CANARY}"
"""

[mcp_servers.other]
url = 'https://${CANARY}'
env = { A = "${CANARY}", B = '''${CANARY}''' }

[mcp_servers.telzino-sip] # ${CANARY}
# ${CANARY}
command = "${CANARY}" # ${CANARY}
args = [
  "-y", # ${CANARY}
  "${CANARY}",
]
bearer_token = """
${CANARY}
"""
http_headers = { Authorization = "${CANARY}", "X-A" = '${CANARY}' }
started = 2026-01-01T04:07:11
env.A = "${CANARY}"

[mcp_servers.telzino-sip.tools]
TOKEN = '${CANARY}'

[profiles.x]
a = "${CANARY}"
`;

describe("a change as it is shown", () => {
  const layouts: [string, string][] = [
    ["in lines", JSON.stringify(FILE, null, 2)],
    ["on one line", JSON.stringify(FILE)],
    ["with CRLF", JSON.stringify(FILE, null, "\t").replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\uFEFF${JSON.stringify(FILE)}`],
    [
      "with comments",
      JSON.stringify(FILE, null, 2).replaceAll("\n", ` // ${CANARY}\n/* ${CANARY} */ // ", ${CANARY}\n`),
    ],
    ["two entries a line", JSON.stringify(FILE, null, 2).replace(/,\n +/g, ", ")],
  ];
  const json = ["claude-desktop", "claude-code", "vscode", "cursor", "gemini-cli", "windsurf"];
  const cases: [string, string, string][] = [
    ...json.flatMap((id) => layouts.map(([name, text]): [string, string, string] => [id, name, text])),
    ["codex", "in TOML", TOML],
    ["codex", "in TOML with CRLF", TOML.replaceAll("\n", "\r\n")],
    [
      "codex",
      "in TOML, with nothing of this server's",
      TOML.replaceAll(/^\[mcp_servers.telzino-sip/gm, "[x"),
    ],
  ];

  it.each(cases)("tells no value that is not install's: %s, %s", (id, _name, text) => {
    for (const change of installed(id, text)) {
      expect(change).not.toMatch(/c4nary|4711|2026-01|04:07/);
      expect(change).toMatch(/^@@ line \d+ @@$/m);
    }
    expect(installed(id, text)[0]).toContain("telzino-sip-mcp");
  });

  it("tells nothing of any entry whatever its keys and values", () => {
    const word = fc.string({ minLength: 1 }).map((text) => `${text}${CANARY}`);
    fc.assert(
      fc.property(fc.dictionary(word, word), fc.constantFrom(undefined, 2, "\t"), (values, indent) => {
        const entry = { ...values, list: Object.values(values) };
        const servers = { before: entry, "telzino-sip": { env: { A: Object.values(values) } }, after: entry };
        const text = JSON.stringify({ ...values, mcpServers: servers, last: entry }, null, indent);
        expect(installed("cursor", text).join("\n")).not.toContain(CANARY);
      }),
    );
  });

  it("shows what is put in, and where, with nothing around it", () => {
    const other = { mcpServers: { other: { command: "x" } } };
    const [put, removed] = installed("cursor", `${JSON.stringify(other, null, 2)}\n`);
    const entry = [
      '    "telzino-sip": {',
      '      "command": "npx",',
      '      "args": [',
      '        "-y",',
      '        "telzino-sip-mcp"',
      "      ],",
      '      "env": {',
      `        "TELZINO_CLIENT_ID": "\${env:TELZINO_CLIENT_ID}",`,
      `        "TELZINO_CLIENT_SECRET": "\${env:TELZINO_CLIENT_SECRET}"`,
      "      }",
      "    }",
    ];
    expect(put?.split("\n")).toEqual(["@@ line 6 @@", ...entry.map((line) => `+${line}`)]);
    expect(removed?.split("\n")).toEqual(["@@ line 6 @@", ...entry.map((line) => `-${line}`)]);
  });

  it("shows a file of one line as its frame and the entry in it", () => {
    const text = '{"a":1,"mcpServers":{"x":{"env":{"K":"c4nary"}},"y":{}},"z":[2]}';
    expect(installed("claude-desktop", text)[0]?.split("\n")).toEqual([
      "@@ line 1 @@",
      '-{…,"mcpServers":{…},…}',
      '+{…,"mcpServers":{…,"telzino-sip": {"command":"npx","args":["-y","telzino-sip-mcp"],"env":{"TELZINO_CLIENT_ID":"","TELZINO_CLIENT_SECRET":""}}},…}',
    ]);
  });

  it("shows changes in two places without what is between them", () => {
    const text = JSON.stringify({ servers: { a: SERVER }, between: FILE, inputs: [{ id: "mine" }] }, null, 2);
    const lines = installed("vscode", text)[0]?.split("\n") ?? [];
    expect(lines.filter((line) => line.startsWith("@@"))).toHaveLength(2);
    expect(lines.filter((line) => line.includes("…"))).toEqual([]);
    expect(lines).toContain('+      "password": true');
  });

  it("marks a credential, and shows what it replaces as little", () => {
    const before = { mcpServers: { "telzino-sip": { env: { TELZINO_CLIENT_SECRET: CANARY } } } };
    const [put = ""] = installed("claude-desktop", JSON.stringify(before, null, 2), "values");
    expect(put).toContain('-        "TELZINO_CLIENT_SECRET": "[secret]"');
    expect(put).toContain('+        "TELZINO_CLIENT_SECRET": "[secret]"');
    expect(put).not.toContain(CANARY);
    expect(installed("codex", "", "values")[0]).toContain('TELZINO_CLIENT_SECRET = "[secret]"');
  });

  it("keeps the indentation of a line, but no screenful of it", () => {
    const [put = ""] = installed("cursor", `${" ".repeat(9_000)}{"mcpServers":{}}`);
    expect(put).toMatch(/^@@ line 1 @@\n- {80}\{"mcpServers":\{\}\}\n\+ {80}\{"mcpServers":/);
  });

  it("gives up on a comparison that is too long, and still tells nothing", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `${CANARY}${index}`);
    const text = JSON.stringify({ mcpServers: { "telzino-sip": { args: many } } }, null, 2);
    expect(installed("cursor", text).join("\n")).not.toContain(CANARY);
  });
});
