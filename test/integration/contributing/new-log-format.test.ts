import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RepositoryCopy } from "../../support/repository-copy.js";
import { SpawnedServer } from "../../support/spawned.js";

// Each test builds, or starts Vitest in the copy.
vi.setConfig({ testTimeout: 240_000 });

/** What docs/contributing/add-a-log-format.md promises: one file, and `npm run docs`. */

const EXAMPLE = join(import.meta.dirname, "../../support/example-log-format.txt");
const TESTS = ["test/unit/logs/formats.test.ts", "test/unit/regular-expressions.test.ts"];
const DOCS_TEST = "test/unit/scripts/docs/files.test.ts";
const LOG = [
  "2026-01-05 10:26:12 exreg: 1001 from 192.0.2.9:5060 bad secret",
  "2026-01-05 10:26:20 exreg: 1001 from 192.0.2.9:5060 bad secret",
].join("\n");

let copy: RepositoryCopy;
let file: string;

beforeAll(() => {
  copy = new RepositoryCopy();
  file = join(copy.root, "src/logs/formats/example-pbx.ts");
  copyFileSync(EXAMPLE, file);
});
afterAll(() => copy.remove());

describe("a log format added as one file", () => {
  it("makes tests say that the list of formats is due, until npm run docs has run", async () => {
    const due = await copy.unitTests(DOCS_TEST, ...TESTS);
    expect(due.code).toBe(1);
    expect(due.output).toContain("src/logs/formats/index.ts");
    expect(due.output).toMatch(/× .*the log formats > are the files of their folder/);

    expect(await copy.node("scripts/docs.mjs")).toEqual({ code: 0, output: "" });
    const { code, output } = await copy.unitTests(DOCS_TEST, ...TESTS);
    expect(output).toMatch(/✓ .*example-pbx reads a line from its marker on/);
    expect(code, output).toBe(0);
  });

  it("is read by the program that is built with it, with the findings of the diagnosis", async () => {
    expect(await copy.node("scripts/build.mjs")).toEqual({ code: 0, output: "" });
    const server = new SpawnedServer([], {}, join(copy.root, "dist", "cli.js"));
    try {
      await server.initialize();
      const explained = await server.callTool("explain_sip_log", { log: LOG });
      expect(explained.facts).toMatchObject({
        outcome: "refused",
        writtenBy: ["Example PBX"],
        understood: 2,
        unknown: 0,
      });
      expect(explained.text).toContain("credentials-refused");
    } finally {
      server.kill();
    }
  });

  it("is refused by its tests where a pattern may start anywhere, or names a preset that does not exist", async () => {
    const text = readFileSync(EXAMPLE, "utf8");
    const wrong = text
      .replace("/^exreg: (?<user>\\d{1,16}) from", "/exreg: (?<user>\\d{1,16}) from")
      .replace('writtenBy: "Example PBX",', 'writtenBy: "Example PBX",\n  preset: "no-such-pbx",');
    expect(wrong).not.toBe(text);
    writeFileSync(file, wrong);
    const { code, output } = await copy.unitTests("test/unit/logs/formats.test.ts");
    expect(code).toBe(1);
    expect(output).toMatch(/× .*example-pbx reads a line from its marker on/);
    expect(output).toMatch(/× .*example-pbx has one writer for its dialect, and a preset that exists/);
  });
});
