import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { Writable } from "node:stream";
import { ConfigError } from "../config.js";

/** At this size a file becomes `<path>.1`, in the place of an earlier one, and a new one is begun. Bytes. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * A stream for log lines that writes them to `stderr` and to the end of a file, which its owner alone can read. The two
 * files that there can be are bounded. When the file cannot be written any more, stderr says so once and goes on.
 *
 * @throws ConfigError where it cannot be opened.
 */
export function withLogFile(stderr: Writable, path: string, maxBytes = MAX_BYTES): Writable {
  let file: LogFile | undefined;
  try {
    file = new LogFile(path, maxBytes);
  } catch (error) {
    throw new ConfigError([
      `The log file cannot be written: ${codeOf(error)}. Give a path in a folder that this user can write to.`,
    ]);
  }
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      if (!stderr.destroyed && !stderr.writableEnded) stderr.write(chunk);
      try {
        file?.append(String(chunk));
      } catch (error) {
        file = undefined;
        stderr.write(`The log file cannot be written any more: ${codeOf(error)}\n`);
      }
      done();
    },
  });
}

/** Written at once, so that the last line before a crash is there. */
class LogFile {
  readonly #path: string;
  readonly #max: number;
  #descriptor: number;
  #size: number;

  constructor(path: string, max: number) {
    this.#path = path;
    this.#max = max;
    this.#descriptor = openSync(path, "a", 0o600);
    this.#size = fstatSync(this.#descriptor).size;
  }

  append(text: string): void {
    if (this.#size > 0 && this.#size + text.length > this.#max) this.#turn();
    this.#size += writeSync(this.#descriptor, text);
  }

  #turn(): void {
    closeSync(this.#descriptor);
    renameSync(this.#path, `${this.#path}.1`);
    this.#descriptor = openSync(this.#path, "a", 0o600);
    this.#size = 0;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
