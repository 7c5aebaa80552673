import type { Command } from "commander";

export interface InstallFlags {
  dryRun?: boolean;
  yes?: boolean;
  project?: boolean;
  store?: boolean;
  local?: boolean;
  /** Where a server over HTTP already runs. */
  url?: string;
}

const CLIENT =
  "claude-desktop, claude-code, vscode, cursor, codex, gemini-cli, jetbrains, windsurf, copilot-cli, opencode, cline, zed or qwen-code";

/** `install` and `uninstall`. Which clients there are is read by `install.ts`. */
export function describeInstall(program: Command): { install: Command; uninstall: Command } {
  const install = program
    .command("install")
    .argument("<client>", CLIENT)
    .description("put this server into a client's configuration file; shows the change first")
    .option("--dry-run", "show the change, write nothing")
    .option("--yes", "write without asking")
    .option("--project", "the file of the project in this folder instead of the user's")
    .option("--store", "write the credentials into the file instead of naming variables")
    .option("--local", "start this very installation instead of npx")
    .option(
      "--url <url>",
      "connect to a server over HTTP that runs there; the token stays in TELZINO_MCP_TOKEN",
    );
  const uninstall = program
    .command("uninstall")
    .argument("<client>", CLIENT)
    .description("take this server out of a client's configuration file")
    .option("--dry-run", "show the change, write nothing")
    .option("--yes", "write without asking")
    .option("--project", "the file of the project in this folder instead of the user's");
  return { install, uninstall };
}
