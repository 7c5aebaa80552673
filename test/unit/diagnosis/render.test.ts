import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderDiagnosis } from "../../../src/diagnosis/render.js";
import { RULES } from "../../../src/diagnosis/rules/index.js";

const FILE = join(import.meta.dirname, "../../../docs/diagnosis.md");

describe("docs/diagnosis.md", () => {
  it("is what the rules make of it (npm run docs rewrites it)", () => {
    const upToDate = readFileSync(FILE, "utf8") === renderDiagnosis(RULES);
    expect(upToDate, "docs/diagnosis.md is out of date: npm run docs").toBe(true);
  });

  it("holds every finding with its fix", () => {
    const text = renderDiagnosis(RULES);
    for (const { id, fix } of RULES) {
      const entry = text.split(`#### \`${id}\``)[1]?.split("####")[0] ?? "";
      expect(entry, id).toContain(fix.split(/[*_<>|`]/)[0] ?? fix);
    }
  });
});
