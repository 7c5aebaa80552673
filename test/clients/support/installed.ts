import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** What `install.sh` has installed, and where. */

const cache =
  process.env.CLIENTS_CACHE ??
  join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "telzino-sip-mcp", "clients");

/** The packages of the client programs, or of one example. */
export const packagesOf = (name: string) => join(cache, name, "node_modules");

/**
 * For `describe.skipIf(lacks("programs"))`: true where it is not installed, after a line that says how it is.
 *
 * @throws in CI, where a suite that is left out is a failure.
 */
export function lacks(name: string): boolean {
  if (existsSync(join(cache, name, "complete"))) return false;
  const reason = `the tests with ${name}: it is not installed; run bash test/clients/install.sh`;
  if (process.env.CI) throw new Error(`MISSING in CI, ${reason}`);
  process.stderr.write(`SKIPPED, ${reason}\n`);
  return true;
}

/** Claude Code is a native program in a package of its platform. */
export const claudeProgram = () =>
  join(platformPackage("@anthropic-ai", "claude-code-"), programNamed("claude"));

/** So is Cline, of which only that package is installed: the others that npm adds to it are for programs that embed it. */
export const clineProgram = () => join(platformPackage("@cline", "cli-"), "bin", programNamed("cline"));

/** So is opencode, in several packages for each. */
export function opencodeProgram(): string {
  const system = WINDOWS ? "windows" : process.platform;
  const folder = `opencode-${system}-${process.arch}-baseline`;
  return join(packagesOf("programs"), folder, "bin", programNamed("opencode"));
}

const WINDOWS = process.platform === "win32";
const programNamed = (name: string) => (WINDOWS ? `${name}.exe` : name);

/** The one package of these that npm has installed, as the others are for other platforms. */
function platformPackage(scope: string, prefix: string): string {
  const folder = join(packagesOf("programs"), scope);
  const name = readdirSync(folder).find((each) => each.startsWith(prefix));
  if (name === undefined) throw new Error(`no program for this platform in ${folder}`);
  return join(folder, name);
}
