// Writes what docs/, README.md and the dates of the resources take from the code: `npm run docs`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadTypeScript } from "./typescript.mjs";

const root = dirname(import.meta.dirname);
const { esbuildPresets } = await loadTypeScript("scripts/presets/modules.ts");
const { generatedFiles } = await loadTypeScript("scripts/docs/files.ts", [esbuildPresets(root)]);

const today = new Date().toISOString().slice(0, 10);
for (const [path, text] of await generatedFiles(root, today)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
