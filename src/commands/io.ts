import type { Readable, Writable } from "node:stream";
import type { Redactor } from "../redaction/redactor.js";

/** What one command has of the process; in tests it is not the process's own. */
export interface Io {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  /** Where log lines go: stderr, and the log file where there is one. Absent: stderr. */
  log?: Writable;
  /** Also takes secrets out of what is written when the process ends by a defect. Absent: the command has its own. */
  redactor?: Redactor;
}
