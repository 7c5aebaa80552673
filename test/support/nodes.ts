import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The lines of Node that the package promises to run on, `engines` in package.json. */
const MAJORS = [20, 22, 24] as const;

export interface NodeProgram {
  readonly major: number;
  /** Undefined where that Node cannot be had; then `reason` says why. */
  readonly path?: string;
  readonly reason?: string;
}

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "telzino-sip-mcp");
const windows = process.platform === "win32";

/** All of them, each as {@link findNode} finds it. */
export function findNodes(): Promise<NodeProgram[]> {
  return Promise.all(MAJORS.map(findNode));
}

/** The running Node, or another from npm's package `node`, kept in a cache folder. Never throws. */
export async function findNode(major: (typeof MAJORS)[number]): Promise<NodeProgram> {
  if (Number(process.versions.node.split(".")[0]) === major) return { major, path: process.execPath };
  return (await cached(major)) ?? (await fetched(major));
}

async function cached(major: number): Promise<NodeProgram | undefined> {
  const packages = join(cache, `node${major}`, "node_modules");
  for (const path of await binariesBelow(packages)) {
    const version = await execute(path, ["--version"]).then(
      ({ stdout }) => stdout.trim(),
      () => "",
    );
    if (version.startsWith(`v${major}.`)) return { major, path };
  }
  return undefined;
}

/** Its install script puts the binary into `node`; without it, it stays in the package of the platform. */
async function binariesBelow(packages: string): Promise<string[]> {
  const folders = [join(packages, "node"), ...(await platformPackages(packages))];
  const nested = await platformPackages(join(packages, "node", "node_modules"));
  return [...folders, ...nested].map((folder) => join(folder, "bin", windows ? "node.exe" : "node"));
}

async function platformPackages(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^node-(?:linux|darwin|win)-|^node-bin-(?!setup)/.test(name))
    .map((name) => join(folder, name));
}

async function fetched(major: number): Promise<NodeProgram> {
  const prefix = join(cache, `node${major}`);
  const args = ["install", "--no-fund", "--no-audit", "--prefix", prefix, `node@${major}`];
  try {
    await execute("npm", args, { timeout: 90_000, shell: windows });
  } catch (error) {
    const [line = ""] = String(error instanceof Error ? error.message : error)
      .split("\n")
      .filter((text) => /npm error|ENOENT|ETIMEDOUT/.test(text));
    return { major, reason: `npm cannot install node@${major}: ${line}` };
  }
  return (
    (await cached(major)) ?? { major, reason: `npm's node@${major} brings no program for this platform` }
  );
}
