import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { Writable } from "node:stream";
import { ConfigError } from "../config/index.js";
import { untrusted } from "../redaction/untrusted.js";

/** At this size a file becomes `<path>.1`, in the place of an earlier one, and a new one is started. Bytes. */
const MAX_BYTES = 10 * 1024 * 1024;

/** Opening a pipe that no one reads must not wait for a reader. Windows has no such flag, and no such pipes. */
const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NONBLOCK ?? 0);

/**
 * A stream for log lines that writes them to `stderr` and to the end of a file; one that is made here can be read only
 * by its owner. The two possible files are bounded. When the file can no longer be written, stderr says so once and
 * continues.
 *
 * @param path `~/` is the home folder: clients start this program without a shell.
 * @throws ConfigError where it cannot be opened, with the path.
 */
export function withLogFile(stderr: Writable, path: string, maxBytes = MAX_BYTES): Writable {
  const full = path.replace(/^~(?=[\\/])/, homedir());
  let file: LogFile | undefined;
  try {
    file = new LogFile(full, maxBytes);
  } catch (error) {
    throw new ConfigError([
      `The log file ${untrusted(full, { max: 500 })} ${whyNot(error)}. Give --log-file or TELZINO_LOG_FILE a file in a folder that is there and that this user can write to, or leave it out.`,
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

/** Written immediately, so the last line before a crash is there. */
class LogFile {
  readonly #path: string;
  readonly #max: number;
  #descriptor: number;
  #size: number;

  constructor(path: string, max: number) {
    this.#path = path;
    this.#max = max;
    this.#descriptor = openSync(path, APPEND, 0o600);
    const facts = fstatSync(this.#descriptor);
    if (!facts.isFile()) {
      closeSync(this.#descriptor);
      // A device would be renamed in the end, and /dev/stdout is the protocol's.
      throw Object.assign(new Error("not a file"), { code: NO_FILE });
    }
    this.#size = facts.size;
  }

  append(text: string): void {
    if (this.#size > 0 && this.#size + Buffer.byteLength(text) > this.#max) this.#turn();
    this.#size += writeSync(this.#descriptor, text);
  }

  #turn(): void {
    closeSync(this.#descriptor);
    renameSync(this.#path, `${this.#path}.1`);
    this.#descriptor = openSync(this.#path, APPEND, 0o600);
    this.#size = 0;
  }
}

const NO_FILE = "ENXIO";
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "is in a folder that does not exist",
  EACCES: "may not be written by this user",
  EPERM: "may not be written by this user",
  EROFS: "is on a file system that cannot be written to",
  EISDIR: "is a folder",
  [NO_FILE]: "is not a file",
};

function whyNot(error: unknown): string {
  const code = codeOf(error);
  return `${REASONS[code] ?? "cannot be written"} (${code})`;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
