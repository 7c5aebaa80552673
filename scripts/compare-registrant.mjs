// Whether the sandbox's registrant does what a real OpenSIPS does: plays the same registrars to both, and prints what happened
// to their records. Not in CI, since OpenSIPS has to be built first: docs/contributing/compare-registrant.md.
import { parseArgs } from "node:util";
import { loadTypeScript } from "./typescript.mjs";

const USAGE = `node scripts/compare-registrant.mjs --opensips FILE --modules FOLDER [--profile 3.4|4.0] [--only TEXT] [--factor 1]`;

const { values } = parseArgs({
  options: {
    opensips: { type: "string" },
    modules: { type: "string" },
    profile: { type: "string" },
    only: { type: "string", default: "" },
    factor: { type: "string", default: "1" },
  },
});
if (values.opensips === undefined || values.modules === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

const { compare, findInstallation } = await loadTypeScript("scripts/compare-registrant/main.ts");
const installation = findInstallation(values.opensips, values.modules);
const profile = values.profile ?? (installation.version.startsWith("3.4.") ? "3.4" : "4.0");
process.stderr.write(`OpenSIPS ${installation.version} against the profile ${profile}: about six minutes\n`);
const stop = new AbortController();
// Leaves no OpenSIPS behind.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort(new Error(signal)));
const { factor, only } = values;
const rows = await compare({ installation, profile, factor: Number(factor), only, signal: stop.signal });

const cell = (text) => text.replaceAll("|", "\\|");
process.stdout.write(
  [
    `| | OpenSIPS ${installation.version} | the sandbox like ${profile} | |`,
    "| --- | --- | --- | --- |",
    ...rows.map(({ name, openSips, sandbox, differs }) => {
      const verdict = differs.length === 0 ? "same" : `**differs**: ${differs.join(", ")}`;
      return `| ${cell(name)} | ${cell(openSips)} | ${cell(sandbox)} | ${verdict} |`;
    }),
    "",
    `${rows.length} rows, ${rows.filter(({ differs }) => differs.length > 0).length} differ`,
    "",
  ].join("\n"),
);
process.exitCode = rows.length === 0 || rows.some(({ differs }) => differs.length > 0) ? 1 : 0;
