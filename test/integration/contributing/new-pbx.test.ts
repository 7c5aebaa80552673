import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RepositoryCopy } from "../../support/repository-copy.js";
import { SpawnedServer } from "../../support/spawned.js";

// Each test builds, or starts Vitest in the copy.
vi.setConfig({ testTimeout: 240_000 });

/** What docs/contributing/add-a-pbx.md promises: one file, and `npm run docs`. */

const EXAMPLE = join(import.meta.dirname, "../../support/example-pbx.yaml");
const TESTS = [
  "test/unit/presets/catalogue.test.ts",
  "test/unit/presets/recognize.test.ts",
  "test/unit/tools/pbx-setup-guide/index.test.ts",
];
const DOCS_TEST = "test/unit/scripts/docs/files.test.ts";

let copy: RepositoryCopy;
let file: string;
const read = (path: string) => readFileSync(join(copy.root, path), "utf8");

beforeAll(() => {
  copy = new RepositoryCopy();
  file = join(copy.root, "src/presets/systems/example-pbx.yaml");
  copyFileSync(EXAMPLE, file);
});
afterAll(() => copy.remove());

describe("a PBX added as one file", () => {
  it("makes a test say that the documentation is due, until npm run docs has run", async () => {
    const due = await copy.unitTests(DOCS_TEST);
    expect(due.code).toBe(1);
    expect(due.output).toContain("out of date: npm run docs");
    for (const path of ["docs/presets.md", "README.md", "src/guides/modified.ts"]) {
      expect(due.output).toContain(path);
    }

    const before = Number(/(\d+) of them/.exec(read("README.md"))?.[1]);
    expect(await copy.node("scripts/docs.mjs")).toEqual({ code: 0, output: "" });
    expect(read("docs/presets.md")).toContain('<a id="example-pbx"></a>\n## Example PBX\n');
    expect(read("README.md")).toContain(`${before + 1} of them`);
    expect((await copy.unitTests(DOCS_TEST)).code).toBe(0);
  });

  it("is covered by the tests of the catalogue and of the tools, which pass", async () => {
    const { code, output } = await copy.unitTests(...TESTS, "-t", "example-pbx");
    expect(output).toMatch(/✓ .*> example-pbx > follows the schema/);
    expect(output).toMatch(/✓ .*> example-pbx > keeps TLS off port 5060/);
    expect(output).toMatch(/✓ .*> recognizes the example of 'example-pbx'/);
    expect(output).toMatch(/✓ .*> guides through example-pbx/);
    expect(code, output).toBe(0);
  });

  it("is found and shown by the program that is built with it", async () => {
    expect(await copy.node("scripts/build.mjs")).toEqual({ code: 0, output: "" });
    const server = new SpawnedServer([], {}, join(copy.root, "dist", "cli.js"));
    try {
      await server.initialize();
      const found = await server.callTool("list_pbx_presets", { query: "exampel pbx" });
      expect(found.facts.presets).toMatchObject([{ id: "example-pbx", name: "Example PBX" }]);
      const shown = await server.callTool("list_pbx_presets", { presetId: "example-pbx" });
      expect(shown.text).toContain("Add a phone.");
      const page = await server.request("resources/read", { uri: "telzino://presets/example-pbx" });
      expect(JSON.stringify(page)).toContain("Example manual");
    } finally {
      server.kill();
    }
  });

  it("is refused by its tests where it breaks a rule, and by the build where it does not follow the schema", async () => {
    const text = readFileSync(EXAMPLE, "utf8");
    writeFileSync(file, text.replace("from: inferred low", "from: inferred high"));
    const tested = await copy.unitTests("test/unit/presets/catalogue.test.ts", "-t", "example-pbx");
    expect(tested.code).toBe(1);
    expect(tested.output).toMatch(/× .*> example-pbx > marks what is inferred as of low confidence/);

    writeFileSync(file, text.replace("from: manual high", "from: handbook high"));
    const built = await copy.node("scripts/build.mjs");
    expect(built.code).toBe(1);
    expect(built.output).toContain("systems/example-pbx.yaml: not in its sources: handbook");
  });
});
