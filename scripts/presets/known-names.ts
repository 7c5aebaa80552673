import { join } from "node:path";
import { z } from "zod";
import type { KnownName, Preset } from "../../src/presets/types.js";
import { parseYaml } from "./read.js";
import { knownNameSchema } from "./schema.js";

const FILE = "known-names.yaml";

/**
 * Names without a preset.
 *
 * @throws Error for what is not as it should be, and for a name that a preset or another line has.
 */
export function readKnownNames(folder: string, presets: readonly Preset[]): KnownName[] {
  const read = z.array(knownNameSchema).safeParse(parseYaml(join(folder, FILE), FILE));
  if (!read.success) {
    throw new Error(
      read.error.issues
        .map(({ path, message }) => `${FILE}: ${path.map(String).join(".")}: ${message}`)
        .join("\n"),
    );
  }
  const names = read.data as KnownName[];
  const ids = new Set(presets.map(({ id }) => id));
  const taken = new Map(
    presets.flatMap(({ id, name, aliases }) =>
      [id, name, ...aliases].map((each) => [compact(each), id] as const),
    ),
  );
  for (const { name, aliases, guide } of names) {
    if (!ids.has(guide)) throw new Error(`${FILE}: ${name}: there is no preset ${guide}`);
    for (const each of new Set([name, ...aliases].map(compact))) {
      const owner = taken.get(each);
      if (owner !== undefined) throw new Error(`${FILE}: ${name}: ${owner} has the name "${each}"`);
      taken.set(each, name);
    }
  }
  return names;
}

function compact(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}
