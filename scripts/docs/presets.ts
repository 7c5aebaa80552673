import { literal, REGISTERS, renderPresetMarkdown } from "../../src/presets/render.js";
import type { Preset } from "../../src/presets/types.js";

/** The catalogue as Markdown, for `docs/presets.md`; pure, so that a test can compare the file with it. */

const INTRO = `# The PBX catalogue

What the server knows of each system on which a Telzino agent can be registered, and of those on which it can't.
This file is generated from \`src/presets/\`; change the files there, not this one.

Each fact ends with its source and how far it can be trusted: \`[2, high]\` is the second source of that system.
\`high\`: read in the maker's documentation or source, or measured. \`medium\`: one good source, or another version.
\`low\`: inferred from ordinary practice, or a single report; confirm it on the customer's system.
Values in braces are for the customer to fill in. Passwords are never part of a preset.
Platform states behind SIP codes are what OpenSIPS's registrant usually shows.`;

/** The whole catalogue, ending in a line feed. */
export function renderCatalogue(presets: readonly Preset[]): string {
  const rows = presets.map(
    (preset) =>
      `| [${literal(preset.name)}](#${preset.id}) | ${preset.category} | ${REGISTERS[preset.registers]} | ${literal(preset.summary)} |`,
  );
  return `${[
    INTRO,
    ["| System | Kind | Registers | In a line |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    ...presets.map(renderPresetMarkdown),
  ].join("\n\n")}\n`;
}
