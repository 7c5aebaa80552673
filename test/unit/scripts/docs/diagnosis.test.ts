import { describe, expect, it } from "vitest";
import { renderDiagnosis } from "../../../../scripts/docs/diagnosis.js";
import { RULES } from "../../../../src/diagnosis/rules/index.js";

describe("docs/diagnosis.md", () => {
  it("holds every finding with its fix", () => {
    const text = renderDiagnosis(RULES);
    for (const { id, fix } of RULES) {
      const entry = text.split(`#### \`${id}\``)[1]?.split("####")[0] ?? "";
      expect(entry, id).toContain(fix.split(/[*_<>|`]/)[0] ?? fix);
    }
  });
});
