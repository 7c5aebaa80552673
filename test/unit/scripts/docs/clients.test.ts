import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderClientPages } from "../../../../scripts/docs/clients.js";
import { launchOf } from "../../../../src/clients/entry.js";
import { CLIENTS, entryOf } from "../../../../src/clients/table.js";
import { CLIENT_PROGRAMS } from "../../../clients/support/clients.js";

const FOLDER = join(dirname(dirname(dirname(dirname(import.meta.dirname)))), "docs", "clients");
const page = (name: string) => readFileSync(join(FOLDER, name), "utf8");

describe("docs/clients", () => {
  it("holds what the table gives: else npm run docs", () => {
    const pages = renderClientPages();
    expect(readdirSync(FOLDER).sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages) expect(page(name)).toBe(text);
  });

  it.each(CLIENTS.filter(({ format }) => format === "json").map((client) => [client.id, client] as const))(
    "has blocks for %s that parse and hold what install writes",
    (id, client) => {
      const blocks = [...page(`${id}.md`).matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) =>
        JSON.parse(text),
      );
      const wanted = (["linux", "win32"] as const).map((platform) =>
        entryOf(client, launchOf(platform), { kind: "reference" }),
      );
      expect(blocks.slice(0, 2).map((block) => block[client.root]["telzino-sip"])).toEqual(wanted);
    },
  );

  it.each(CLIENTS.map(({ id }) => id))("says for %s how a named SIP password gets through", (id) => {
    expect(page(`${id}.md`)).toMatch(/## Named SIP passwords\n[\s\S]*--secrets-file/);
  });

  it("names the variable in the entry where the client cuts the environment", () => {
    expect(page("codex.md")).toMatch(/env_vars = \[.*"TELZINO_SIP_SECRET_OFFICE_PBX"\]/);
    expect(page("gemini-cli.md")).toContain(
      '"TELZINO_SIP_SECRET_OFFICE_PBX": "$TELZINO_SIP_SECRET_OFFICE_PBX"',
    );
  });

  it("README.md and the index mark the clients that test/clients runs, and no others", () => {
    const run = CLIENT_PROGRAMS.map(({ id }) => id).sort();
    const marked = (text: string, mark: RegExp) =>
      [...text.matchAll(/^\| \[.+?\]\((?:docs\/clients\/)?([\w-]+)\.md\) \| `.*\| ([^|]*)\|$/gm)]
        .filter(([, , cell = ""]) => mark.test(cell))
        .map(([, id]) => id)
        .sort();
    expect(marked(readFileSync(join(FOLDER, "../../README.md"), "utf8"), /✓/)).toEqual(run);
    expect(marked(page("README.md"), /\d+\.\d+\.\d+/)).toEqual(run);
    const workflow = readFileSync(join(FOLDER, "../../.github/workflows/ci.yml"), "utf8");
    expect(workflow).toMatch(/run: bash test\/clients\/install\.sh\n.*run: npm run test:clients\n/);
  });

  it("has blocks that parse on every page", () => {
    const blocks = readdirSync(FOLDER).flatMap((name) => [...page(name).matchAll(/```json\n([\s\S]*?)```/g)]);
    expect(blocks.length).toBeGreaterThan(15);
    for (const [, text = ""] of blocks) expect(() => JSON.parse(text)).not.toThrow();
  });

  it("has install links that decode to what install writes", () => {
    const link = (name: string) => /```text\n(.+)\n```/.exec(page(name))?.[1] ?? "";
    const encoded = new URL(link("cursor.md")).searchParams.get("config") ?? "";
    const [cursor, code] = ["cursor", "vscode"].map((id) => CLIENTS.find((client) => client.id === id));
    if (!cursor || !code) throw new Error("the table has lost a client");
    const launch = launchOf("linux");
    expect(JSON.parse(Buffer.from(encoded, "base64").toString())).toEqual(
      entryOf(cursor, launch, { kind: "reference" }),
    );
    const decoded = JSON.parse(decodeURIComponent(link("vscode.md").replace("vscode:mcp/install?", "")));
    expect(decoded).toEqual({
      name: "telzino-sip",
      ...entryOf(code, launch, { kind: "reference" }),
      inputs: code.inputs,
    });
  });
});
