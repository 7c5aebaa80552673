import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generatedFiles } from "../../../../scripts/docs/files.js";
import { renderModified } from "../../../../scripts/docs/modified.js";
import { MODIFIED } from "../../../../src/guides/modified.js";
import { listPresets, loadPreset, type Preset } from "../../../../src/presets/index.js";

const ROOT = join(import.meta.dirname, "../../../..");
const DAY = "2031-02-03";
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("what npm run docs writes", () => {
  it("is written: else npm run docs", async () => {
    const files = await generatedFiles(ROOT, DAY);
    const due = [...files].filter(([path, text]) => !existsSync(join(ROOT, path)) || read(path) !== text);
    expect(
      due.map(([path]) => path),
      "out of date: npm run docs",
    ).toEqual([]);
  });

  it("is the catalogue, the diagnosis, the errors, what to paste, the log formats, the tools, the settings, the clients, the README and the dates of the resources", async () => {
    const paths = [...(await generatedFiles(ROOT, DAY)).keys()];
    const others = paths.filter((path) => !path.startsWith("docs/clients/"));
    expect(others.sort()).toEqual([
      "README.md",
      "docs/configuration.md",
      "docs/diagnosis.md",
      "docs/errors.md",
      "docs/pasting.md",
      "docs/presets.md",
      "docs/tools.md",
      "src/guides/modified.ts",
      "src/logs/formats/index.ts",
    ]);
    expect(paths.length).toBeGreaterThan(others.length + 5);
  });

  it("puts the number of presets into the README", async () => {
    const readme = (await generatedFiles(ROOT, DAY)).get("README.md") ?? "";
    expect(readme).toContain(`**It knows ${listPresets().length} PBXs`);
  });
});

describe("the dates of the resources", () => {
  const presets = async () =>
    (await Promise.all(listPresets().map(({ id }) => loadPreset(id)))).filter((one) => one !== undefined);
  const source = read("src/guides/modified.ts");

  it("stay as they are where no text has changed", async () => {
    expect(renderModified(source, await presets(), DAY)).toBe(source);
  });

  it("are of the day for the family whose text has changed, and only for that one", async () => {
    const [first, ...others] = (await presets()) as [Preset, ...Preset[]];
    const changed = renderModified(source, [{ ...first, unverified: ["Another thing."] }, ...others], DAY);
    expect(changed).toMatch(/^ {2}presets: \{ at: "2031-02-03T00:00:00Z", digest: "[0-9a-f]{32}" \},$/m);
    expect(changed).not.toContain(MODIFIED.presets.digest);
    for (const { at, digest } of [MODIFIED.states, MODIFIED.troubleshooting]) {
      expect(changed).toContain(`{ at: "${at}", digest: "${digest}" }`);
    }
  });
});
