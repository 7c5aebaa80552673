import { parse } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { launchOf } from "../../../src/clients/entry.js";
import { ClientFileError } from "../../../src/clients/file-error.js";
import { formatOf } from "../../../src/clients/formats.js";
import { addressEntryOf, CLIENTS, type Client, clientOf, entryOf } from "../../../src/clients/table.js";

const TOKEN = "TELZINO_MCP_TOKEN";
const INPUT = "telzino-mcp-token";
const ADDRESS = "https://mcp.example.com/mcp";

function client(id: string): Client {
  const found = clientOf(id);
  if (!found) throw new Error(id);
  return found;
}

function addressOf(one: Client) {
  const entry = addressEntryOf(one, ADDRESS);
  if (!entry) throw new Error(one.id);
  return entry;
}

/** As each client documents it. */
const FORMS: Readonly<Record<string, object>> = {
  "claude-code": { type: "http", url: ADDRESS, headers: { Authorization: `Bearer \${${TOKEN}}` } },
  vscode: { type: "http", url: ADDRESS, headers: { Authorization: `Bearer \${input:${INPUT}}` } },
  cursor: { url: ADDRESS, headers: { Authorization: `Bearer \${env:${TOKEN}}` } },
  codex: { url: ADDRESS, bearer_token_env_var: "TELZINO_MCP_TOKEN" },
  "gemini-cli": { httpUrl: ADDRESS, headers: { Authorization: "Bearer $TELZINO_MCP_TOKEN" } },
  windsurf: { serverUrl: ADDRESS, headers: { Authorization: `Bearer \${env:${TOKEN}}` } },
  "copilot-cli": { type: "http", url: ADDRESS, headers: { Authorization: `Bearer \${${TOKEN}}` } },
  opencode: { type: "remote", url: ADDRESS, headers: { Authorization: "Bearer {env:TELZINO_MCP_TOKEN}" } },
  "qwen-code": { httpUrl: ADDRESS, headers: { Authorization: "Bearer $TELZINO_MCP_TOKEN" } },
  continue: { type: "streamable-http", url: ADDRESS, apiKey: `\${{ secrets.${TOKEN} }}` },
};

const able = CLIENTS.filter((one) => one.http);

/** A file with someone else's server and comments in it. */
function others({ format, root }: Client): string {
  if (format === "toml") return `# mine\n[${root}.other] # kept\nurl = "https://other.example/mcp"\n`;
  if (format === "yaml") {
    return `# mine\n${root}:\n  - name: other # kept\n    url: https://other.example/mcp\n`;
  }
  return `{\n  // mine\n  "${root}": {\n    "other": { "url": "https://other.example/mcp" } /* kept */\n  }\n}\n`;
}

function serversIn(text: string, { format, root }: Client): Record<string, object> {
  if (format === "yaml") {
    const servers = parseYaml(text)[root] as { name: string }[];
    return Object.fromEntries(servers.map(({ name, ...server }) => [name, server]));
  }
  return (format === "toml" ? parseToml(text) : parse(text))[root] as Record<string, object>;
}

