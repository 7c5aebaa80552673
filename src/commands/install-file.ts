import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A client's file as it stands. */
export interface ClientFile {
  /** The file itself, where the path is a symbolic link. */
  path: string;
  /** Empty where there is none yet. */
  text: string;
  /** Permission bits; absent: there is no file yet. */
  mode?: number;
  /** The path is a symbolic link to it. */
  linked?: boolean;
}

/** @throws NodeJS.ErrnoException other than ENOENT; TypeError where the bytes are not UTF-8. */
export async function readClientFile(path: string): Promise<ClientFile> {
  try {
    const real = await realpath(path);
    const bytes = await readFile(real);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const linked = (await lstat(path)).isSymbolicLink();
    return { path: real, text, mode: (await stat(real)).mode & 0o777, linked };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { path, text: "" };
    throw error;
  }
}

export interface Written {
  /** Where the file as it was is kept; absent: there was none. */
  backup?: string;
}

/**
 * Writes a file whole or not at all: into a new one beside it, then renamed. A backup of what was there is made first.
 *
 * @param text what it is to hold; absent: the file is removed.
 * @param ownerOnly the text holds a secret: nobody but the owner may read it, nor the backup.
 * @throws NodeJS.ErrnoException
 */
export async function writeClientFile(
  file: ClientFile,
  text: string | undefined,
  { ownerOnly, now }: { ownerOnly: boolean; now: Date },
): Promise<Written> {
  const folder = dirname(file.path);
  await mkdir(folder, { recursive: true });
  const mode = ownerOnly ? 0o600 : (file.mode ?? 0o600);
  const temporary = join(folder, `.telzino-sip-${randomBytes(6).toString("hex")}.tmp`);
  try {
    const written: Written = {};
    if (file.mode !== undefined) {
      const stamp = now.toISOString().replace(/\D/g, "");
      written.backup = `${file.path}.${stamp}.bak`;
      await create(written.backup, file.text, file.mode & 0o600);
    }
    if (text === undefined) {
      await rm(file.path);
      return written;
    }
    await create(temporary, text, mode);
    await rename(temporary, file.path);
    return written;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function create(path: string, text: string, mode: number): Promise<void> {
  const handle = await open(path, "wx", mode);
  try {
    // The mode of open is cut by the umask.
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
