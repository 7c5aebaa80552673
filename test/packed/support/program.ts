import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** The installed program, on one Node and in the surroundings that a test gives it. */
export interface Program {
  /** Starts the program; its own arguments come after these. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** All that the program's environment holds. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Outcome {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** What it has written to stderr up to now. */
  stderr(): string;
  /** When it has ended and its pipes are closed. */
  readonly ended: Promise<Outcome>;
}

const LIMIT_MS = 30_000;

/** Starts the program with nothing on stdin; it is killed after half a minute. */
export function start(program: Program, args: readonly string[], env: Record<string, string> = {}): Started {
  const [file, ...before] = program.command;
  const child = spawn(file, [...before, ...args], {
    cwd: program.cwd,
    env: { ...program.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => ({
    code: code ?? signal ?? null,
    stdout,
    stderr,
  }));
  return { child, stderr: () => stderr, ended };
}

/** Runs the program to its end. */
export function run(
  program: Program,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  return start(program, args, env).ended;
}

/** The commands that `--help` tells of. */
export async function commandsOf(program: Program): Promise<string[]> {
  const { stdout } = await run(program, ["--help"]);
  const [, listed = ""] = /^Commands:\n((?: .*\n)+)/m.exec(stdout) ?? [];
  return [...listed.matchAll(/^ {2}(\S+)/gm)].map(([, name = ""]) => name);
}

/** A TCP port of the loopback that nothing listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return address.port;
}
