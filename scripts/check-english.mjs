// Looks for unidiomatic English in what people and models read: `npm run english`.
// Fails on a find in an area that has been passed; `--all` lists the finds everywhere, `--root DIR` looks at another checkout.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadTypeScript } from "./typescript.mjs";

const { filesByArea, isPassed } = await loadTypeScript("scripts/check-english/areas.ts");
const { look, readPatterns } = await loadTypeScript("scripts/check-english/find.ts");

const { values, positionals } = parseArgs({
  options: { all: { type: "boolean", default: false }, root: { type: "string" } },
  allowPositionals: true,
});
const patterns = readPatterns(
  readFileSync(join(import.meta.dirname, "check-english", "patterns.yaml"), "utf8"),
);
const root = resolve(values.root ?? dirname(import.meta.dirname));
const shows = (path) =>
  values.all && (positionals.length === 0 || positionals.some((each) => path.startsWith(each)));

let failures = 0;
const rows = [];
for (const [area, paths] of filesByArea(root)) {
  let words = 0;
  let count = 0;
  for (const path of paths) {
    const { finds, ...looked } = look(path, readFileSync(join(root, path), "utf8"), patterns);
    words += looked.words;
    count += finds.length;
    const floor = isPassed(path);
    if (floor) failures += finds.length;
    if (!floor && !shows(path)) continue;
    for (const { line, name, words: found, instead } of finds)
      console.log(`${path}:${line}: ${name} (“${found}”): ${instead}`);
  }
  rows.push([
    area,
    words,
    count,
    ((count / words) * 10_000).toFixed(1),
    paths.every(isPassed) ? "passed" : "",
  ]);
}

console.log(
  `\n${["area".padEnd(20), "words".padStart(8), "finds".padStart(6), "per 10,000".padStart(11)].join(" ")}`,
);
for (const [area, words, count, rate, note] of rows)
  console.log(
    [area.padEnd(20), `${words}`.padStart(8), `${count}`.padStart(6), rate.padStart(11), note]
      .join(" ")
      .trimEnd(),
  );
if (failures > 0) {
  console.error(
    `\n${failures} in areas that have been passed. scripts/check-english/patterns.yaml says what to write instead.`,
  );
  process.exitCode = 1;
}
