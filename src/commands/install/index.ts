import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { nearest } from "../../base/nearest.js";
import { type Entry, type Launch, launchOf, REFERENCED, SERVER } from "../../clients/entry.js";
import { ClientFileError } from "../../clients/file-error.js";
import { formatOf, literalsOf } from "../../clients/formats.js";
import {
  CLIENTS,
  type Client,
  type CredentialsForm,
  clientOf,
  entryOf,
  type Place,
  variablesOf,
} from "../../clients/table.js";
import { type Config, ConfigError, type Flags, namedVariable } from "../../config/index.js";
import { type SetVariable, servingArguments, setVariables } from "../../config/serving.js";
import { createRedactor, type Redactor } from "../../redaction/redactor.js";
import { cleanText } from "../../redaction/text.js";
import { PromptCancelled } from "../hidden-prompt.js";
import type { Io } from "../io.js";
import { addressAdvice, addressEntry } from "./address.js";
import { carryOut } from "./change.js";
import { credentialValues } from "./credentials.js";
import type { InstallFlags } from "./flags.js";

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
  flags: InstallFlags & Flags,
  place: Place = processPlace(),
): Promise<number> {
  const client = known(id);
  const redactor = io.redactor ?? createRedactor();
  const path = pathOf(client, flags, place);
  const remote = addressEntry(client, flags);
  const launch = launchFor(flags, place);
  const set = setVariables(flags);
  const names = set.map(({ name }) => name);
  if (path === undefined) {
    const form: CredentialsForm = { kind: config.sandbox ? "none" : "reference" };
    const entry = entryOf(client, launch, form, names);
    io.stdout.write(`${JSON.stringify({ [client.root]: { [SERVER]: entry } }, null, 2)}\n`);
    io.stderr.write(`${client.title} keeps its servers in its settings. ${client.next}\n`);
    for (const line of environmentAdvice(client, set)) io.stderr.write(`${line}\n`);
    return 0;
  }
  try {
    const put = (entry: Entry, shown: Entry, ownerOnly: boolean) => {
      const apply = (text: string) => formatOf(client).put(text, client, entry);
      const change = { client, path, apply, literals: literalsOf(client, shown), ownerOnly };
      return carryOut(change, flags, io, redactor);
    };
    const say = (code: number, always: string[], written: string[]) => {
      const lines = code === 0 ? [...always, ...(flags.dryRun === true ? [] : written)] : [];
      for (const line of lines) io.stdout.write(`${line}\n`);
      return code;
    };
    if (remote) return say(await put(remote, remote, false), [], addressAdvice(client));
    const form = await credentialsFor(client, config, flags, io, redactor);
    const entry = entryOf(client, launch, form, names);
    const shown = entryOf(client, launch, { kind: "reference" }, names);
    const code = await put(entry, shown, form.kind === "values");
    return say(code, environmentAdvice(client, set), adviceOf(client, form));
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
    const apply = (text: string) => formatOf(client).remove(text, client);
    const change = { client, path, apply, literals: literalsOf(client), ownerOnly: false };
    return await carryOut(change, flags, io, redactor);
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
  throw new ConfigError([`Unknown client ${cleanText(id, 60)}.${hint} Known: ${ids.join(", ")}.`]);
}

function pathOf(client: Client, flags: InstallFlags, place: Place): string | undefined {
  if (flags.project !== true) return client.file?.(place);
  if (!client.projectFile)
    throw new ConfigError([`${client.title} has no project file: leave out --project.`]);
  if (flags.store) {
    throw new ConfigError(["--store cannot go with --project: a project's files are shared."]);
  }
  return client.projectFile(place);
}

function launchFor(flags: InstallFlags & Flags, place: Place): Launch {
  const own = servingArguments(flags);
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
  const refers = client.reference !== undefined || client.handsOn === true || client.environment === "whole";
  if (refers && flags.store !== true) return { kind: "reference" };
  const env = await credentialValues(config, io, redactor);
  if (env && Object.values(env).every((value) => value !== "")) return { kind: "values", env };
  throw new ConfigError([
    `${client.title} needs the credentials in its file: run this in a terminal, which asks for them, or set ${REFERENCED.join(" and ")}.`,
  ]);
}

function adviceOf(client: Client, form: CredentialsForm): string[] {
  const advice = {
    none: [],
    values: [
      "The credentials are in that file in plain text; only you can read it. Keep it out of backups and repositories.",
    ],
    reference: client.inputs
      ? []
      : [`No credentials were written: set ${REFERENCED.join(" and ")} in ${variablesOf(client)}.`],
  };
  return [...advice[form.kind], client.next];
}

/** Says what happens to variables that are set here, other than credentials. */
function environmentAdvice(client: Client, set: readonly SetVariable[]): string[] {
  if (set.length === 0) return [];
  const names = set.map(({ name }) => name).join(", ");
  if (client.environment !== undefined) {
    const how =
      client.environment === "named"
        ? "passes on what its entry names"
        : "passes its environment on to the server";
    const where = client.variableFile === undefined ? "where you start it" : `in ${client.variableFile}`;
    return [`Set in this environment: ${names}. ${client.title} ${how}, so set them ${where}.`];
  }
  const flags = [...new Set(set.flatMap(({ flag }) => flag ?? []))];
  const orFlags = flags.length > 0 ? `, or give this command the flags ${flags.join(", ")}` : "";
  return [
    `Not carried over from this environment: ${names}. Set them where you start ${client.title}, if it passes them on${orFlags}.`,
  ];
}

/** What the system says of a file, in words. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: "there is no space left on the disk",
  EDQUOT: "your disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "you have no permission to read or write it, or to write in its folder",
  EPERM: "the system does not permit it",
  ENOTDIR: "its path has a file in place of a folder",
  EISDIR: "it, or its backup, is a folder",
  ELOOP: "its symbolic links lead in a circle",
};

/** Problems that a person can fix are one line; any other error is thrown. */
function failed(error: unknown, path: string, io: Io, redactor: Redactor): number {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  let problem: string | undefined;
  if (error instanceof PromptCancelled) problem = "cancelled";
  if (error instanceof ClientFileError) problem = error.message;
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) {
    problem = `${SYSTEM_ERRORS[code] ?? "it cannot be read or written"} (${code})`;
  }
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") problem = "is not UTF-8";
  if (problem === undefined) throw error;
  io.stderr.write(`${cleanText(redactor.redact(`${path}: ${problem}`), 500)}\nNothing was changed.\n`);
  return FAILED;
}
