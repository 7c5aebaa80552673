// Writes the generated documents from the built program: `npm run docs`.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderDiagnosis } from "../build/diagnosis/render.js";
import { RULES } from "../build/diagnosis/rules/index.js";
import { listPresets, loadPreset } from "../build/presets/index.js";
import { renderCatalogue } from "../build/presets/render.js";
import { offeredTools } from "../build/tools/index.js";
import { renderTools, renderToolTable } from "../build/tools/render.js";

const root = dirname(import.meta.dirname);
const presets = await Promise.all(listPresets().map(({ id }) => loadPreset(id)));

writeFileSync(join(root, "docs", "presets.md"), renderCatalogue(presets));
writeFileSync(join(root, "docs", "diagnosis.md"), renderDiagnosis(RULES));

const tools = offeredTools({ readOnly: false });
writeFileSync(join(root, "docs", "tools.md"), renderTools(tools));
const readme = join(root, "README.md");
const table = /(?<=<!-- generated from the tools: npm run docs -->\n\n)(?:\|.*\n)+/;
writeFileSync(
  readme,
  readFileSync(readme, "utf8").replace(table, () => `${renderToolTable(tools)}\n`),
);
