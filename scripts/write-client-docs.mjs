// Writes docs/clients from the table of clients: `npm run docs`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderClientPages } from "../build/clients/render.js";

const folder = join(dirname(import.meta.dirname), "docs", "clients");
mkdirSync(folder, { recursive: true });
for (const [name, text] of renderClientPages()) writeFileSync(join(folder, name), text);
