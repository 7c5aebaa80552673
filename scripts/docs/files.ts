import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../src/diagnosis/rules/index.js";
import { listPresets, loadPreset } from "../../src/presets/index.js";
import { KNOWN_NAMES } from "../../src/presets/known-names.js";
import { offeredTools } from "../../src/tools/index.js";
import { renderButtons, renderClientPages } from "./clients.js";
import { renderDiagnosis } from "./diagnosis.js";
import { renderErrors } from "./errors.js";
import { FORMATS_INDEX, logWriters, renderFormatsIndex } from "./log-formats.js";
import { renderModified } from "./modified.js";
import { renderPasting } from "./pasting.js";
import { renderCatalogue } from "./presets.js";
import { renderSettingsTable } from "./settings-table.js";
import { renderTools, renderToolTable } from "./tools.js";

const TOOL_TABLE = /(?<=<!-- generated from the tools: npm run docs -->\n\n)(?:\|.*\n)+/;
const SETTINGS_TABLE = /(?<=<!-- generated from src\/config\/settings\.ts and [^\n]*-->\n\n)(?:\|.*\n)+/;
const PRESET_COUNT = /(?<=\*\*It knows )\d+(?= PBXs\b)/;
const BUTTONS = /(?<=<!-- generated from the clients: npm run docs -->\n\n)(?:\[!\[.*\n)+/;

/**
 * Every file that is generated from the code, or has a part that is, as it should be.
 *
 * @param root of the repository.
 * @param today date for texts that have changed, e.g. 2026-01-31.
 * @returns texts by path from the root.
 */
export async function generatedFiles(root: string, today: string): Promise<Map<string, string>> {
  const loaded = await Promise.all(listPresets().map(({ id }) => loadPreset(id)));
  const presets = loaded.filter((preset) => preset !== undefined);
  const tools = offeredTools({ readOnly: false });
  const current = (path: string) => readFileSync(join(root, path), "utf8");
  return new Map([
    ["docs/presets.md", renderCatalogue(presets, KNOWN_NAMES)],
    ["docs/diagnosis.md", renderDiagnosis(RULES)],
    ["docs/errors.md", renderErrors()],
    ["docs/pasting.md", renderPasting(presets, logWriters(root))],
    [FORMATS_INDEX, renderFormatsIndex(root)],
    ["docs/tools.md", renderTools(tools)],
    [
      "docs/configuration.md",
      put(current("docs/configuration.md"), SETTINGS_TABLE, `${renderSettingsTable()}\n`),
    ],
    ...[...renderClientPages()].map(([name, text]) => [`docs/clients/${name}`, text] as const),
    [
      "README.md",
      [
        [TOOL_TABLE, `${renderToolTable(tools)}\n`] as const,
        [BUTTONS, `${renderButtons()}\n`] as const,
        [PRESET_COUNT, String(presets.length)] as const,
      ].reduce((text, [place, part]) => put(text, place, part), current("README.md")),
    ],
    ["src/guides/modified.ts", renderModified(current("src/guides/modified.ts"), presets, today)],
  ]);
}

/** @throws Error where the file has lost the place of its generated part. */
function put(text: string, place: RegExp, part: string): string {
  if (!place.test(text)) throw new Error(`no place for a generated part: ${place}`);
  return text.replace(place, () => part);
}
