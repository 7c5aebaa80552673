import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Preset, PresetCategory } from "../../src/presets/types.js";
import { expandPreset, isMap, type Shared, type YamlMap } from "./expand.js";
import { presetSchema } from "./schema.js";

/** Kinds of systems in the order in which they are listed. */
const CATEGORIES: readonly PresetCategory[] = [
  "on-premises PBX",
  "cloud PBX",
  "SIP provider",
  "router",
  "generic",
];
/** The place within its kind of a preset that names none. */
const DEFAULT_RANK = 500;

/**
 * All presets, in the catalogue's order: by kind of system, then by `rank`, then by id.
 *
 * @param folder `src/presets`: `shared.yaml`, and one file a system in `systems/`, named by its id.
 * @throws Error that names the file and the place of everything that is wrong.
 */
export function readPresets(folder: string): Preset[] {
  const shared = readShared(join(folder, "shared.yaml"));
  const systems = join(folder, "systems");
  return readdirSync(systems)
    .filter((name) => !name.startsWith("."))
    .map((name) => readPreset(join(systems, name), name, shared))
    .sort(
      (left, right) =>
        CATEGORIES.indexOf(left.preset.category) - CATEGORIES.indexOf(right.preset.category) ||
        left.rank - right.rank ||
        (left.preset.id < right.preset.id ? -1 : 1),
    )
    .map(({ preset }) => preset);
}

/** What several presets have in common, by name. */
function readShared(path: string): Shared {
  const entries = Object.entries(parse(path, "shared.yaml"));
  const wrong = entries.filter(([, value]) => !isMap(value)).map(([name]) => name);
  if (wrong.length > 0) throw new Error(`shared.yaml: not a map: ${wrong.join(", ")}`);
  return new Map(entries as [string, YamlMap][]);
}

function readPreset(path: string, name: string, shared: Shared): { preset: Preset; rank: number } {
  const id = /^([a-z0-9-]+)\.yaml$/.exec(name)?.[1];
  if (id === undefined) throw new Error(`systems/${name}: a file here is named <id>.yaml`);
  const { rank = DEFAULT_RANK, ...file } = parse(path, `systems/${name}`);
  if (typeof rank !== "number") throw new Error(`systems/${name}: rank: expected a number`);
  const read = presetSchema.safeParse(expandPreset(id, file, shared, `systems/${name}`));
  if (!read.success) {
    const lines = read.error.issues.map(
      ({ path: at, message }) => `systems/${name}: ${at.map(String).join(".")}: ${message}`,
    );
    throw new Error(lines.join("\n"));
  }
  // An absent property and one that is undefined are the same to zod's types, and absent in what it returns.
  const preset = read.data as Preset;
  const unknown = citedSources(preset).filter((source) => !Object.hasOwn(preset.sources, source));
  if (unknown.length > 0) throw new Error(`systems/${name}: not in its sources: ${unknown.join(", ")}`);
  return { preset, rank };
}

export function parseYaml(path: string, name: string): unknown {
  const document = parseDocument(readFileSync(path, "utf8"));
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new Error(`${name}: ${problem.message}`);
  return document.toJS();
}

function parse(path: string, name: string): YamlMap {
  const content = parseYaml(path, name);
  if (!isMap(content)) throw new Error(`${name}: not a map`);
  return content;
}

/** The key of every source that a fact of the preset names. */
function citedSources(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(citedSources);
  if (!isMap(value)) return [];
  const inner = Object.values(value).flatMap(citedSources);
  return typeof value.source === "string" ? [value.source, ...inner] : inner;
}
