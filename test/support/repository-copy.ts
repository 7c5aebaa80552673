import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = dirname(dirname(import.meta.dirname));
const PARTS = [
  "package.json",
  "README.md",
  "tsconfig.json",
  "tsconfig.build.json",
  "vitest.config.ts",
  "src",
  "scripts",
  "docs",
  "test",
];

/** A copy of the repository that a test may change: sources, scripts, documentation and tests, with the same packages. */
export class RepositoryCopy {
  // Vite takes files by their real path, and the folder for temporary files may be a link.
  readonly root = mkdtempSync(join(realpathSync(tmpdir()), "repository-"));

  constructor() {
    for (const part of PARTS) cpSync(join(ROOT, part), join(this.root, part), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(this.root, "node_modules"), "junction");
  }

  /** Runs Node.js in the copy. `output` is what it wrote, errors too. */
  async node(...args: string[]): Promise<{ code: number | null; output: string }> {
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn(process.execPath, args, { cwd: this.root, env: { PATH, HOME, NO_COLOR: "1" } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const [code] = (await once(child, "close")) as [number | null];
    return { code, output };
  }

  /** Runs unit tests of the copy, by file and what else Vitest takes; `output` names each test. */
  unitTests(...args: string[]): Promise<{ code: number | null; output: string }> {
    const vitest = join("node_modules", "vitest", "vitest.mjs");
    return this.node(vitest, "run", "--project", "unit", "--reporter", "verbose", ...args);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
