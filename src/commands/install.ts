import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { createInterface } from "node:readline/promises";
import { changedLines } from "../clients/change.js";
import { type Entry, type Launch, launchOf, REFERENCED, SERVER } from "../clients/entry.js";
import { ClientFileError } from "../clients/file-error.js";
import { formatOf, literalsOf } from "../clients/formats.js";
import {
  CLIENTS,
  type Client,
  type CredentialsForm,
  clientOf,
  entryOf,
  type Place,
} from "../clients/table.js";
import { type Config, ConfigError, namedVariable } from "../config.js";
import { nearest } from "../nearest.js";
import { createRedactor, type Redactor } from "../secrets/redactor.js";
import { cleanText } from "../text.js";
import { canAsk, PromptCancelled } from "./hidden-prompt.js";
import { credentialValues } from "./install-credentials.js";
import { type ClientFile, readClientFile, writeClientFile } from "./install-file.js";
import type { InstallFlags } from "./install-flags.js";
import type { Io } from "./io.js";

const FAILED = 1;

function processPlace(): Place {
  return { platform: process.platform, home: homedir(), project: process.cwd(), variable: namedVariable };
}

/**
 * Puts this server into a client's configuration file. Exit code 0: it is there; 1: the file cannot be changed, or the
 * person said no.
 *
 * @throws ConfigError for an unknown client or flags that do not go together.
 */
export async function install(
  config: Config,
  io: Io,
  id: string,
  flags: InstallFlags,
  place: Place = processPlace(),
): Promise<number> {
  const client = known(id);
  const redactor = io.redactor ?? createRedactor();
  const path = pathOf(client, flags, place);
  const launch = launchFor(config, flags, place);
  if (path === undefined) {
    const form: CredentialsForm = { kind: config.sandbox ? "none" : "reference" };
    const text = JSON.stringify({ [client.root]: { [SERVER]: entryOf(client, launch, form) } }, null, 2);
    io.stdout.write(`${text}\n`);
    io.stderr.write(`${client.title} keeps its servers in its settings. ${client.next}\n`);
    return 0;
  }
  try {
    const form = await credentialsFor(client, config, flags, io, redactor);
    const entry = entryOf(client, launch, form);
    const change = (text: string) => formatOf(client).put(text, client, entry);
    const literals = literalsOf(client, launch);
    const code = await apply(client, path, change, literals, form.kind === "values", flags, io, redactor);
    if (code === 0 && flags.dryRun !== true) {
      for (const line of adviceOf(client, form, entry)) io.stdout.write(`${line}\n`);
    }
    return code;
  } catch (error) {
    return failed(error, path, io, redactor);
  }
}

/** Takes this server out again. Exit codes as for {@link install}. @throws ConfigError */
export async function uninstall(
  _config: Config,
  io: Io,
  id: string,
  flags: InstallFlags,
  place: Place = processPlace(),
): Promise<number> {
  const client = known(id);
  const redactor = io.redactor ?? createRedactor();
  const path = pathOf(client, flags, place);
  if (path === undefined) {
    io.stdout.write(`${client.title} keeps its servers in its settings: remove ${SERVER} there.\n`);
    return 0;
  }
  try {
    const change = (text: string) => formatOf(client).remove(text, client);
    return await apply(client, path, change, literalsOf(client), false, flags, io, redactor);
  } catch (error) {
    return failed(error, path, io, redactor);
  }
}

function known(id: string): Client {
  const client = clientOf(id);
  if (client) return client;
  const ids = CLIENTS.map((one) => one.id);
  const near = nearest(id, ids);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new ConfigError([
    `${cleanText(id, 60)} is no client that is known.${hint} Known: ${ids.join(", ")}.`,
  ]);
}

function pathOf(client: Client, flags: InstallFlags, place: Place): string | undefined {
  if (flags.project !== true) return client.file?.(place);
  if (!client.projectFile)
    throw new ConfigError([`${client.title} has no file for a project: leave out --project.`]);
  if (flags.store) {
    throw new ConfigError(["--store cannot go with --project: a project's files are shared."]);
  }
  return client.projectFile(place);
}

