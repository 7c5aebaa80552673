import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Secret } from "../redaction/secret.js";
import type { Io } from "./io.js";

/** The person pressed Ctrl-C or Ctrl-D instead of an answer. */
export class PromptCancelled extends Error {
  override readonly name = "PromptCancelled";
}

/** Whether there is someone to ask. */
export function canAsk({ stdin }: Pick<Io, "stdin">): boolean {
  return "isTTY" in stdin && stdin.isTTY === true;
}

/**
 * Asks for a secret without showing what is typed. The question goes to stderr: stdout is for the report.
 *
 * @throws PromptCancelled
 */
export async function askHidden(
  question: string,
  { stdin, stderr }: Pick<Io, "stdin" | "stderr">,
): Promise<Secret> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: true, historySize: 0 });
  try {
    stderr.write(question);
    const answer = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      lines.once("SIGINT", () => reject(new PromptCancelled("cancelled")));
      lines.once("close", () => reject(new PromptCancelled("cancelled")));
    });
    return new Secret(answer);
  } finally {
    lines.close();
    stderr.write("\n");
  }
}
