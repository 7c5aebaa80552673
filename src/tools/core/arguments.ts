import leven from "leven";
import { z } from "zod";
import { fromCaller } from "../../redaction/untrusted.js";

/**
 * Reads what a model wrote as a tool's arguments: lenient where the meaning is plain ("5060" for 5060, "TLS"
 * for "tls", null for "left out" or for "taken away", blanks around a value), strict where it is not, and with words that say
 * what is right.
 */
export type ReadArguments<Output> =
  | {
      ok: true;
      input: Output;
      /** What was written, as it was taken: without what the schema adds. */
      given: Readonly<Record<string, unknown>>;
      notes: string[];
    }
  | { ok: false; problems: string[] };

/** A property of the flat draft-07 schema that `z.toJSONSchema` makes of a tool's input. */
interface Property {
  type?: string;
  enum?: unknown[];
}

/** Words that people and models use for a parameter. Used for hints only: a misnamed value is never taken. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  agent: "agentId",
  id: "agentId",
  domain: "sipDomain",
  host: "sipDomain",
  hostname: "sipDomain",
  server: "sipDomain",
  registrar: "sipDomain",
  address: "sipDomain",
  user: "username",
  extension: "username",
  login: "username",
  pass: "password",
  secret: "password",
  authid: "authUsername",
  authuser: "authUsername",
  authname: "authUsername",
  outboundproxy: "proxy",
  protocol: "transport",
  number: "did",
  phone: "did",
  callerid: "did",
  pbx: "presetId",
  preset: "presetId",
  force: "replace",
  overwrite: "replace",
  timeout: "waitSeconds",
  wait: "waitSeconds",
  search: "query",
  name: "query",
};

/** Values that are taken exactly as they came. */
const VERBATIM = new Set(["password", "log"]);
/** So many unknown parameters are named; the others are counted. */
const MAX_UNKNOWN = 5;
/** Characters of a name that are shown, and up to which it is compared with others. */
const MAX_NAME = 40;

/** @param clearable stored fields that `null` takes away; the tool takes their names in `clear` too. */
export function readArguments<Schema extends z.ZodObject>(
  schema: Schema,
  raw: unknown,
  clearable: readonly string[] = [],
): ReadArguments<z.output<Schema>> {
  if (raw !== undefined && (typeof raw !== "object" || raw === null || Array.isArray(raw))) {
    return { ok: false, problems: ["arguments must be an object"] };
  }
  const properties = new Map(Object.entries(propertiesOf(schema)));
  const notes: string[] = [];
  const unknown: string[] = [];
  const taken: [string, unknown][] = [];
  const nulls: string[] = [];
  for (const [name, value] of Object.entries(raw ?? {})) {
    const property = properties.get(name);
    if (property === undefined) unknown.push(name);
    else if (value === null) nulls.push(name);
    else taken.push([name, lenient(name, value, property, notes)]);
  }
  const problems = unknownParameters(unknown, [...properties.keys()]);
  const given = withCleared(Object.fromEntries(taken), nulls, clearable, notes);
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    problems.push(...parsed.error.issues.map((issue) => describeIssue(issue, given, properties)));
  if (problems.length > 0 || !parsed.success) return { ok: false, problems };
  return { ok: true, input: parsed.data, given, notes };
}

/** The parameter that names fields to take away, in tools that have it. */
const CLEAR = "clear";

/**
 * `null` for a field that can be taken away takes it away. Clients whose models must fill in every parameter write null for
 * those that are left out: so it is meant where it stands for others as well.
 */
function withCleared(
  given: Record<string, unknown>,
  nulls: readonly string[],
  clearable: readonly string[],
  notes: string[],
): Record<string, unknown> {
  const named = nulls.filter((name) => clearable.includes(name));
  if (named.length === 0) return given;
  if (named.length < nulls.length) {
    notes.push(`null was taken as left out, since others are null too; ${CLEAR} takes fields away.`);
    return given;
  }
  const already = typeof given[CLEAR] === "string" ? [given[CLEAR]] : [];
  return { ...given, [CLEAR]: [...already, ...named].join(", ") };
}

const schemaCache = new WeakMap<z.ZodObject, Record<string, unknown>>();

/** A tool's input or output as draft-07 JSON Schema, which every client reads. */
export function jsonSchemaOf(schema: z.ZodObject): Record<string, unknown> {
  let json = schemaCache.get(schema);
  if (json === undefined) {
    const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: "draft-7", io: "input" });
    json = rest;
    schemaCache.set(schema, json);
  }
  return json;
}

function propertiesOf(schema: z.ZodObject): Record<string, Property> {
  return (jsonSchemaOf(schema).properties ?? {}) as Record<string, Property>;
}

function lenient(name: string, value: unknown, property: Property, notes: string[]): unknown {
  if (typeof value !== "string" || VERBATIM.has(name)) return value;
  const text = value.trim();
  if (property.type === "integer" && /^\d{1,9}$/.test(text)) return Number(text);
  if (property.type === "boolean" && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (property.enum) {
    const word = text.toLowerCase();
    return property.enum.find((option) => String(option).toLowerCase() === word) ?? text;
  }
  if (text !== value) notes.push(`${name}: the blanks around the value were left out.`);
  return text;
}

function unknownParameters(names: readonly string[], known: readonly string[]): string[] {
  const more = names.length - MAX_UNKNOWN;
  return [
    ...names.slice(0, MAX_UNKNOWN).map((name) => unknownParameter(name, known)),
    ...(more > 0 ? [`${more} more are not parameters of this tool either.`] : []),
  ];
}

function unknownParameter(name: string, known: readonly string[]): string {
  const label = `${fromCaller(name, MAX_NAME)}`;
  const meant = name.length <= MAX_NAME ? meantParameter(name, known) : undefined;
  return meant
    ? `${label} is not a parameter of this tool: did you mean ${meant}?`
    : `${label} is not a parameter of this tool. It takes: ${known.join(", ")}`;
}

function meantParameter(name: string, known: readonly string[]): string | undefined {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const [near] = known
    .map((candidate) => ({ candidate, distance: leven(plain, candidate.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance);
  if (near && near.distance <= Math.max(1, Math.floor(near.candidate.length / 4))) return near.candidate;
  const other = Object.hasOwn(OTHER_WORDS, plain) ? OTHER_WORDS[plain] : undefined;
  return other !== undefined && known.includes(other) ? other : undefined;
}

function describeIssue(
  issue: z.core.$ZodIssue,
  given: Record<string, unknown>,
  properties: ReadonlyMap<string, Property>,
): string {
  const name = String(issue.path[0] ?? "arguments");
  if (issue.code === "invalid_type" && given[name] === undefined) return `${name} is missing`;
  if (issue.code === "invalid_value") {
    return `${name} must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  if (issue.code === "invalid_type")
    return `${name} must be ${article(properties.get(name)?.type ?? issue.expected)}`;
  if (issue.code === "too_small") return `${name} must be at least ${issue.minimum}`;
  if (issue.code === "too_big") return `${name} must be at most ${issue.maximum}`;
  return `${name} ${issue.message}`;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
