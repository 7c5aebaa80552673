import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Installed, installPacked } from "./support/installed.js";
import { run } from "./support/program.js";

const MAX_TARBALL = 1_850_000;

/** Licences that let a program under MIT carry the code, with their text. */
const ALLOWED = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "Unlicense"];

interface Sbom {
  metadata: { component: { name: string; version: string } };
  components: { name: string; version: string; licenses: { license: { id: string } }[] }[];
}

let installed: Installed;
beforeAll(async () => {
  installed = await installPacked();
});
afterAll(() => installed?.remove());

const read = (...path: string[]) => readFile(join(installed.packageFolder, ...path), "utf8");
const readSbom = async () => JSON.parse(await read("dist", "sbom.cdx.json")) as Sbom;

describe("the tarball", () => {
  it(`is at most ${MAX_TARBALL} bytes`, () => {
    expect(installed.tarballBytes).toBeLessThanOrEqual(MAX_TARBALL);
  });

  it("holds the program, its texts and nothing else", () => {
    const texts = installed.files.filter((path) => !/^dist\/chunks\/[\w-]+\.(?:js|cjs)$/.test(path));
    expect(texts.sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist/THIRD-PARTY-NOTICES",
      "dist/cli.js",
      "dist/package.json",
      "dist/sbom.cdx.json",
      "dist/start.js",
      "package.json",
    ]);
  });
});

describe("the installed package", () => {
  it("comes alone", async () => {
    const packages = (await readdir(join(installed.folder, "node_modules"))).filter(
      (name) => !name.startsWith("."),
    );
    expect(packages).toEqual(["telzino-sip-mcp"]);
    expect(await readdir(installed.packageFolder)).not.toContain("node_modules");
    const manifest = JSON.parse(await read("package.json"));
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies"]) {
      expect(Object.keys(manifest[kind] ?? {})).toEqual([]);
    }
  });

  it("runs nothing when it is installed", async () => {
    const { scripts = {} } = JSON.parse(await read("package.json"));
    const hooks = Object.keys(scripts).filter((name) => /^(?:pre|post)?install$|^prepare$/.test(name));
    expect(hooks).toEqual([]);
  });

  it.runIf(process.platform !== "win32")("starts by its own name", async () => {
    const name = join(installed.folder, "node_modules", ".bin", "telzino-sip-mcp");
    const { PATH = "" } = process.env;
    const outcome = await run({ command: [name], cwd: installed.folder, env: { PATH } }, ["--version"]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("the list of what is bundled", () => {
  it("is about this version", async () => {
    const { name, version } = JSON.parse(await read("package.json"));
    expect((await readSbom()).metadata.component).toMatchObject({ name, version });
  });

  it("has no licence that does not allow it", async () => {
    const { components } = await readSbom();
    expect(components.length).toBeGreaterThan(5);
    const others = components.filter(
      ({ licenses }) =>
        licenses.length === 0 || !licenses.every(({ license }) => ALLOWED.includes(license.id)),
    );
    expect(others).toEqual([]);
  });

  it("names each package with its licence in THIRD-PARTY-NOTICES", async () => {
    const notices = await read("dist", "THIRD-PARTY-NOTICES");
    const { components } = await readSbom();
    const headings = components.map(
      ({ name, version, licenses }) => `\n${name} ${version} (${licenses[0]?.license.id})\n`,
    );
    expect(headings.filter((heading) => !notices.includes(heading))).toEqual([]);
  });
});
