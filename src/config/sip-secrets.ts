import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { parseEnv } from "node:util";
import { Secret } from "../redaction/secret.js";
import { type Environment, Source } from "./source.js";
import { readHosts, readSipSecret } from "./values.js";

/** A SIP password that a call refers to by name. */
export interface SipSecret {
  secret: Secret;
  /** Hosts that it may be used for, `*.` for those below one; empty: any. */
  hosts: readonly string[];
}

/** A named SIP password, and the hosts that it is pinned to. */
export const SIP_SECRET = /^TELZINO_SIP_SECRET_([A-Z0-9][A-Z0-9_]*?)(_HOSTS)?$/;
const PREFIX = "TELZINO_SIP_SECRET_";

/** Upper bound of a secrets file, in bytes. */
const MAX_FILE = 64 * 1024;
/** Permission bits of group and others. */
const OTHERS = 0o077;

/**
 * The named SIP passwords of the environment and of a secrets file. Problems are added to `source`; no value is
 * repeated there.
 */
export function readSipSecrets(source: Source, file: string | undefined): Map<string, SipSecret> {
  const fromFile = file === undefined ? {} : fileVariables(source, file);
  const merged: Record<string, string | undefined> = { ...fromFile };
  for (const variable of source.names.filter((name) => SIP_SECRET.test(name))) {
    // Neither may win: one that is set by chance must not loosen the other's pins.
    if (Object.hasOwn(merged, variable)) {
      source.problems.push(
        `${variable} is set in the environment and in the secrets file: remove one of them.`,
      );
    }
    merged[variable] = source.raw(variable);
  }
  return collect(new Source(merged), source.problems);
}

function collect(all: Source, problems: string[]): Map<string, SipSecret> {
  const secrets = new Map<string, SipSecret>();
  for (const variable of all.names) {
    const [, name, pins] = SIP_SECRET.exec(variable) ?? [];
    if (name === undefined) continue;
    if (pins !== undefined) {
      if (!all.has(PREFIX + name)) {
        problems.push(`${PREFIX}${name} is missing: ${variable} says where it may be used.`);
      }
      continue;
    }
    const secret = all.read(variable, readSipSecret, all.raw(variable));
    const hosts = all.read(`${variable}_HOSTS`, readHosts) ?? [];
    if (secret !== undefined) secrets.set(name, { secret: new Secret(secret), hosts });
  }
  problems.push(...all.problems);
  return secrets;
}

/** The file's variables under their full names. */
function fileVariables(source: Source, path: string): Environment {
  try {
    return normalized(parseEnv(readPrivateFile(path)), source.problems);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    source.problems.push(`The secrets file ${error.message}.`);
    return {};
  }
}

/**
 * Reads a file that only its owner may read. The permissions checked are those of the open file, so it cannot be
 * exchanged in between. On Windows access lists decide, which are not checked.
 *
 * @throws RangeError whose message goes after "The secrets file".
 */
function readPrivateFile(path: string): string {
  const descriptor = orExplain(() => openSync(path.replace(/^~(?=[\\/])/, homedir()), "r"));
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) throw new RangeError("is not a file");
    if (facts.size > MAX_FILE) throw new RangeError(`is larger than ${MAX_FILE / 1024} KiB`);
    const own = process.getuid?.();
    if (own !== undefined && (facts.mode & OTHERS) !== 0) {
      throw new RangeError("can be read by others than its owner: run chmod 600 on it");
    }
    if (own !== undefined && own !== 0 && facts.uid !== own && facts.uid !== 0) {
      throw new RangeError("belongs to another user, who can read it: make it your own");
    }
    return orExplain(() => readFileSync(descriptor, "utf8")).replace(/^\uFEFF/, "");
  } finally {
    closeSync(descriptor);
  }
}

function orExplain<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : code === "EACCES" ? "may not be read" : undefined;
    throw new RangeError(why ?? `cannot be read (${code})`);
  }
}

/** `OFFICE_PBX` and `TELZINO_SIP_SECRET_OFFICE_PBX` are the same name. */
function normalized(variables: Environment, problems: string[]): Environment {
  const full: Record<string, string | undefined> = {};
  for (const [key, value] of Object.entries(variables)) {
    const variable = key.startsWith("TELZINO_") ? key : PREFIX + key;
    if (!SIP_SECRET.test(variable)) {
      // A line that is not an assignment may itself be a secret, so only what looks like a name is shown.
      const shown = /^[A-Za-z]\w{0,60}$/.test(key) ? key : "A line";
      problems.push(
        `The secrets file may contain only SIP passwords, as NAME=value with a name of capitals, digits and _: ${shown} is not one.`,
      );
    } else if (Object.hasOwn(full, variable)) {
      problems.push(`${variable} is in the secrets file with and without its prefix: remove one of them.`);
    } else {
      full[variable] = value;
    }
  }
  if (Object.keys(variables).length === 0) {
    throw new RangeError("is empty: write a line NAME=value for each SIP password");
  }
  return full;
}
