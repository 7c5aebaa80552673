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
  "claude-desktop, claude-code, vscode, cursor, codex, gemini-cli, jetbrains, windsurf, copilot-cli, opencode, cline, zed, qwen-code or continue";

/** `install` and `uninstall`. Which clients there are is read by `install.ts`. */
export function describeInstall(program: Command): { install: Command; uninstall: Command } {
  const install = program
    .command("install")
    .argument("<client>", CLIENT)
    .description("add this server to a client's configuration file; shows the change first")
    .option("--dry-run", "show the change without writing it")
    .option("--yes", "write without asking")
    .option("--project", "use the file of the project in this folder instead of the user's")
    .option("--store", "write the credentials into the file instead of naming variables")
    .option("--local", "start this installation instead of npx")
    .option(
      "--url <url>",
      "connect over HTTP to the server at this address; the token stays in TELZINO_MCP_TOKEN",
    );
  const uninstall = program
    .command("uninstall")
    .argument("<client>", CLIENT)
    .description("remove this server from a client's configuration file")
    .option("--dry-run", "show the change without writing it")
    .option("--yes", "write without asking")
    .option("--project", "use the file of the project in this folder instead of the user's");
  return { install, uninstall };
}
