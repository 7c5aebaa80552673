import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
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
    const before = isFresh ? undefined : await stateIn(part, head.api);
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

  /** Writes what is left. `isWhole`: this audit takes the place of the last one. @throws what the disk says. */
  async end(isWhole: boolean): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    try {
      await this.#flush();
      await handle.sync();
    } finally {
      this.#handle = undefined;
      await handle.close();
    }
    if (isWhole) await rename(`${this.#path}.part`, this.#path);
  }
}

/** A file that is not this audit's. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
}

async function stateIn(path: string, api: string): Promise<AuditState | undefined> {
  const content = await contentOf(path);
  const state = content === undefined ? undefined : readState(content);
  return state?.head.api === api ? state : undefined;
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
