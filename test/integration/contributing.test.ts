import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RepositoryCopy } from "../support/repository-copy.js";
import { SpawnedServer } from "../support/spawned.js";

/**
 * What docs/contributing/ promises: a PBX is one file, a log format is one file, a finding is one rule and one case of its
 * test, a tool is one file and one line; and `npm run docs`. All four are added to one copy of the repository, since each step there starts Vitest.
 */
vi.setConfig({ testTimeout: 240_000 });

const PBX_TESTS = [
  "test/unit/presets/catalogue.test.ts",
  "test/unit/presets/recognize.test.ts",
  "test/unit/tools/pbx-setup-guide/index.test.ts",
];
const FORMAT_TESTS = ["test/unit/logs/formats.test.ts", "test/unit/regular-expressions.test.ts"];
const FINDING_TEST = "test/unit/diagnosis/rules.test.ts";
const DOCS_TEST = "test/unit/scripts/docs/files.test.ts";

const PBX = join(import.meta.dirname, "../support/example-pbx.yaml");
const PBX_FILE = "src/presets/systems/example-pbx.yaml";

const FORMAT = join(import.meta.dirname, "../support/example-log-format.txt");
const FORMAT_FILE = "src/logs/formats/example-pbx.ts";
const LOG = [
  "2026-01-05 10:26:12 exreg: 1001 from 192.0.2.9:5060 bad secret",
  "2026-01-05 10:26:20 exreg: 1001 from 192.0.2.9:5060 bad secret",
].join("\n");

const RULES_FILE = "src/diagnosis/rules/path.ts";
const RULE = `  {
    id: "example-finding",
    topic: "path",
    severity: "info",
    title: "The PBX sees the first unprivileged port",
    seen: "The PBX saw port 1024.",
    cause: "A router that hands out ports from the beginning.",
    fix: "Nothing.",
    explains: ["nat"],
    find: ({ path }) =>
      path?.seen?.port === 1024 ? { evidence: "seen as port 1024", confidence: "low" } : undefined,
  },
`;
const CASE = `  "example-finding": {
    seen: evidence({ path: { ...path, nat: true, seen: { address: "8.8.8.8", port: 1024 } } }),
    confidence: "low",
    says: /port 1024/,
  },
`;

const TOOL = join(import.meta.dirname, "../support/example-tool.txt");
const TOOL_FILE = "src/tools/count-agents.ts";
const TOOLS_FILE = "src/tools/index.ts";
const EXAMPLE = `  {
    tool: "count_agents",
    ask: "How many agents do I have?",
    answer: ["The account has "],
  },
`;
const TOOL_TESTS = ["test/unit/tools/strict-schemas.test.ts", "test/unit/hosting/front/message.test.ts"];
const SURFACE_TEST = "test/unit/mcp/surface.test.ts";

let copy: RepositoryCopy;
const read = (path: string) => readFileSync(join(copy.root, path), "utf8");
const write = (path: string, text: string) => writeFileSync(join(copy.root, path), text);

/** Puts text before the end of the list that `end` closes, or after the line that begins it. */
function insert(path: string, at: string, text: string, after = false): void {
  const before = read(path);
  expect(before.split(at)).toHaveLength(2);
  write(
    path,
    before.replace(at, () => (after ? `${at}${text}` : `${text}${at}`)),
  );
}

beforeAll(() => {
  copy = new RepositoryCopy();
  copyFileSync(PBX, join(copy.root, PBX_FILE));
  copyFileSync(FORMAT, join(copy.root, FORMAT_FILE));
  insert(RULES_FILE, "] as const satisfies readonly Rule[];", RULE);
  copyFileSync(TOOL, join(copy.root, TOOL_FILE));
  insert(TOOLS_FILE, "\n/** Every tool,", 'import { countAgents } from "./count-agents.js";\n');
  insert(TOOLS_FILE, "  listAgents,\n", "  countAgents,\n", true);
});
afterAll(() => copy.remove());

