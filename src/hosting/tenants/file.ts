import { printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";
import { isObject } from "../../base/is-object.js";
import { nearest } from "../../base/nearest.js";
import { atOnce, type Steps } from "../../base/steps.js";
import { ConfigError, namedVariable } from "../../config/index.js";
import { cleanText } from "../../redaction/text.js";
import { jsonSteps } from "./json-steps.js";
import { readText, referencesOf } from "./references.js";
import { KNOWN_KEYS, planOf, type References, type TenantPlan, tenantSchema } from "./schema.js";

export interface TenantsFile {
  tenants: readonly TenantPlan[];
  /** What is not wrong, but probably not meant. */
  notes: readonly string[];
}

/** Room for some ten thousand tenants. */
const MAX_FILE = 16 * 1024 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Reads the tenants file: JSON in which comments and final commas are allowed. Paths in it are relative to its folder.
 *
 * @param variable gives a variable of the environment.
 * @throws ConfigError with all problems. No value is repeated.
 */
export function readTenantsFile(
  path: string,
  variable: (name: string) => string | undefined = namedVariable,
): TenantsFile {
  return atOnce(tenantsFileSteps(path, variable));
}

/** As {@link readTenantsFile}, a setting or a tenant at a time. */
export function* tenantsFileSteps(
  path: string,
  variable: (name: string) => string | undefined = namedVariable,
): Steps<TenantsFile> {
  const notes: string[] = [];
  const references = referencesOf(path, variable, notes);
  const problems: string[] = [];
  const text = yield* readText(path, MAX_FILE, "The tenants file");
  const tenants = yield* tenantsOf(text.replace(/^\uFEFF/, ""), references, problems);
  yield* doubles(tenants, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  for (const tenant of tenants) {
    notes.push(...remarks(tenant));
    yield;
  }
  return { tenants, notes };
}

/** @param problems takes what is wrong. */
function* tenantsOf(text: string, references: References, problems: string[]): Steps<TenantPlan[]> {
  const plans: TenantPlan[] = [];
  const schema = tenantSchema(references);
  for (const [name, value] of yield* entriesOf(text, problems)) {
    yield;
    if (!NAME.test(name)) {
      problems.push(
        `tenants: a tenant's name must be letters, digits and . _ -, at most 64: ${cleanText(name, 80)} is none.`,
      );
      continue;
    }
    const read = schema.safeParse(value);
    if (read.success) plans.push(planOf(name, read.data));
    else
      problems.push(...read.error.issues.flatMap((issue) => words(issue, ["tenants", name, ...issue.path])));
  }
  return plans;
}

function* entriesOf(text: string, problems: string[]): Steps<[string, unknown][]> {
  const { value: root, faults, wrongKeys } = yield* jsonSteps(text);
  const placeOf = placesIn(text);
  for (const { error, offset } of faults.slice(0, 5)) {
    problems.push(`The tenants file, ${placeOf(offset)}: ${printParseErrorCode(error)}.`);
  }
  if (faults.length > 0) return [];
  for (const { key, offset } of wrongKeys) {
    const why = key === "__proto__" ? "cannot be a name" : "is there twice";
    problems.push(`The tenants file, ${placeOf(offset)}: ${cleanText(key, 80)} ${why}.`);
    yield;
  }
  if (problems.length > 0) return [];
  if (!isObject(root) || !isObject(root.tenants) || Object.keys(root.tenants).length === 0) {
    problems.push('The tenants file must be an object with "tenants", an object of at least one tenant.');
  }
  if (!isObject(root)) return [];
  const known = KNOWN_KEYS[""] ?? [];
  const unknown = Object.keys(root).filter((key) => !known.includes(key));
  problems.push(...unknown.map((key) => unknownKey([], key)));
  return isObject(root.tenants) ? Object.entries(root.tenants) : [];
}

/** Where an offset is, for people. The lines are counted once, and only on demand. */
function placesIn(text: string): (offset: number) => string {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return `line ${low + 1}, column ${offset - (starts[low] ?? 0) + 1}`;
  };
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

/** `tenants.acme.tokens[0]`; a name that could be misread is in quotes. */
function pathText(path: readonly PropertyKey[]): string {
  const part = (key: PropertyKey) => {
    if (typeof key === "number") return `[${key}]`;
    const name = cleanText(String(key), 80);
    return /^[\w$-][\w$.-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  };
  return path.map(part).join("").replace(/^\./, "");
}

/** What two tenants, or one tenant twice, must not have. @param problems takes what is wrong. */
function* doubles(tenants: readonly TenantPlan[], problems: string[]): Steps<void> {
  const [hashes, principals] = [new Map<string, Entry>(), new Map<string, Entry>()];
  const claim = (owners: Map<string, Entry>, value: string, entry: Entry) => {
    const owner = owners.get(value);
    if (owner === undefined) owners.set(value, entry);
    else {
      const [place, other] = [placeOfEntry(entry), placeOfEntry(owner)];
      problems.push(`${place} is also at ${other}: it can belong to only one place.`);
    }
  };
  for (const { name: tenant, tokens, principals: named } of tenants) {
    const names = new Map<string, Entry>();
    for (const [index, { name, sha256 }] of tokens.entries()) {
      claim(hashes, sha256, { tenant, list: "tokens", index, key: ".sha256" });
      claim(names, name, { tenant, list: "tokens", index, key: ".name" });
    }
    for (const [index, principal] of named.entries()) {
      claim(principals, principal, { tenant, list: "principals", index, key: "" });
    }
    yield;
  }
}

interface Entry {
  tenant: string;
  list: string;
  index: number;
  key: string;
}

function placeOfEntry({ tenant, list, index, key }: Entry): string {
  return `tenants.${tenant}.${list}[${index}]${key}`;
}

function remarks({ name, tokens, principals }: TenantPlan): string[] {
  const expired = tokens.filter(({ expires }) => expires !== undefined && expires.getTime() <= Date.now());
  return [
    ...(tokens.length + principals.length === 0
      ? [`tenants.${name} has neither tokens nor principals: no caller can be this tenant.`]
      : []),
    ...expired.map((token) => `tenants.${name}: the token ${token.name} has expired.`),
  ];
}
