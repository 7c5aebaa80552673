import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";
import { ConfigError, namedVariable } from "../config.js";
import { nearest } from "../nearest.js";
import { cleanText } from "../text.js";
import { KNOWN_KEYS, planOf, type References, type TenantPlan, tenantSchema } from "./tenants-schema.js";

export interface TenantsFile {
  tenants: readonly TenantPlan[];
  /** What is not wrong, but probably not meant. */
  notes: readonly string[];
}

/** Room for some ten thousand tenants. */
const MAX_FILE = 16 * 1024 * 1024;
const MAX_SECRET_FILE = 64 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Permission bits of everybody. */
const EVERYBODY = 0o007;

/**
 * Reads the tenants file: JSON in which comments and final commas are allowed. Paths in it are relative to its folder.
 *
 * @param variable gives a variable of the environment.
 * @throws ConfigError with every problem at once. No value is repeated.
 */
export function readTenantsFile(
  path: string,
  variable: (name: string) => string | undefined = namedVariable,
): TenantsFile {
  const notes: string[] = [];
  const references: References = {
    variable: (name) => variableOf(name, variable),
    file: (name) => secretFile(resolve(dirname(path), name), notes),
  };
  const problems: string[] = [];
  const tenants = tenantsOf(readText(path, MAX_FILE, "The tenants file"), references, problems);
  problems.push(...doubles(tenants));
  if (problems.length > 0) throw new ConfigError(problems);
  return { tenants, notes: [...notes, ...remarks(tenants)] };
}

/** @param problems takes what is wrong. */
function tenantsOf(text: string, references: References, problems: string[]): TenantPlan[] {
  const entries = entriesOf(text, problems);
  const schema = tenantSchema(references);
  return entries.flatMap(([name, value]) => {
    if (!NAME.test(name)) {
      problems.push(
        `tenants: a tenant's name must be letters, digits and . _ -, at most 64: ${cleanText(name, 80)} is none.`,
      );
      return [];
    }
    const read = schema.safeParse(value);
    if (read.success) return [planOf(name, read.data)];
    problems.push(...read.error.issues.flatMap((issue) => words(issue, ["tenants", name, ...issue.path])));
    return [];
  });
}

function entriesOf(text: string, problems: string[]): [string, unknown][] {
  const faults: ParseError[] = [];
  const tree = parseTree(text.replace(/^\uFEFF/, ""), faults, { allowTrailingComma: true });
  for (const { error, offset } of faults.slice(0, 5)) {
    problems.push(`The tenants file, ${placeOf(text, offset)}: ${printParseErrorCode(error)}.`);
  }
  if (faults.length > 0) return [];
  if (tree) problems.push(...repeatedKeys(tree, text));
  if (problems.length > 0) return [];
  const root: unknown = tree && getNodeValue(tree);
  if (!isObject(root) || !isObject(root.tenants) || Object.keys(root.tenants).length === 0) {
    problems.push('The tenants file must be an object with "tenants", an object of at least one tenant.');
  }
  if (!isObject(root)) return [];
  const known = KNOWN_KEYS[""] ?? [];
  const unknown = Object.keys(root).filter((key) => !known.includes(key));
  problems.push(...unknown.map((key) => unknownKey([], key)));
  return isObject(root.tenants) ? Object.entries(root.tenants) : [];
}

