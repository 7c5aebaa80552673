// Records `demo` as docs/demo.svg: `npm run build && node scripts/record-demo.mjs`.
// With --check it only says whether the picture still shows what the demo says; exit code 1 if it does not.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderSvg } from "./demo-svg.mjs";

const root = dirname(import.meta.dirname);
const file = join(root, "docs", "demo.svg");
const { status, stdout } = spawnSync(process.execPath, [join(root, "dist", "cli.js"), "demo"], {
  encoding: "utf8",
});
if (status !== 0) throw new Error(`the demo has failed with exit code ${status}`);

const [intro, ...steps] = stdout.trimEnd().split(/\n\n(?=\d\. |Done:)/);
const end = steps.pop();
const pictures = steps.map((step, index) => {
  const before = index === 0 ? ["$ telzino-sip-mcp demo", "", ...intro.split("\n"), ""] : [];
  const after = index === steps.length - 1 ? ["", ...end.split("\n").slice(0, 1)] : [];
  return [...before, ...step.split("\n").map((line) => line.trimEnd()), ...after];
});
const svg = renderSvg("telzino-sip-mcp demo", pictures);

if (process.argv.includes("--check")) {
  // Ports, times, marks and what follows from their length are different each time.
  const words = (text) => text.replaceAll(/<[^>]*>|\bw1\.[\w.-]+|\d+/g, " ").replaceAll(/[\s│]+/g, " ");
  const [shown, said] = [readFileSync(file, "utf8"), svg].map((text) =>
    words(text.slice(text.indexOf("</style>"))),
  );
  if (shown !== said) {
    console.error("docs/demo.svg is not what the demo says: node scripts/record-demo.mjs");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, svg);
}
