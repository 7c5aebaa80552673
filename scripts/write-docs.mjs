// Writes the generated documents from the built program: `npm run build && node scripts/write-docs.mjs`.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderDiagnosis } from "../dist/diagnosis/render.js";
import { RULES } from "../dist/diagnosis/rules/index.js";
import { listPresets, loadPreset } from "../dist/presets/index.js";
import { renderCatalogue } from "../dist/presets/render.js";

const root = dirname(import.meta.dirname);
const presets = await Promise.all(listPresets().map(({ id }) => loadPreset(id)));

writeFileSync(join(root, "docs", "presets.md"), renderCatalogue(presets));
writeFileSync(join(root, "docs", "diagnosis.md"), renderDiagnosis(RULES));
