import { describe, expect, it } from "vitest";
import { renderCatalogue } from "../../../../scripts/docs/presets.js";
import { listPresets, loadPreset } from "../../../../src/presets/index.js";
import { KNOWN_NAMES } from "../../../../src/presets/known-names.js";
import { literal } from "../../../../src/presets/render.js";

describe("the catalogue as Markdown", () => {
  it("has a line in the table and a section for every system", async () => {
    const loaded = await Promise.all(listPresets().map(({ id }) => loadPreset(id)));
    const text = renderCatalogue(
      loaded.filter((preset) => preset !== undefined),
      KNOWN_NAMES,
    );
    for (const { name, source } of KNOWN_NAMES) {
      expect(text).toContain(`| ${literal(name)} | `);
      if (source !== undefined) expect(text).toContain(`[source](${source})`);
    }
    for (const { id } of listPresets()) {
      expect(text).toContain(`](#${id}) |`);
      expect(text).toContain(`<a id="${id}"></a>`);
    }
  });
});
