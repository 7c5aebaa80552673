// What the bundle holds of other packages: their licences as text, and as a CycloneDX bill of materials.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Licences that let a bundle be given on under MIT, with their text. */
export const PERMISSIVE = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "Unlicense"];

/**
 * The packages of which code went into the bundle, by name. `text` is the licence's, undefined where a package brings
 * none: then {@link renderNotices} says so in a sentence.
 *
 * @throws Error on a licence that is not in {@link PERMISSIVE}.
 */
export function bundledPackages(root, metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        // In a namespace of a plugin's the path is a whole one, after the namespace's name.
        const file = path.replace(/^[\w-]{2,}:/, "").replaceAll("\\", "/");
        const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
        if (folder !== undefined && bytesInOutput > 0) folders.add(resolve(root, folder));
      }
    }
  }
  return [...folders].map(readPackage).sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readPackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!PERMISSIVE.includes(license)) throw new Error(`${name} is under ${license}: not to be bundled`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? undefined : readFileSync(join(folder, file), "utf8").trim();
  return { name, version, license, text };
}

export function renderNotices(packages) {
  const parts = packages.map(({ name, version, license, text }) => {
    const body = text ?? `The package declares the licence ${license} and brings no text of it.`;
    return `${"-".repeat(80)}\n${name} ${version} (${license})\n\n${body}\n`;
  });
  return `This program contains code of the packages below, each under its own licence.\n\n${parts.join("\n")}`;
}

/** A CycloneDX 1.6 document of the program and what is bundled in it. */
export function renderSbom({ name, version, license }, packages) {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: component({ name, version, license }, "application") },
    components: packages.map((entry) => component(entry, "library")),
  };
}

function component({ name, version, license }, type) {
  const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
  return { type, "bom-ref": purl, name, version, licenses: [{ license: { id: license } }], purl };
}
