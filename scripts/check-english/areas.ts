// Which files are looked at, by area. An area that has been passed has none of the patterns any more, and stays so.
import { execFileSync } from "node:child_process";

/** Written by `npm run docs` from texts that are looked at where they come from. */
const generated = /^docs\/(?:presets|diagnosis|tools|errors)\.md$/;

/** The first area whose expression matches a path has it. */
const areas: readonly (readonly [string, RegExp])[] = [
  ["README", /^README\.md$/],
  ["docs", /^(?:docs\/.*|[A-Z]+)\.md$/],
  ["other Markdown", /\.md$/],
  ["presets (YAML)", /^src\/presets\/.*\.yaml$/],
  ["src/", /^(src\/[^/]+)\/.*\.ts$/],
  ["src", /^src\/[^/]+\.ts$/],
  ["scripts", /^scripts\/.*\.(?:ts|mjs)$/],
  ["bench and evals", /^(?:bench|evals)\/.*\.(?:ts|mjs)$/],
  ["test", /^test\/.*\.(?:ts|mjs)$/],
];

/** Paths in which nothing is found. The list grows; nothing is taken from it. */
const passed: readonly RegExp[] = [/\.md$/, /^(?:bench|evals|scripts|src)\//];

/** @returns the areas' files by name, of the files that git has or would add. */
export function filesByArea(root: string): Map<string, string[]> {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  const found = new Map<string, string[]>();
  for (const path of list.toString().split("\0").sort()) {
    if (path === "" || generated.test(path)) continue;
    const [name, expression] = areas.find(([, each]) => each.test(path)) ?? [];
    if (name === undefined || expression === undefined) continue;
    const area = expression.exec(path)?.[1] ?? name;
    found.set(area, [...(found.get(area) ?? []), path]);
  }
  return found;
}

/** @returns whether the path is in an area that has been passed. */
export const isPassed = (path: string): boolean => passed.some((each) => each.test(path));
