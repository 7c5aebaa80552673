import { createHash } from "node:crypto";
import { listTroubles } from "../../src/answers/index.js";
import {
  presetsDocument,
  statesDocument,
  troubleDocument,
  troublesDocument,
} from "../../src/guides/documents.js";
import { MODIFIED } from "../../src/guides/modified.js";
import { renderPresetMarkdown } from "../../src/presets/render.js";
import type { Preset } from "../../src/presets/types.js";
import { knownStates } from "../../src/registration/states.js";

type Family = keyof typeof MODIFIED;

/** All that the resources of a family show. */
function texts(presets: readonly Preset[]): Record<Family, string> {
  return {
    presets: [presetsDocument(presets), ...presets.map(renderPresetMarkdown)].join("\n"),
    states: statesDocument(knownStates()),
    troubleshooting: [troublesDocument(listTroubles()), ...listTroubles().map(troubleDocument)].join("\n"),
  };
}

/**
 * `src/guides/modified.ts` with the digests of what is shown now.
 *
 * @param source the file as it is.
 * @param today date of the families whose text has changed, e.g. 2026-01-31.
 */
export function renderModified(source: string, presets: readonly Preset[], today: string): string {
  const lines = Object.entries(texts(presets)).map(([family, text]) => {
    const known = MODIFIED[family as Family];
    const digest = createHash("sha256").update(text).digest("hex").slice(0, 32);
    const at = digest === known.digest ? known.at : `${today}T00:00:00Z`;
    return `  ${family}: { at: ${JSON.stringify(at)}, digest: ${JSON.stringify(digest)} },\n`;
  });
  return source.replace(/(?<=^export const MODIFIED = \{\n)(?: {2}.*\n)*/m, () => lines.join(""));
}
