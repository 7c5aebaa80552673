import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Plugin as EsbuildPlugin } from "esbuild";
import type { KnownHost, Preset, PresetSummary } from "../../src/presets/types.js";
import { readKnownNames } from "./known-names.js";
import { readPresets } from "./read.js";

/**
 * The files of `src/presets` as JavaScript: `catalogue.js` and `known-names.js`, with their types in `*.d.ts`, and
 * `systems/<id>.js`. Nothing of it is kept in the repository: bundler, tests and `build:modules` each generate it.
 */
export function presetModules(folder: string): Map<string, string> {
  const presets = readPresets(folder);
  const loaders = presets.map(({ id }) => `  [${JSON.stringify(id)}, () => import("./systems/${id}.js")],`);
  const wire = presets.filter((preset) => preset.wire.length > 0).map((preset) => [preset.id, preset.wire]);
  return new Map([
    [
      "catalogue.js",
      [
        `export const SUMMARIES = ${JSON.stringify(presets.map(summaryOf))};`,
        `export const WIRE = new Map(${JSON.stringify(wire)});`,
        `export const HOSTS = ${JSON.stringify(presets.flatMap(hostsOf))};`,
        `export const SYSTEMS = new Map([\n${loaders.join("\n")}\n]);`,
        "",
      ].join("\n"),
    ],
    ["known-names.js", `export const KNOWN_NAMES = ${JSON.stringify(readKnownNames(folder, presets))};\n`],
    ...presets.map(
      (preset) => [`systems/${preset.id}.js`, `export const preset = ${JSON.stringify(preset)};\n`] as const,
    ),
  ]);
}

function summaryOf(preset: Preset): PresetSummary {
  const { id, name, vendor, category, aliases, registers, summary, inside } = preset;
  return { id, name, vendor, category, aliases, registers, summary, ...(inside ? { inside } : {}) };
}

/** A form such as `{domain}.sip.example.com`: any labels before a domain that is always the same. */
const ANY_LABELS = /^(?:\{[^}]*\}\.)+((?:[a-z0-9-]+\.)+[a-z]+)$/;
const HOST = /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/;

/** Hosts by which a preset is known, those without a registrar first. */
function hostsOf({ id, name, category, fields, noRegistrar = [] }: Preset): KnownHost[] {
  const values = [fields?.sipDomain, fields?.proxy].flatMap((advice) => {
    if (advice === undefined) return [];
    const { value, form = "", alternatives = [] } = advice;
    const [, domain] = ANY_LABELS.exec(form) ?? [];
    return [value, domain && `*.${domain}`, ...alternatives.map((other) => other.value)];
  });
  const registrars = values.filter(
    (value) => typeof value === "string" && HOST.test(value.replace(/^\*\./, "")),
  );
  const preset = { id, name, category };
  return [
    ...noRegistrar.map(({ host, reason, instead, confidence }) => ({
      ...{ host, preset },
      without: { reason, instead, confidence },
    })),
    ...[...new Set(registrars)].map((host) => ({ host: String(host), preset })),
  ];
}

/** A module of the catalogue, from `src/presets`. */
const MODULE = /^(?:catalogue|known-names|systems\/[a-z0-9-]+)\.js$/;

/** `catalogue.js` or `systems/<id>.js`, where an import means one of them. */
function moduleOf(specifier: string, importer: string, folder: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const name = relative(folder, join(dirname(importer), specifier)).replaceAll("\\", "/");
  return MODULE.test(name) ? name : undefined;
}

function inputs(folder: string): string[] {
  const systems = join(folder, "systems");
  return [
    join(folder, "shared.yaml"),
    join(folder, "known-names.yaml"),
    ...readdirSync(systems).map((name) => join(systems, name)),
  ];
}

/** The catalogue for esbuild. @param root of the repository. */
export function esbuildPresets(root: string): EsbuildPlugin {
  const folder = join(root, "src", "presets");
  return {
    name: "presets",
    setup({ onStart, onResolve, onLoad }) {
      let modules = new Map<string, string>();
      onStart(() => {
        modules = presetModules(folder);
      });
      onResolve(
        { filter: /^\..*\/(?:catalogue|known-names|systems\/[a-z0-9-]+)\.js$/ },
        ({ path, importer }) => {
          const name = moduleOf(path, importer, folder);
          return name === undefined ? undefined : { path: join(folder, name), namespace: "presets" };
        },
      );
      onLoad({ filter: /.*/, namespace: "presets" }, ({ path }) => {
        const contents = modules.get(path.slice(folder.length + 1).replaceAll("\\", "/"));
        return contents === undefined ? undefined : { contents, loader: "js", watchFiles: inputs(folder) };
      });
    },
  };
}

/** The catalogue for Vite, and so for the tests on the sources. @param root of the repository. */
export function vitePresets(root: string) {
  const folder = join(root, "src", "presets");
  const prefix = `${folder.replaceAll("\\", "/")}/`;
  let modules: Map<string, string> | undefined;
  return {
    name: "presets",
    enforce: "pre" as const,
    resolveId(specifier: string, importer: string | undefined) {
      const name = importer && moduleOf(specifier, importer, folder);
      return name ? prefix + name : undefined;
    },
    load(this: { addWatchFile(path: string): void }, id: string) {
      const name = id.startsWith(prefix) ? id.slice(prefix.length) : "";
      if (!MODULE.test(name)) return undefined;
      if (name === "catalogue.js") {
        for (const path of inputs(folder)) this.addWatchFile(path);
        modules = undefined;
      }
      modules ??= presetModules(folder);
      return modules.get(name);
    },
  };
}
