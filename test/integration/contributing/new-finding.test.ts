import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RepositoryCopy } from "../../support/repository-copy.js";

// Each test starts Vitest or the compiler in the copy.
vi.setConfig({ testTimeout: 240_000 });

/** What docs/contributing/add-a-finding.md promises: one rule and one case of its test, and `npm run docs`. */

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
const RULES_FILE = "src/diagnosis/rules/path.ts";
const TEST_FILE = "test/unit/diagnosis/rules.test.ts";
const DOCS_TEST = "test/unit/scripts/docs/files.test.ts";

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
  insert(RULES_FILE, "] as const satisfies readonly Rule[];", RULE);
});
afterAll(() => copy.remove());

describe("a finding added as one rule", () => {
  it("makes the tests ask for a case of it, and for the documentation", async () => {
    const { code, output } = await copy.unitTests(TEST_FILE, DOCS_TEST);
    expect(code).toBe(1);
    expect(output).toMatch(/× .*the rules > are all tried here/);
    expect(output).toContain('"example-finding"');
    expect(output).toContain("out of date: npm run docs");
  });

  it("passes them with a case and npm run docs, and stands in docs/diagnosis.md", async () => {
    insert(TEST_FILE, "const CASES: Partial<Record<FindingId, Case | readonly Case[]>> = {\n", CASE, true);
    expect(await copy.node("scripts/docs.mjs")).toEqual({ code: 0, output: "" });
    expect(read("docs/diagnosis.md")).toContain("#### `example-finding`");
    const { code, output } = await copy.unitTests(TEST_FILE, DOCS_TEST);
    expect(output).toMatch(/✓ .*example-finding finds what it is for/);
    expect(code, output).toBe(0);
  });

  it("does not compile where it explains a finding that no rule makes", async () => {
    write(RULES_FILE, read(RULES_FILE).replace('explains: ["nat"]', 'explains: ["gnat"]'));
    const { code, output } = await copy.node(join("node_modules", "typescript", "bin", "tsc"), "--noEmit");
    expect(code).not.toBe(0);
    expect(output).toContain('"gnat"');
  });
});
