import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NAME, VERSION } from "../base/version.js";

/** More of a stack or a message helps no one. */
const MAX_TEXT = 20_000;

/**
 * Writes what a bug report needs into a file that only its owner can read: versions, the flags without their
 * values, and the error with its causes. No environment, no arguments of calls.
 *
 * @param refusal says what must not be shown of a text (`Redactor.refusal`).
 * @param withMessages whether messages of errors may be written: those of a server for many tenants may hold a secret that
 * no single place holds.
 * @returns its path; `undefined` where there is no folder to write into.
 */
export function writeCrashReport(
  error: unknown,
  argv: readonly string[],
  refusal: (text: string) => string | undefined,
  withMessages = true,
): string | undefined {
  const lines = [
    `${NAME} ${VERSION}, Node.js ${process.version}, ${process.platform} ${process.arch}`,
    `Flags: ${flagsOf(argv)}`,
    `Up for ${Math.round(process.uptime())} s`,
    "",
    storyOf(error, refusal, withMessages).slice(0, MAX_TEXT),
  ];
  const path = join(tmpdir(), `${NAME}-crash-${Date.now()}-${randomBytes(6).toString("hex")}.txt`);
  try {
    writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600, flag: "wx" });
    return path;
  } catch {
    return undefined;
  }
}

/** Only names of flags: the values between them may be a host, a path or someone's name. */
function flagsOf(argv: readonly string[]): string {
  const names = argv.filter((word) => word.startsWith("--")).map((word) => word.replace(/=.*/s, "=…"));
  return names.length === 0 ? "none" : names.join(" ");
}

/** Control characters in a message from outside must not reach the terminal that shows it. Line breaks are kept. */
function withoutControls(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, "");
}

/** The error and its causes, without the messages where one holds a part of a secret. */
function storyOf(
  error: unknown,
  refusal: (text: string) => string | undefined,
  withMessages: boolean,
): string {
  const whole = withoutControls(stackOf(error, withMessages));
  const refused = withMessages ? refusal(whole) : undefined;
  return refused === undefined ? whole : `${refused}\n${withoutControls(stackOf(error, false))}`;
}

function stackOf(error: unknown, withMessages: boolean, depth = 0): string {
  if (!(error instanceof Error)) return withMessages ? String(error) : typeof error;
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  const own = withMessages ? stack : [error.name, ...(stack.match(/^ {4}at .*$/gm) ?? [])].join("\n");
  return error.cause === undefined || depth >= 5
    ? own
    : `${own}\nCaused by: ${stackOf(error.cause, withMessages, depth + 1)}`;
}
