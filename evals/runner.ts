import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkEnd } from "./check.js";
import type { Task } from "./task.js";
import { World } from "./world/world.js";

/** A server that an assistant starts and speaks to over stdio. */
interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Job {
  /** What the user says. */
  readonly says: string;
  readonly server: ServerCommand;
  readonly signal: AbortSignal;
}

/** Carries out what a user says, with the server only, and resolves with its last words. */
export type Assistant = (job: Job) => Promise<string>;

export interface TaskResult {
  readonly task: Task;
  /** Empty: solved. */
  readonly problems: readonly string[];
  readonly said: string;
  /** Calls of tools, as the server has logged them. */
  readonly calls: number;
  readonly seconds: number;
}

export interface RunOptions {
  /** The repository: `dist/cli.js` in it is the server. */
  readonly root: string;
  /** For one task, milliseconds. */
  readonly timeoutMs: number;
  readonly parallel: number;
  readonly onResult?: (result: TaskResult) => void;
}

/** Runs tasks, each in its own world, and judges how each world is left. In the tasks' order. */
export async function runTasks(
  tasks: readonly Task[],
  assistant: Assistant,
  options: RunOptions,
): Promise<TaskResult[]> {
  const results: TaskResult[] = [];
  const waiting = tasks.entries();
  const worker = async () => {
    for (const [index, task] of waiting) {
      const result = await runTask(task, assistant, options);
      results[index] = result;
      options.onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  return results;
}

export async function runTask(
  task: Task,
  assistant: Assistant,
  { root, timeoutMs }: RunOptions,
): Promise<TaskResult> {
  const started = performance.now();
  const world = await World.start(task.start);
  const folder = await mkdtemp(join(tmpdir(), "eval-"));
  const log = join(folder, "server.log");
  try {
    const before = world.bindings();
    const signal = AbortSignal.timeout(timeoutMs);
    const job = { says: world.fill(task.says), server: serverOf(task, world, { root, log }), signal };
    const { said, broke } = await assistant(job).then(
      (words) => ({ said: words, broke: [] }),
      (error: unknown) => ({ said: "", broke: [`the assistant failed: ${messageOf(error)}`] }),
    );
    const problems = [...broke, ...(await checkEnd(task.end, world, before, said))];
    const calls = callsIn(await readFile(log, "utf8").catch(() => ""));
    return { task, problems, said, calls, seconds: (performance.now() - started) / 1_000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await world.close();
  }
}

function callsIn(log: string): number {
  return log.match(/ tool call(?: failed)? /g)?.length ?? 0;
}

/** Of so many tasks the middle one's calls. */
export function medianCalls(results: readonly TaskResult[]): number {
  const sorted = results.map(({ calls }) => calls).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function serverOf(
  { server = {} }: Task,
  world: World,
  { root, log }: { root: string; log: string },
): ServerCommand {
  const secrets = Object.entries(server.secrets ?? {}).map(
    ([name, value]) => [`TELZINO_SIP_SECRET_${name}`, world.fill(value)] as const,
  );
  return {
    command: process.execPath,
    args: [
      join(root, "dist", "cli.js"),
      ...["--log-file", log, "--log-level", "info"],
      ...(server.readOnly ? ["--read-only"] : []),
      ...(server.boundTo === undefined ? [] : ["--agent-id", world.agentId(server.boundTo)]),
    ],
    env: {
      ...world.credentials,
      ...Object.fromEntries(secrets),
      ...(server.passwordArgument === false ? { TELZINO_PASSWORD_ARGUMENT: "off" } : {}),
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
