import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { changedLines } from "../../clients/change.js";
import { ClientFileError } from "../../clients/file-error.js";
import { formatOf } from "../../clients/formats.js";
import { contentOf } from "../../clients/shown-lines.js";
import type { Client } from "../../clients/table.js";
import { ConfigError } from "../../config/index.js";
import type { Redactor } from "../../redaction/redactor.js";
import { canAsk } from "../hidden-prompt.js";
import type { Io } from "../io.js";
import { type ClientFile, readClientFile, removeLeftovers, replaceClientFile } from "./file.js";
import type { InstallFlags } from "./flags.js";

const FAILED = 1;

/** How often another program may write the file between our reading and our renaming before we give up. */
const MAX_TRIES = 5;

/** A change to a client's file. */
export interface Change {
  client: Client;
  path: string;
  /** The file's text afterwards. @throws ClientFileError */
  apply(text: string): string;
  /** The values that may be shown, as they are written. */
  literals: ReadonlySet<string>;
  /** The text holds a secret: only the owner may read the file. */
  ownerOnly: boolean;
}

/** A change worked out on the file as it was at one moment. */
interface Plan {
  file: ClientFile;
  /** Absent: the file is removed. */
  text?: string;
  isNeeded: boolean;
  /** What is shown: a headline and the changed lines. */
  lines: string[];
  /** What a person agrees to, without what others have written elsewhere in the file. */
  subject: string;
}

/**
 * Shows what would change, asks, and writes. The file at the moment of writing counts: it is read and changed again
 * after the answer, so what others wrote in the meantime stays. If they changed this server's own entry, the question is
 * asked again.
 *
 * @returns the exit code.
 * @throws ClientFileError, NodeJS.ErrnoException, TypeError: the file was not changed. ConfigError: there is no terminal to ask on.
 */
export async function carryOut(
  change: Change,
  flags: InstallFlags,
  io: Io,
  redactor: Redactor,
): Promise<number> {
  const { client, path, ownerOnly } = change;
  const say = (line: string) => io.stdout.write(`${redactor.redact(line)}\n`);
  let subject: string | undefined;
  for (let tries = 0; tries < MAX_TRIES; ) {
    const plan = planOf(change, readClientFile(path));
    if (flags.dryRun !== true) removeLeftovers(plan.file);
    if (!plan.isNeeded) {
      say(`${client.title}: ${plan.file.path} is already up to date.`);
      return 0;
    }
    if (plan.subject !== subject) {
      if (subject !== undefined) say("The file has changed in the meantime. The change is now:");
      for (const line of plan.lines) say(line);
      if (flags.dryRun) return 0;
      if (flags.yes !== true && !(await agreed(io))) {
        io.stderr.write("Nothing was changed.\n");
        return FAILED;
      }
      subject = plan.subject;
      if (flags.yes !== true) continue;
    }
    const replaced = replaceClientFile(plan.file, plan.text, { ownerOnly });
    if (replaced) {
      say(plan.text === undefined ? "Removed." : "Written.");
      if (replaced.backup) {
        say(`Backup: ${replaced.backup} (delete it when everything works; it may hold credentials)`);
      }
      return 0;
    }
    tries += 1;
  }
  throw new ClientFileError("another program keeps writing this file: close it and try again");
}

function planOf({ client, apply, literals, ownerOnly }: Change, file: ClientFile): Plan {
  const text = apply(file.text);
  const mode = file.access?.mode;
  const tooOpen = ownerOnly && mode !== undefined && (mode & 0o077) !== 0 && process.platform !== "win32";
  // A file that install created and that holds nothing else is removed again. A link is never its own: install makes none.
  const isBare = !file.linked && /^\s*(?:\{\s*\})?\s*$/.test(text);
  const { own } = formatOf(client);
  const before = { text: file.text, own: own(file.text, client) };
  const after = { text: isBare ? "" : text, own: own(isBare ? "" : text, client) };
  const notes = [
    mode === undefined ? "new" : isBare ? "it would be empty, so it is removed" : undefined,
    tooOpen ? "from now on only you can read it" : undefined,
  ].filter((note) => note !== undefined);
  return {
    file,
    ...(isBare ? {} : { text }),
    isNeeded: text !== file.text || tooOpen,
    lines: [
      `${client.title}: ${file.path}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`,
      ...changedLines(before, after, literals),
    ],
    subject: JSON.stringify([
      file.path,
      isBare,
      ...[before, after].map(({ text, own }) => contentOf(text, own)),
    ]),
  };
}

async function agreed(io: Io): Promise<boolean> {
  if (!canAsk(io))
    throw new ConfigError(["There is no terminal to ask on: add --yes to write, or --dry-run to look."]);
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  try {
    // Ctrl-C or Ctrl-D instead of an answer: closed, and in newer Node.js a rejection too.
    const left = once(lines, "close").then(() => "");
    const answer = await Promise.race([lines.question("Write this? [y/N] ").catch(() => ""), left]);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
