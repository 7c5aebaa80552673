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
export function claudeProgram(): string {
  const scope = join(packagesOf("programs"), "@anthropic-ai");
  const platform = readdirSync(scope).find((name) => name.startsWith("claude-code-"));
  if (platform === undefined) throw new Error(`no program for this platform in ${scope}`);
  return join(scope, platform, process.platform === "win32" ? "claude.exe" : "claude");
}

/** opencode is a native program too, in a package of its platform. */
export function opencodeProgram(): string {
  const program = process.platform === "win32" ? "opencode.exe" : "opencode";
  const cpu = process.arch === "x64" ? "x64" : process.arch;
  const system = process.platform === "win32" ? "windows" : process.platform;
  return join(packagesOf("programs"), `opencode-${system}-${cpu}-baseline`, "bin", program);
}
