import { parseArgs } from "node:util";
import { commandAssistant } from "./assistants/command.js";
import { idleAssistant, scriptedAssistant } from "./assistants/scripted.js";
import { type Assistant, medianCalls, runTasks, type TaskResult } from "./runner.js";
import { TASKS } from "./tasks/index.js";

const USAGE = `Usage: node evals/run.mjs [options] [-- command arguments…]

Without a command the scripted assistant solves the tasks. With one, it is started for each task; in its
arguments {prompt} stands for the user's words and {config} for a file that names the MCP server.

  --task ID        only this task (may be given again)
  --parallel N     tasks at a time (default 1 with a command, else 3)
  --timeout S      seconds for a task (default 300 with a command, else 60)
  --idle           an assistant that does nothing, for comparison
  --json           results as JSON lines
  --list           the tasks, and what the user says in each
  --help
`;

/** The command line. @returns the exit code: 0 when every task was solved, 1 otherwise, 2 for wrong arguments. */
export async function main(argv: readonly string[], root: string): Promise<number> {
  const { own, command } = split(argv);
  const { values } = parseArgs({
    args: own,
    options: {
      task: { type: "string", multiple: true },
      parallel: { type: "string" },
      timeout: { type: "string" },
      idle: { type: "boolean" },
      json: { type: "boolean" },
      list: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return say(USAGE, 0);
  const tasks = TASKS.filter(({ id }) => values.task === undefined || values.task.includes(id));
  const unknown = values.task?.filter((id) => !tasks.some((task) => task.id === id)) ?? [];
  if (unknown.length > 0) return say(`No such task: ${unknown.join(", ")}. --list shows them.\n`, 2);
  if (values.list) return say(tasks.map(({ id, says }) => `${id}\n  ${says}\n`).join(""), 0);
  const isCommand = command.length > 0;
  const results = await runTasks(tasks, assistantFor(command, values.idle === true), {
    root,
    timeoutMs: numberOf(values.timeout, isCommand ? 300 : 60) * 1_000,
    parallel: numberOf(values.parallel, isCommand ? 1 : 3),
    onResult: (result) => say(values.json ? jsonLine(result) : line(result), 0),
  });
  const solved = results.filter(({ problems }) => problems.length === 0).length;
  if (!values.json)
    say(`\n${solved} of ${results.length} solved, ${medianCalls(results)} calls of tools in the median\n`, 0);
  return solved === results.length ? 0 : 1;
}

function split(argv: readonly string[]): { own: string[]; command: string[] } {
  const at = argv.indexOf("--");
  return at < 0 ? { own: [...argv], command: [] } : { own: argv.slice(0, at), command: argv.slice(at + 1) };
}

function assistantFor(command: readonly string[], idle: boolean): Assistant {
  if (command.length > 0) return commandAssistant(command);
  return idle ? idleAssistant : scriptedAssistant;
}

function numberOf(text: string | undefined, usual: number): number {
  const value = Number(text ?? usual);
  if (!(value > 0)) throw new Error(`${text} is not a positive number`);
  return value;
}

function line({ task, problems, seconds, calls }: TaskResult): string {
  const mark = problems.length === 0 ? "ok  " : "FAIL";
  const why = problems.map((problem) => `       ${problem}\n`).join("");
  return `${mark} ${task.id.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s ${String(calls).padStart(3)} calls  ${task.title}\n${why}`;
}

function jsonLine({ task, problems, said, calls, seconds }: TaskResult): string {
  return `${JSON.stringify({ task: task.id, solved: problems.length === 0, problems, said, calls, seconds })}\n`;
}

function say(text: string, code: number): number {
  (code === 2 ? process.stderr : process.stdout).write(text);
  return code;
}
