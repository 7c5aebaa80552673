import type { Readable, Writable } from "node:stream";

/** The streams of one command; in tests they are not the process's. */
export interface Io {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
}
