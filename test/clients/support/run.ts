import { type SpawnOptions, spawn } from "node:child_process";

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, with nothing on its stdin. After that long it is killed, and what it has started too. */
export function run(
  command: readonly string[],
  { timeout = 100_000, ...options }: Pick<SpawnOptions, "cwd" | "env"> & { timeout?: number },
): Promise<Outcome> {
  const [program = "", ...argv] = command;
  const child = spawn(program, argv, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const outcome = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      outcome[name] += text;
    });
  }
  const timer = setTimeout(() => {
    outcome.stderr += `\nkilled after ${timeout} ms`;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, timeout);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...outcome });
    });
  });
}