/** Of two entries of one name a parser would silently take the last. */
function repeatedKeys(node: Node, text: string): string[] {
  const below = (node.children ?? []).flatMap((child) => repeatedKeys(child, text));
  if (node.type !== "object") return below;
  const keys = (node.children ?? []).map(({ children, offset }) => ({
    key: String(children?.[0]?.value),
    offset,
  }));
  const wrong = keys.flatMap(({ key, offset }, index) => {
    const where = `The tenants file, ${placeOf(text, offset)}: ${cleanText(key, 80)}`;
    if (key === "__proto__") return [`${where} cannot be a name.`];
    return keys.findIndex((other) => other.key === key) < index ? [`${where} stands there twice.`] : [];
  });
  return [...wrong, ...below];
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function words(issue: z.core.$ZodIssue, path: readonly PropertyKey[]): string[] {
  const where = pathText(path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(path, key));
    case "invalid_type":
      return [`${where} must be ${issue.expected === "object" ? "an object" : `a ${issue.expected}`}.`];
    case "invalid_value":
      return [`${where} must be one of ${issue.values.map(String).join(", ")}.`];
    case "too_big":
      return [`${where} has more than ${issue.maximum} entries.`];
    case "invalid_key":
      return [`${where} must have a name of capitals, digits and _.`];
    default:
      return [`${where} ${issue.message}.`];
  }
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  // Below a map of names, and in a list, any name stands for all.
  const place = path.map((part, index) => (index % 2 === 1 ? "*" : String(part))).join(".");
  const known = KNOWN_KEYS[place] ?? [];
  const near = nearest(key, known);
  const hint = near === undefined ? `. Known are ${known.join(", ")}.` : `: did you mean ${near}?`;
  return `${pathText([...path, key])} is not a setting${hint}`;
}

/** `tenants.acme.tokens[0]`; a name that could be misread stands in quotes. */
function pathText(path: readonly PropertyKey[]): string {
  const part = (key: PropertyKey) => {
    if (typeof key === "number") return `[${key}]`;
    const name = cleanText(String(key), 80);
    return /^[\w$-][\w$.-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  };
  return path.map(part).join("").replace(/^\./, "");
}

/** What two tenants, or one tenant twice, must not have. */
function doubles(tenants: readonly TenantPlan[]): string[] {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  const claim = (kind: string, value: string, place: string) => {
    const key = JSON.stringify([kind, value]);
    const owner = owners.get(key);
    if (owner !== undefined)
      problems.push(`${place} stands at ${owner} too: it can lead to one place alone.`);
    else owners.set(key, place);
  };
  for (const { name, tokens, principals } of tenants) {
    for (const [index, { name: tokenName, sha256 }] of tokens.entries()) {
      claim("sha256", sha256, `tenants.${name}.tokens[${index}].sha256`);
      claim(`name of ${name}`, tokenName, `tenants.${name}.tokens[${index}].name`);
    }
    for (const [index, principal] of principals.entries()) {
      claim("principal", principal, `tenants.${name}.principals[${index}]`);
    }
  }
  return problems;
}

function remarks(tenants: readonly TenantPlan[]): string[] {
  return tenants.flatMap(({ name, tokens, principals }) => [
    ...(tokens.length + principals.length === 0
      ? [`tenants.${name} has neither tokens nor principals: nobody comes in as this tenant.`]
      : []),
    ...tokens
      .filter(({ expires }) => expires !== undefined && expires.getTime() <= Date.now())
      .map((token) => `tenants.${name}: the token ${token.name} has expired.`),
  ]);
}

function variableOf(name: string, variable: (name: string) => string | undefined): string {
  if (!/^[A-Za-z_]\w{0,127}$/.test(name)) throw new RangeError("must be the name of an environment variable");
  const value = variable(name);
  if (value === undefined) throw new RangeError("names an environment variable that is not set");
  return value;
}

function secretFile(path: string, notes: string[]): string {
  try {
    const text = readText(path, MAX_SECRET_FILE, "The file");
    if (text.trim() === "") throw new ConfigError(["The file is empty"]);
    if (process.getuid !== undefined && (statSync(path).mode & EVERYBODY) !== 0) {
      notes.push(`${path} holds a secret and may be read by everybody on this machine: chmod 600 it.`);
    }
    return text;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new RangeError(`names a file that cannot be used: ${error.message.replace(/\.$/, "")}`);
  }
}

/** @throws ConfigError */
function readText(path: string, limit: number, what: string): string {
  try {
    const facts = statSync(path);
    if (!facts.isFile()) throw new ConfigError([`${what} is not a file.`]);
    if (facts.size > limit) throw new ConfigError([`${what} is larger than ${limit / 1024} KiB.`]);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "does not exist"
        : code === "EACCES"
          ? "may not be read"
          : `cannot be read (${code})`;
    throw new ConfigError([`${what} ${why}.`]);
  }
}
