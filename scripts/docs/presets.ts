import { literal, REGISTERS, renderPresetMarkdown } from "../../src/presets/render.js";
import type { KnownName, Preset } from "../../src/presets/types.js";

/** The catalogue as Markdown, for `docs/presets.md`; pure, so a test can compare the file with it. */

const INTRO = `# The PBX catalogue

What the server knows of each system on which a Telzino agent can be registered, and of those on which it can't.
This file is generated from \`src/presets/\`; change the files there, not this one.

Each fact ends with its source and how far it can be trusted: \`[2, high]\` is the second source of that system.
\`high\`: read in the maker's documentation or source, or measured. \`medium\`: one good source, or another version.
\`low\`: inferred from ordinary practice, or a single report; confirm it on the customer's system.
Values in braces are for the customer to fill in. Passwords are never part of a preset.
Platform states behind SIP codes are what OpenSIPS's registrant usually shows.`;

/** The whole catalogue, ending in a line feed. */
export function renderCatalogue(presets: readonly Preset[], names: readonly KnownName[]): string {
  const rows = presets.map(
    (preset) =>
      `| [${literal(preset.name)}](#${preset.id}) | ${preset.category} | ${REGISTERS[preset.registers]} | ${literal(preset.summary)} |`,
  );
  return `${[
    INTRO,
    ["| System | Kind | Registers | In a line |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    ...presets.map(renderPresetMarkdown),
    knownNames(names),
  ].join("\n\n")}\n`;
}

/** Systems without a preset, in a table. */
function knownNames(names: readonly KnownName[]): string {
  const rows = names.map(({ name, kind, family = "", registers, says, source }) =>
    [
      ...[literal(name), kind, literal(family), ACCOUNTS[registers]],
      `${literal(says)} ${source ? `[source](${source})` : "Not confirmed."}`,
    ].join(" | "),
  );
  return [
    `<a id="names"></a>\n## Known without a preset`,
    "Systems that people name. What is known of each is said, and no other system's guide is given as theirs.",
    [
      "| System | Kind | Inside | Registers | What is known |",
      "| --- | --- | --- | --- | --- |",
      ...rows.map((row) => `| ${row} |`),
    ].join("\n"),
  ].join("\n\n");
}

const ACCOUNTS: Readonly<Record<KnownName["registers"], string>> = {
  yes: "yes",
  trunk: "trunks only",
  no: "no",
  unknown: "ask",
};
