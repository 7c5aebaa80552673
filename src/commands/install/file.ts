import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { present } from "../../base/present.js";
import { ClientFileError } from "../../clients/file-error.js";

/** A client's file at the moment when it was read. */
export interface ClientFile {
  /** The path that was asked for. */
  asked: string;
  /** The file itself, where that path is a symbolic link. */
  path: string;
  linked: boolean;
  /** Empty where there is no file yet. */
  text: string;
  /** Permission bits and owner; absent: there is no file yet. */
  access?: { mode: number; uid: number; gid: number };
}

/** @throws ClientFileError if it is not a file; NodeJS.ErrnoException; TypeError if the bytes are not UTF-8. */
export function readClientFile(asked: string): ClientFile {
  const linked = lstatSync(asked, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const path = targetOf(asked);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return { asked, path, linked, text: "" };
  // A pipe would be waited for.
  if (!stats.isFile()) throw new ClientFileError("is not a file");
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  return { asked, path, linked, text, access: accessOf(stats) };
}

/** Where a path leads, also where a link leads to a file that is not there yet. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  return targetOf(resolve(realpathSync(dirname(path)), readlinkSync(path)));
}

function accessOf({ mode, uid, gid }: Stats) {
  return { mode: mode & 0o777, uid, gid };
}

export interface Replaced {
  /** Where the file as it was is kept; absent: there was none. */
  backup?: string;
}

/**
 * Replaces a client's file if it is still what was read: whole or not at all, even if the process is killed meanwhile. Its
 * text is written into a new file beside it, which is then renamed.
 *
 * One backup is kept, of the state before the latest change: an older one would undo what others have written since.
 *
 * All of it is synchronous, for nothing of this process may come between the last comparison and the renaming.
 *
 * @param text the new content; absent: the file is removed.
 * @param ownerOnly the text holds a secret: only the owner may read it and the backup.
 * @returns undefined: it is no longer what was read, and nothing was changed.
 * @throws what {@link readClientFile} throws. Nothing was changed then.
 */
export function replaceClientFile(
  file: ClientFile,
  text: string | undefined,
  { ownerOnly }: { ownerOnly: boolean },
): Replaced | undefined {
  const folder = dirname(file.path);
  const missing = missingFolders(folder);
  const drafts: string[] = [];
  const draft = (content: string, mode: number): string => {
    const path = join(folder, `.telzino-sip-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
    drafts.push(path);
    create(path, content, mode, file.access);
    return path;
  };
  let isDone = false;
  try {
    mkdirSync(folder, { recursive: true });
    const mode = (file.access?.mode ?? 0o600) & (ownerOnly ? 0o600 : 0o777);
    // Renaming needs no permission to write the file itself; if that was taken away, it was on purpose.
    if (file.access) accessSync(file.path, constants.W_OK);
    const before = file.access && draft(file.text, mode);
    const after = text === undefined ? undefined : draft(text, mode);
    if (!isSame(readClientFile(file.asked), file)) return undefined;
    const backup = before && `${file.path}.telzino-sip.bak`;
    if (before && backup) renameSync(before, backup);
    if (after) renameSync(after, file.path);
    else rmSync(file.path);
    isDone = true;
    syncFolder(folder);
    return present({ backup });
  } finally {
    for (const path of drafts) unlessImpossible(() => rmSync(path, { force: true }));
    if (!isDone) for (const path of missing) unlessImpossible(() => rmdirSync(path));
  }
}

/** Removes what runs that were killed have left beside a client's file: it may hold credentials. */
export function removeLeftovers({ path }: ClientFile): void {
  const folder = dirname(path);
  unlessImpossible(() => {
    for (const name of readdirSync(folder)) {
      const pid = /^\.telzino-sip-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
    }
  });
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

function isSame(one: ClientFile, other: ClientFile): boolean {
  const facts = ({ path, text, access }: ClientFile) =>
    JSON.stringify([path, text, access?.mode, access?.uid, access?.gid]);
  return facts(one) === facts(other);
}

/** A new file, on the disk when this returns. @throws NodeJS.ErrnoException */
function create(path: string, text: string, mode: number, owner: ClientFile["access"]): void {
  const file = openSync(path, "wx", 0o600);
  try {
    // The mode last: until then no one else can read it.
    const isGiven = owner === undefined || give(file, owner);
    writeFileSync(file, text);
    fchmodSync(file, isGiven ? mode : mode & 0o700);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Whether the file now has that owner and group. If not, the mode would let in others than it did. */
function give(file: number, { uid, gid }: { uid: number; gid: number }): boolean {
  const now = fstatSync(file);
  if (now.uid === uid && now.gid === gid) return true;
  try {
    fchownSync(file, uid, gid);
    return true;
  } catch (error) {
    if (hasCode(error, "EPERM")) return false;
    throw error;
  }
}

/** Makes the renaming survive a power failure, too. Windows has no equivalent. */
function syncFolder(folder: string): void {
  unlessImpossible(() => {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  });
}

/** A folder and those above it, as far as they are not there, the innermost first. */
function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [folder, ...missingFolders(dirname(folder))];
}

/** For what is done as far as it goes: its failure changes nothing of the outcome. */
function unlessImpossible(action: () => void): void {
  try {
    action();
  } catch {}
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}
