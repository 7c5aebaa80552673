import type { Buffer } from "node:buffer";
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** A file of a log or capture, or a stream of the same. */
export interface LogSource {
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes, where they are known. */
  readonly size?: number;
  close(): Promise<void>;
}

/** A file that cannot be read as a log or capture. The message says why, without its name. */
export class LogFileError extends Error {
  override readonly name = "LogFileError";
}

/** Bytes of a file, and of what is packed in it. */
export const MAX_FILE = 200 * 1_048_576;
export const TOO_LARGE =
  "more than 200 MB. Cut it to the time of the call (editcap -A … -B … in.pcap out.pcap; tail -n 20000 for a log), or filter it (tcpdump -r in.pcap -w out.pcap host …)";

const PIECE = 131_072;
/** Of the codes of Node.js, those that a person can do something about. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "this program may not read it",
  EPERM: "this program may not read it",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
};

/**
 * Opens a file that a person has named, and nothing else: no folder, device, pipe or socket, which could block or have
 * side effects.
 *
 * @throws LogFileError
 */
export async function openLogFile(given: string): Promise<LogSource> {
  // To open a share of another machine would tell that machine who asks.
  if (/^[\\/]{2}/.test(given) || given.includes("\0")) {
    throw new LogFileError("only a file of this machine can be read");
  }
  const path = /^~[/\\]/.test(given) ? join(homedir(), given.slice(2)) : given;
  const handle = await opened(path);
  try {
    const size = await checkedSize(handle);
    return {
      chunks: handle.createReadStream({ highWaterMark: PIECE, autoClose: false }),
      size,
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    // Looked at before it is opened, and once more after that: to open some devices does something.
    refuseOthers(await stat(path));
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (error instanceof LogFileError) throw error;
    throw new LogFileError(reasonOf(error));
  }
}

async function checkedSize(handle: FileHandle): Promise<number> {
  const found = await handle.stat();
  refuseOthers(found);
  if (found.size === 0) throw new LogFileError("the file is empty");
  if (found.size > MAX_FILE) throw new LogFileError(`the file has ${TOO_LARGE}`);
  return found.size;
}

function refuseOthers(found: { isFile(): boolean; isDirectory(): boolean }): void {
  if (found.isDirectory()) throw new LogFileError("that is a folder; name a file in it");
  if (!found.isFile()) {
    throw new LogFileError("that is a device, pipe or socket; only a file can be read");
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? `it cannot be read (${/^E[A-Z]{2,20}$/.test(code) ? code : "unknown reason"})`;
}
