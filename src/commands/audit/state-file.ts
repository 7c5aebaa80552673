import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { AgentRead } from "../../audit/agent-read.js";
import { type AuditHead, type AuditState, lineOf, readState } from "../../audit/state-lines.js";

/** Lines that a kill may lose: they are written together. */
const BATCH = 100;
/** For this long an interrupted audit can be continued; after that, what it has read is old. Milliseconds. */
const GOES_ON_MS = 6 * 3_600_000;
/** Larger files are of something else. Bytes; 10,000 agents take 5 million. */
const MAX_BYTES = 268_435_456;

/** The state of an audit on disk: FILE holds the last one that was finished, FILE.part the one under way. */
export class StateFile {
  readonly #path: string;
  readonly #redactDeep: <T>(value: T) => T;
  #handle: FileHandle | undefined;
  #lines: string[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, redactDeep: <T>(value: T) => T) {
    this.#path = path;
    this.#redactDeep = redactDeep;
  }

  /** The audit that was finished last. @throws StateFileError for a file of something else, which it would replace. */
  async finished(api: string): Promise<AuditState | undefined> {
    const content = await contentOf(this.#path);
    if (content === undefined) return undefined;
    const state = readState(content);
    if (state === undefined)
      throw new StateFileError("it is not the state of an audit, and would be overwritten");
    if (state.head.api !== api) throw new StateFileError("it holds an audit of another API address");
    return state;
  }

  /** Starts to write, at the end of an interrupted audit if there is one to continue. */
  async begin(head: AuditHead, isFresh: boolean): Promise<AuditState> {
    const part = `${this.#path}.part`;
    const content = await contentOf(part);
    if (content !== undefined && !isOfAudit(content)) {
      throw new StateFileError(`${basename(part)} beside it is not an audit's file, and would be replaced`);
    }
    const before = isFresh || content === undefined ? undefined : readState(content);
    if (before !== undefined && before.head.api !== head.api) {
      throw new StateFileError(
        "it holds an interrupted audit of another API address: use --fresh to start over",
      );
    }
    const goesOn = before !== undefined && Math.abs(head.startedAt - before.head.startedAt) < GOES_ON_MS;
    if (!goesOn) await rm(part, { force: true });
    this.#handle = await open(part, "a", 0o600);
    // A line that a kill has cut is ended by the first break.
    await this.#handle.appendFile(goesOn ? "\n" : `${JSON.stringify(head)}\n`);
    return goesOn ? before : { head, reads: new Map() };
  }

  add(read: AgentRead): void {
    this.#lines.push(lineOf(read, this.#redactDeep));
    if (this.#lines.length >= BATCH) void this.#flush();
  }

  #flush(): Promise<void> {
    const text = this.#lines
      .splice(0)
      .map((line) => `${line}\n`)
      .join("");
    this.#writing = this.#writing.then(async () => {
      if (text !== "") await this.#handle?.appendFile(text);
    });
    this.#writing.catch(() => {});
    return this.#writing;
  }

  /**
   * Writes the lines that are left. `isWhole`: this audit replaces the last one.
   *
   * @throws what the disk says, and StateFileError where another audit has taken the file meanwhile.
   */
  async end(isWhole: boolean): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    const part = `${this.#path}.part`;
    let isOurs = false;
    try {
      await this.#flush();
      await handle.sync();
      const [own, there] = await Promise.all([handle.stat(), stat(part).catch(() => undefined)]);
      isOurs = own.ino === there?.ino && own.dev === there.dev;
    } finally {
      this.#handle = undefined;
      await handle.close();
    }
    if (!isWhole) return;
    if (!isOurs)
      throw new StateFileError("another audit has used it at the same time, so this one is not kept");
    await rename(part, this.#path);
  }
}

/** A file that is not this audit's. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
}

/** Whether a file is an audit's, of any version, or the start of one that was cut by a kill. */
function isOfAudit(content: string): boolean {
  const begin = '{"version":';
  return content.startsWith(begin) || begin.startsWith(content);
}

/** @throws StateFileError for one that is too large; what the disk says. */
async function contentOf(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > MAX_BYTES)
      throw new StateFileError("it is too large for the state of an audit");
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
