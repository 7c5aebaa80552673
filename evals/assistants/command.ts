import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Assistant, Job } from "../runner.js";

/** More than any last words. Characters. */
const MAX_OUTPUT = 200_000;

const PREFACE = `You have one MCP server, "telzino". Carry out what the user asks with its tools only. No one answers questions now: where you would have to ask, say in your last message what you need to know, and stop without changing anything. End with a short message to the user.

The user says:
`;

/**
 * Any MCP client's command. In its arguments `{prompt}` stands for the words of the user, with a few lines
 * before them, and `{config}` for a JSON file that names the server as clients do (`mcpServers`). What the
 * command writes to stdout are its last words.
 */
export function commandAssistant([command = "", ...args]: readonly string[]): Assistant {
  return async (job) => {
    const folder = await mkdtemp(join(tmpdir(), "telzino-evals-"));
    try {
      const config = join(folder, "mcp.json");
      await writeFile(config, JSON.stringify({ mcpServers: { telzino: job.server } }), { mode: 0o600 });
      const filled = args.map((each) =>
        each.replaceAll("{config}", config).replaceAll("{prompt}", `${PREFACE}${job.says}`),
      );
      return await outputOf(command, filled, folder, job);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Runs in an empty folder, so the client finds no project. */
function outputOf(command: string, args: readonly string[], cwd: string, { signal }: Job): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"], detached: true });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT);
    });
    const stop = () => {
      // The whole group: the client has started the server.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    signal.addEventListener("abort", stop, { once: true });
    child.once("error", reject);
    child.once("close", (code, by) => {
      signal.removeEventListener("abort", stop);
      if (code === 0) resolve(output);
      else
        reject(
          new Error(by === null ? `exit code ${code}` : signal.aborted ? "out of time" : `ended by ${by}`),
        );
    });
  });
}
