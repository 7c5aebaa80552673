import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const manifest = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies: Record<string, string>;
};

describe("the pages for contributors", () => {
  it("give each package of package.json one line, and no other", () => {
    const rows = [...read("docs/dependencies.md").matchAll(/^\|((?: `[^`]+`,?)+) \|/gm)];
    const named = rows.flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(named.sort()).toEqual(installed.sort());
  });

  it("name each script of package.json, and none that is not there", () => {
    const text = read("CONTRIBUTING.md");
    const named = new Set([...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name));
    if (/npm test\b/.test(text)) named.add("test");
    // Steps of others, which no one needs to call.
    for (const step of ["build", "build:modules", "prepublishOnly"]) named.add(step);
    expect([...named].sort()).toEqual(Object.keys(manifest.scripts).sort());
  });

  it("state the limits that the budget test holds", () => {
    const [, tokens, bytes] =
      /TOOLS_BUDGET = ([\d_]+);[\s\S]*ANSWER_BUDGET = ([\d_]+);/.exec(read("test/unit/mcp/budget.test.ts")) ??
      [];
    const text = read("docs/architecture.md");
    expect(text).toContain(`o200k tokens | at most ${tokens?.replace("_", ",")} |`);
    expect(text).toContain(`bytes | at most ${bytes?.replace("_", ",")} |`);
  });

  it("name each command of the program with its exit codes", () => {
    const text = read("docs/configuration.md");
    const commands = [...read("src/cli.ts").matchAll(/\.command\("(\w+)"\)/g)].map(([, name]) => name);
    const described = ["http", "diagnose", "install", "uninstall"];
    expect(commands.length).toBeGreaterThan(2);
    for (const name of [...commands, ...described])
      expect(text).toMatch(new RegExp(`^\\| .*\`${name}\``, "m"));
    for (const code of [0, 1, 2]) expect(text).toMatch(new RegExp(`^\\| ${code} \\| \\S`, "m"));
  });
});