describe("a PBX, a log format, a finding and a tool", () => {
  it("make the documentation refuse a tool without an example", async () => {
    const { code, output } = await copy.node("scripts/docs.mjs");
    expect(code).not.toBe(0);
    expect(output).toContain("scripts/docs/readme-examples.ts has no example of count_agents");
    insert(
      "scripts/docs/readme-examples.ts",
      "export const README_EXAMPLES: readonly ReadmeExample[] = [\n",
      EXAMPLE,
      true,
    );
  });

  it("make tests say that the documentation is due, and that a finding needs a case", async () => {
    const tests = [DOCS_TEST, "test/unit/logs/formats.test.ts", FINDING_TEST, SURFACE_TEST];
    const { code, output } = await copy.unitTests(...tests);
    expect(code).toBe(1);
    expect(output).toContain("out of date: npm run docs");
    for (const path of [
      "docs/presets.md",
      "README.md",
      "src/guides/modified.ts",
      "docs/diagnosis.md",
      "docs/tools.md",
    ]) {
      expect(output).toContain(path);
    }
    expect(output).toContain("src/logs/formats/index.ts");
    expect(output).toMatch(/× .*the log formats > are the files of their folder/);
    expect(output).toMatch(/× .*the rules > are all tried here/);
    expect(output).toContain('"example-finding"');
    expect(output).toMatch(/× .*the tool surface > is what was reviewed/);
    expect(output).toMatch(/× .*with nothing set has exactly its tools/);
    expect(output).toContain("count_agents");
  });

  it("are in the documentation after npm run docs", async () => {
    const before = Number(/knows (\d+) PBXs/.exec(read("README.md"))?.[1]);
    expect(await copy.node("scripts/docs.mjs")).toEqual({ code: 0, output: "" });
    expect(read("docs/presets.md")).toContain('<a id="example-pbx"></a>\n## Example PBX\n');
    expect(read("README.md")).toContain(`knows ${before + 1} PBXs`);
    expect(read("docs/diagnosis.md")).toContain("#### `example-finding`");
    expect(read("docs/tools.md")).toContain("## count_agents\n");
    expect(read("README.md")).toContain(
      "| How many agents do I have? | The account has <br><sub>[count\\_agents](docs/tools.md#count_agents)</sub> |",
    );
  });

  it("are covered by tests that are there already, which pass", async () => {
    insert(FINDING_TEST, "const CASES: Partial<Record<FindingId, Case | readonly Case[]>> = {\n", CASE, true);
    const tests = [DOCS_TEST, ...PBX_TESTS, ...FORMAT_TESTS, FINDING_TEST, ...TOOL_TESTS];
    const { code, output } = await copy.unitTests(...tests);
    expect(output).toMatch(/✓ .*> example-pbx > follows the schema/);
    expect(output).toMatch(/✓ .*> example-pbx > keeps TLS off port 5060/);
    expect(output).toMatch(/✓ .*> recognizes the example of 'example-pbx'/);
    expect(output).toMatch(/✓ .*> guides through example-pbx/);
    expect(output).toMatch(/✓ .*example-pbx reads a line from its marker on/);
    expect(output).toMatch(/✓ .*example-finding finds what it is for/);
    expect(output).toMatch(/✓ .*count_agents.* is an object without keywords that some API refuses/);
    expect(code, output).toBe(0);
  });

  it("are in the program that is built with them", async () => {
    expect(await copy.node("scripts/build.mjs")).toEqual({ code: 0, output: "" });
    const server = new SpawnedServer(["--sandbox"], {}, join(copy.root, "dist", "cli.js"));
    try {
      await server.initialize();
      const found = await server.callTool("list_pbx_presets", { query: "exampel pbx" });
      expect(found.facts.presets).toMatchObject([{ id: "example-pbx", name: "Example PBX" }]);
      const shown = await server.callTool("list_pbx_presets", { presetId: "example-pbx" });
      expect(shown.text).toContain("Add a phone.");
      const page = await server.request("resources/read", { uri: "telzino://presets/example-pbx" });
      expect(JSON.stringify(page)).toContain("Example manual");
      const explained = await server.callTool("explain_sip_log", { log: LOG });
      expect(explained.facts).toMatchObject({
        outcome: "refused",
        writtenBy: ["Example PBX"],
        understood: 2,
        unknown: 0,
      });
      expect(explained.text).toContain("credentials-refused");
      const counted = await server.callTool("count_agents", {});
      expect(counted.facts).toMatchObject({ agents: 5, summary: "The account has 5 agents." });
    } finally {
      await server.kill();
    }
  });

  it("are refused by tests where they break a rule", async () => {
    const pbx = readFileSync(PBX, "utf8");
    write(PBX_FILE, pbx.replace("from: inferred low", "from: inferred high"));
    const format = readFileSync(FORMAT, "utf8");
    const wrong = format
      .replace("/^exreg: (?<user>\\d{1,16}) from", "/exreg: (?<user>\\d{1,16}) from")
      .replace('writtenBy: "Example PBX",', 'writtenBy: "Example PBX",\n  preset: "no-such-pbx",');
    expect(wrong).not.toBe(format);
    write(FORMAT_FILE, wrong);
    const tests = ["test/unit/presets/catalogue.test.ts", "test/unit/logs/formats.test.ts"];
    const { code, output } = await copy.unitTests(...tests, "-t", "example-pbx");
    expect(code).toBe(1);
    expect(output).toMatch(/× .*> example-pbx > marks what is inferred as of low confidence/);
    expect(output).toMatch(/× .*example-pbx reads a line from its marker on/);
    expect(output).toMatch(/× .*example-pbx has one writer for its dialect, and a preset that exists/);
  });

  it("are refused by the build where a PBX does not follow the schema", async () => {
    write(PBX_FILE, readFileSync(PBX, "utf8").replace("from: manual high", "from: handbook high"));
    const { code, output } = await copy.node("scripts/build.mjs");
    expect(code).toBe(1);
    expect(output).toContain("systems/example-pbx.yaml: not in its sources: handbook");
  });

  it("are refused by the compiler where a finding explains one that no rule makes", async () => {
    write(RULES_FILE, read(RULES_FILE).replace('explains: ["nat"]', 'explains: ["gnat"]'));
    const tsc = join("node_modules", "typescript", "bin", "tsc");
    const { code, output } = await copy.node(tsc, "-p", "tsconfig.build.json", "--noEmit");
    expect(code).not.toBe(0);
    expect(output).toContain('"gnat"');
  });
});
