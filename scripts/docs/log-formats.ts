import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const FORMATS_INDEX = "src/logs/formats/index.ts";

/**
 * The list of log formats, from the files of their folder, so a new one is that file and nothing else.
 *
 * @param root of the repository.
 */
export function renderFormatsIndex(root: string): string {
  const names = namesOf(root);
  const constant = (name: string) => `OF_${name.replaceAll("-", "_").toUpperCase()}`;
  return `import type { LogFormat } from "../line.js";
${names.map((name) => `import { FORMAT as ${constant(name)} } from "./${name}.js";`).join("\n")}

/** Every format of this folder, the first to be asked first. Written by \`npm run docs\`. */
export const FORMATS: readonly LogFormat[] = [
${names.map((name) => `  ${constant(name)},`).join("\n")}
].toSorted((left, right) => (left.rank ?? 200) - (right.rank ?? 200));
`;
}

/** Whose lines they read, from the files themselves: the list of formats is written at the same time as what names them. */
export function logWriters(root: string): string[] {
  const writers = namesOf(root).map((name) => {
    const text = readFileSync(join(root, FORMATS_INDEX, "..", `${name}.ts`), "utf8");
    const writer = /^ {2}writtenBy: "([^"]+)",$/m.exec(text)?.[1];
    if (writer === undefined) throw new Error(`${name}.ts does not say whose log it is`);
    return writer;
  });
  return [...new Set(writers)].toSorted((one, other) =>
    one.localeCompare(other, "en", { sensitivity: "base" }),
  );
}

function namesOf(root: string): string[] {
  return readdirSync(join(root, FORMATS_INDEX, ".."))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .toSorted((left, right) => (left < right ? -1 : 1));
}
