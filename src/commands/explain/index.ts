import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import { z } from "zod";
import { present } from "../../base/present.js";
import { NAME, VERSION } from "../../base/version.js";
import { type Config, secretsOf } from "../../config/index.js";
import type { SourceReport } from "../../logs/index.js";
import { LogFileError, type LogSource, openLogFile } from "../../logs/log-source.js";
import { readLogWithPreset } from "../../logs/read-log.js";
import { readSource } from "../../logs/read-source.js";
import { loadPreset } from "../../presets/index.js";
import { createRedactor } from "../../redaction/redactor.js";
import { cleanText } from "../../redaction/text.js";
import { settingText } from "../../redaction/untrusted.js";
import { usernameField } from "../../registration/fields.js";
import { readArguments } from "../../tools/core/arguments.js";
import { told } from "../../tools/core/facts.js";
import { replyOf } from "../../tools/explain-sip-log/index.js";
import { fitted } from "../fitted.js";
import type { Io } from "../io.js";
import { misused } from "../misused.js";

export interface ExplainFlags {
  username?: string;
  preset?: string;
  json?: boolean;
}

const EXIT_CODES = { good: 0, problem: 1, nothing: 3 } as const;

const given = z.strictObject({ username: usernameField.optional() });
const MAX_EVENTS = 200;
const STDIN = "-";

/**
 * Says what a log, trace or capture shows.
 *
 * @returns the exit code: 0 nothing wrong is shown, 1 a problem was found, 2 wrong usage, 3 nothing is shown.
 */
export async function explain(config: Config, io: Io, file: string, flags: ExplainFlags): Promise<number> {
  const redactor = io.redactor ?? createRedactor();
  for (const secret of secretsOf(config)) redactor.hold(secret);
  const read = readArguments(given, { username: flags.username });
  if (!read.ok) {
    return misused(
      io,
      redactor.redact(read.problems.map((each) => each.replace(/^username/, "--username")).join("; ")),
    );
  }
  const presetId = flags.preset?.toLowerCase();
  if (presetId !== undefined && !(await loadPreset(presetId))) {
    return misused(io, `--preset ${cleanText(presetId, 60)}: there is no such preset; see docs/presets.md`);
  }
  const { username } = read.input;
  try {
    const report = await readIt(file, io, present({ username, presetId }));
    const { lines, data } = told(replyOf(report, username).facts);
    io.stdout.write(
      flags.json === true
        ? `${JSON.stringify(redactor.redactDeep({ name: NAME, version: VERSION, ...data }), null, 2)}\n`
        : `${fitted(redactor.redact([...lines, ...hints(report)].join("\n")), io.stdout)}\n`,
    );
    return EXIT_CODES[outcomeOf(report)];
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    const name = file === STDIN ? "stdin" : settingText(file, 300);
    return misused(io, redactor.redact(`${name}: ${error.message}`));
  }
}

async function readIt(
  file: string,
  io: Io,
  options: { readonly username?: string; readonly presetId?: string },
): Promise<SourceReport> {
  const source = file === STDIN ? streamSource(io.stdin) : await openLogFile(file);
  const ended = new AbortController();
  const showsProgress = "isTTY" in io.stderr && io.stderr.isTTY === true;
  try {
    return await readSource(
      source,
      { ...options, maxEvents: MAX_EVENTS },
      {
        signal: ended.signal,
        // No one else is waiting, so it needs no thread and may take its time.
        readText: readLogWithPreset,
        ...(showsProgress ? { progress: (done, total) => io.stderr.write(progressLine(done, total)) } : {}),
      },
    );
  } finally {
    if (showsProgress) io.stderr.write("\r\u001b[K");
    await source.close();
  }
}

/** One line, written over itself. */
function progressLine(done: number, total: number | undefined): string {
  const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(0);
  return `\r\u001b[K… ${megabytes(done)}${total === undefined ? "" : ` of ${megabytes(total)}`} MB read`;
}

function streamSource(stream: Readable): LogSource {
  async function* chunks() {
    for await (const chunk of stream) yield Buffer.from(chunk);
  }
  return { chunks: chunks(), close: async () => {} };
}

/** A finding decides; without one, what is shown at all. */
function outcomeOf({ findings, outcome, events, capture }: SourceReport): keyof typeof EXIT_CODES {
  if (findings.some(({ severity }) => severity !== "info")) return "problem";
  if (outcome === "registered") return "good";
  if (outcome !== "none") return "problem";
  return events.length > 0 || (capture?.streams.length ?? 0) > 0 ? "good" : "nothing";
}

function hints({ users }: SourceReport): string[] {
  return users.length > 0 ? ["", "--username USER shows only one of them."] : [];
}
