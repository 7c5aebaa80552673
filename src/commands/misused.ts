import { NAME } from "../base/version.js";
import type { Io } from "./io.js";

/** Says what is wrong with how a command was called. @returns the exit code for that. */
export function misused({ stderr }: Pick<Io, "stderr">, ...problems: readonly string[]): number {
  stderr.write(`${problems.map((problem) => `${NAME}: ${problem}`).join("\n")}\n`);
  return 2;
}

/** A tool's words on an argument, for one who gave it as a flag. */
export function withFlag(problem: string, flags: Readonly<Record<string, string>>): string {
  const [name = ""] = problem.split(" ", 1);
  const flag = flags[name];
  return flag === undefined ? problem : `${flag}${problem.slice(name.length)}`;
}
