// Puts the catalogue beside the modules that tsc has written: the end of `npm run build:modules`.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadTypeScript } from "../typescript.mjs";

const root = dirname(dirname(import.meta.dirname));
const { presetModules } = await loadTypeScript("scripts/presets/modules.ts");
const folder = join(root, "build", "presets");
rmSync(join(folder, "systems"), { recursive: true, force: true });
mkdirSync(join(folder, "systems"), { recursive: true });
for (const [name, text] of presetModules(join(root, "src", "presets")))
  writeFileSync(join(folder, name), text);