function launchFor(config: Config, flags: InstallFlags, place: Place): Launch {
  const own = config.sandbox ? ["--sandbox"] : [];
  if (flags.local !== true) return launchOf(place.platform, own);
  return { command: process.execPath, args: [realpathSync(process.argv[1] ?? ""), ...own] };
}

async function credentialsFor(
  client: Client,
  config: Config,
  flags: InstallFlags,
  io: Io,
  redactor: Redactor,
): Promise<CredentialsForm> {
  if (config.sandbox) return { kind: "none" };
  if (flags.store && client.inputs) {
    throw new ConfigError([`${client.title} asks for credentials and keeps them itself: leave out --store.`]);
  }
  const refers = client.reference !== undefined || client.handsOn === true;
  if (refers && flags.store !== true) return { kind: "reference" };
  const env = await credentialValues(config, io, redactor);
  if (env && Object.values(env).every((value) => value !== "")) return { kind: "values", env };
  throw new ConfigError([
    `${client.title} needs the credentials in its file: run this in a terminal, where they are asked for, or set ${REFERENCED.join(" and ")}.`,
  ]);
}

/** Shows what would change, asks, and writes. */
async function apply(
  client: Client,
  path: string,
  change: (text: string) => string,
  literals: ReadonlySet<string>,
  ownerOnly: boolean,
  flags: InstallFlags,
  io: Io,
  redactor: Redactor,
): Promise<number> {
  const file: ClientFile = await readClientFile(path);
  const text = change(file.text);
  const say = (line: string) => io.stdout.write(`${redactor.redact(line)}\n`);
  const tooOpen =
    ownerOnly && file.mode !== undefined && (file.mode & 0o077) !== 0 && process.platform !== "win32";
  if (text === file.text && !tooOpen) {
    say(`${client.title}: ${file.path} is as it should be, nothing to change.`);
    return 0;
  }
  // What install began and nobody has added to goes as it came. A link somebody has made: install does not make any.
  const isBare = file.linked !== true && /^\s*(?:\{\s*\})?\s*$/.test(text);
  const note = file.mode === undefined ? " (new)" : isBare ? " (nothing is left in it: it is removed)" : "";
  say(`${client.title}: ${file.path}${note}`);
  const state = (now: string) => ({ text: now, own: formatOf(client).own(now, client) });
  for (const line of changedLines(state(file.text), state(isBare ? "" : text), literals)) say(line);
  if (flags.dryRun) return 0;
  if (flags.yes !== true && !(await agreed(io))) {
    io.stderr.write("Nothing was changed.\n");
    return FAILED;
  }
  const { backup } = await writeClientFile(file, isBare ? undefined : text, { ownerOnly, now: new Date() });
  say(isBare ? "Removed." : "Written.");
  if (backup) say(`As it was before: ${backup} (delete it when all is well; it may hold credentials)`);
  return 0;
}

async function agreed(io: Io): Promise<boolean> {
  if (!canAsk(io))
    throw new ConfigError(["There is nobody to ask: add --yes to write, or --dry-run to look."]);
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question("Write this? [y/N] ")).trim());
  } finally {
    lines.close();
  }
}

function adviceOf(client: Client, form: CredentialsForm, entry: Entry): string[] {
  const names = entry.env_vars ?? Object.keys(entry.env ?? {});
  const advice = {
    none: [],
    values: [
      "The credentials stand in that file in plain text; only you can read it. Keep it out of backups and repositories.",
    ],
    reference: client.inputs
      ? []
      : [
          `No credentials were written: set ${names.join(" and ")} in the environment that ${client.title} is started from.`,
        ],
  };
  return [...advice[form.kind], client.next];
}

/** What a person can mend is told in one line; anything else goes on. */
function failed(error: unknown, path: string, io: Io, redactor: Redactor): number {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  let problem: string | undefined;
  if (error instanceof PromptCancelled) problem = "cancelled";
  if (error instanceof ClientFileError) problem = error.message;
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) problem = `cannot be read or written (${code})`;
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") problem = "is not UTF-8";
  if (problem === undefined) throw error;
  io.stderr.write(`${redactor.redact(cleanText(`${path}: ${problem}`, 500))}\nNothing was changed.\n`);
  return FAILED;
}