describe("an entry with an address", () => {
  it("is known for each client that has a form, and a reason is given for the others", () => {
    expect(able.map(({ id }) => id).sort()).toEqual(Object.keys(FORMS).sort());
    for (const one of CLIENTS.filter(({ http }) => !http)) {
      expect(one.noHttp).toBeTruthy();
      expect(addressEntryOf(one, ADDRESS)).toBeUndefined();
    }
  });

  it.each(able)("goes into $id's file, which keeps comments and other servers, and out again", (one) => {
    const { put, remove } = formatOf(one);
    const text = put(others(one), one, addressOf(one));
    expect(text).toContain("mine");
    expect(text).toContain("kept");
    expect(serversIn(text, one)).toEqual({
      other: { url: "https://other.example/mcp" },
      "telzino-sip": FORMS[one.id],
    });
    expect(put(text, one, addressOf(one))).toBe(text);
    const without = remove(text, one);
    expect(without).toContain("kept");
    expect(serversIn(without, one)).toEqual({ other: { url: "https://other.example/mcp" } });
  });

  it.each(able)("takes the place of a program to start in $id's file, and gives it back", (one) => {
    const { put } = formatOf(one);
    const started = entryOf(one, launchOf("linux"), { kind: "reference" });
    const program = put(others(one), one, started);
    const address = put(program, one, addressOf(one));
    expect(serversIn(address, one)["telzino-sip"]).toEqual(FORMS[one.id]);
    expect(serversIn(put(address, one, started), one)["telzino-sip"]).toEqual(started);
  });

  it("makes VS Code ask for the token, and no longer for the credentials", () => {
    const code = client("vscode");
    const { put, remove } = formatOf(code);
    const program = put("", code, entryOf(code, launchOf("linux"), { kind: "reference" }));
    const text = put(program, code, addressOf(code));
    expect(parse(text).inputs).toMatchObject([{ id: "telzino-mcp-token", password: true }]);
    expect(parse(remove(text, code))).toEqual({});
  });

  it("keeps what the user has added to the entry, but for the variables of a program", () => {
    const gemini = client("gemini-cli");
    const own = { command: "npx", args: [], env: { HTTPS_PROXY: "http://p" }, trust: true };
    const text = formatOf(gemini).put(
      JSON.stringify({ mcpServers: { "telzino-sip": own } }),
      gemini,
      addressOf(gemini),
    );
    expect(serversIn(text, gemini)["telzino-sip"]).toEqual({ ...FORMS["gemini-cli"], trust: true });
  });

  it("keeps other headers while it is an address", () => {
    const cursor = client("cursor");
    const own = { url: "https://old.example/mcp", headers: { "X-Team": "a" } };
    const text = formatOf(cursor).put(
      JSON.stringify({ mcpServers: { "telzino-sip": own } }),
      cursor,
      addressOf(cursor),
    );
    expect(serversIn(text, cursor)["telzino-sip"]).toEqual({
      url: ADDRESS,
      headers: { "X-Team": "a", Authorization: `Bearer \${env:${TOKEN}}` },
    });
  });

  it("is refused where Codex has variables in a separate table", () => {
    const codex = client("codex");
    const text = `[mcp_servers.telzino-sip]\ncommand = "npx"\n\n[mcp_servers.telzino-sip.env]\nA = "b"\n`;
    expect(() => formatOf(codex).put(text, codex, addressOf(codex))).toThrow(ClientFileError);
  });

  it("takes inline variables out of Codex' table, and headers where a program is started", () => {
    const codex = client("codex");
    const { put } = formatOf(codex);
    const table = "[mcp_servers.telzino-sip]\n";
    const address = put(`${table}command = "npx"\nenv = { A = "b" }\n`, codex, addressOf(codex));
    expect(serversIn(address, codex)["telzino-sip"]).toEqual(FORMS.codex);
    const started = entryOf(codex, launchOf("linux"), { kind: "reference" });
    const program = put(`${table}url = "https://a.example"\nhttp_headers = { A = "b" }\n`, codex, started);
    expect(serversIn(program, codex)["telzino-sip"]).toEqual(started);
  });
});

describe("opencode's file", () => {
  const opencode = client("opencode");
  const started = entryOf(opencode, launchOf("linux"), { kind: "reference" });

  it("is left alone where it is in the newer form", () => {
    const text = '{ "mcp": { "servers": { "other": { "type": "local", "command": ["x"] } } } }';
    expect(() => formatOf(opencode).put(text, opencode, started)).toThrow("newer form");
  });

  it("may hold a server that is called servers", () => {
    const text = '{ "mcp": { "servers": { "type": "local", "command": ["x"] } } }';
    expect(Object.keys(serversIn(formatOf(opencode).put(text, opencode, started), opencode))).toEqual([
      "servers",
      "telzino-sip",
    ]);
  });
});

describe("Cline's entry", () => {
  it("has no variables: the environment goes to the server, and references are not filled in", () => {
    expect(entryOf(client("cline"), launchOf("linux"), { kind: "reference" })).toEqual(launchOf("linux"));
  });
});
