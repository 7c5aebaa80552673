import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const ROOT = dirname(dirname(dirname(import.meta.dirname)));
const shell = process.platform === "win32";

/** What `npm pack` made, installed into its own folder, whose path has a blank. */
export interface Installed {
  /** Where `npm install` ran. */
  readonly folder: string;
  /** The package itself, in that folder's node_modules. */
  readonly packageFolder: string;
  readonly cli: string;
  readonly tarballBytes: number;
  /** What the tarball holds, from the package's root. */
  readonly files: readonly string[];
  remove(): Promise<void>;
}

/**
 * Packs the built tree, building it first where there is no dist, and installs it without network and with an
 * empty cache: what the package does not hold itself cannot come from elsewhere.
 *
 * @throws where npm fails, with what it said.
 */
export async function installPacked(): Promise<Installed> {
  const base = await mkdtemp(join(tmpdir(), "packed-"));
  // Others than its maker must get in: one test runs the program as no one.
  await chmod(base, 0o755);
  const folder = join(base, "an empty folder");
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), "{}");
  if (!existsSync(join(ROOT, "dist", "cli.js"))) await npm(ROOT, ["run", "build"]);
  const packed = await npm(ROOT, ["pack", "--json", "--ignore-scripts", "--pack-destination", base]);
  const [made] = JSON.parse(packed) as { filename: string; size: number; files: { path: string }[] }[];
  if (made === undefined) throw new Error(`npm pack made nothing: ${packed}`);
  const flags = ["--offline", "--ignore-scripts", "--no-fund", "--no-audit", "--cache", join(base, "cache")];
  await npm(folder, ["install", ...flags, join("..", made.filename)]);
  const packageFolder = join(folder, "node_modules", "telzino-sip-mcp");
  return {
    folder,
    packageFolder,
    cli: join(packageFolder, "dist", "cli.js"),
    tarballBytes: made.size,
    files: made.files.map(({ path }) => path),
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

async function npm(cwd: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("npm", args, { cwd, shell, timeout: 100_000 });
  return stdout;
}
