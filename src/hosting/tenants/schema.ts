import { z } from "zod";
import { present } from "../../base/present.js";
import { PAGE_NAME, PAGE_NOTE } from "../../config/http.js";
import { VISIBLE } from "../../config/http-values.js";
import type { Credentials } from "../../config/index.js";
import type { SipSecret } from "../../config/sip-secrets.js";
import { readApiUrl, readCredential, readHosts, readSipSecret } from "../../config/values.js";
import type { Asker } from "../../passwords/hosted/record.js";
import { Secret } from "../../redaction/secret.js";
import type { CallRights } from "../../tools/core/context.js";
import { SCOPES } from "../types.js";
import { type StaticToken, withImplied } from "./tokens.js";

/** The places of values that must not be in the tenants file itself. */
export interface References {
  /** @throws RangeError whose message goes after the setting's path. */
  variable(name: string): string;
  /** @throws RangeError whose message goes after the setting's path. */
  file(path: string): string;
}

/** One tenant, as its entry in the file asks for it. */
export interface TenantPlan {
  name: string;
  /** Absent: as the process has it. */
  apiUrl?: URL;
  auth: Credentials;
  /** Absent: no limit. Lower case. Where both are given, an agent must be within both. */
  organizations?: readonly string[];
  agents?: readonly string[];
  readOnly: boolean;
  /** What its pages for SIP passwords say of who asks; `false`: it has none. */
  passwordPage?: Asker | false;
  /** Absent: it places no test calls. */
  testCalls?: Required<CallRights>;
  sipSecrets: ReadonlyMap<string, SipSecret>;
  tokens: readonly StaticToken[];
  /** Values of the principal's claim of a JWT. */
  principals: readonly string[];
}

const MAX_ENTRIES = 1_000;
const NO_SECRETS: ReadonlyMap<string, SipSecret> = new Map();

const CREDENTIAL_KEYS = [
  ...["accessTokenEnv", "accessTokenFile", "clientId", "clientIdEnv", "clientIdFile"],
  ...["clientSecretEnv", "clientSecretFile"],
] as const;
type CredentialKey = (typeof CREDENTIAL_KEYS)[number];

/** Known keys by the place in the file, `*` for any name; for what was misspelt. */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": ["tenants", "$schema"],
  "tenants.*": [
    ...["credentials", "apiUrl", "organizations", "agents", "readOnly", "passwordPage", "secrets", "tokens"],
    ...["principals", "calls"],
  ],
  "tenants.*.credentials": CREDENTIAL_KEYS,
  "tenants.*.passwordPage": ["name", "note"],
  "tenants.*.calls": ["hosts", "extensions"],
  "tenants.*.secrets.*": ["env", "file", "hosts"],
  "tenants.*.tokens.*": ["name", "sha256", "expires", "scopes"],
};

const uuids = z.array(z.guid("must be a UUID").toLowerCase()).min(1, "must not be empty").max(MAX_ENTRIES);
const label = z.string().regex(/^[^\p{Cc}]{1,255}$/u, "must be 1 to 255 characters, no control characters");

/** What a token is worth while its entry says nothing: everything that its tenant may do. */
const ALL_SCOPES = withImplied(SCOPES);
const scopes = z.array(z.enum(SCOPES)).min(1, "must not be empty");

const token = z.strictObject({
  name: z.string().regex(/^[\w.@+-]{1,64}$/, "must be 1 to 64 letters, digits or . _ - @ +"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, "must be the SHA-256 of a token, 64 hexadecimal digits"),
  expires: z.string().transform(readWith(readExpiry)).optional(),
  scopes: scopes.optional(),
});

/** Shown to people who know nothing of this server. */
const shown = (most: number) =>
  z.string().min(1).max(most).regex(VISIBLE, "must be in one line, without invisible characters");
const pageAsker = z.strictObject({ name: shown(PAGE_NAME).optional(), note: shown(PAGE_NOTE).optional() });

/** Where test calls may go: both must be named, so no call goes anywhere unexpected. */
const calls = z.strictObject({
  hosts: z
    .array(z.string().transform(readWith((text) => readHosts(text))))
    .min(1, "must not be empty")
    .max(MAX_ENTRIES)
    .transform((hosts) => hosts.flat()),
  extensions: z
    .array(z.string().regex(/^[\d*#]{1,6}$/, "must be one to six digits, * or #"))
    .min(1, "must not be empty")
    .max(MAX_ENTRIES),
});

/** The schema of one tenant's entry. References are looked up while it is read. */
export function tenantSchema(references: References) {
  return z.strictObject({
    credentials: credentialsSchema(references),
    apiUrl: z.string().transform(readWith(readApiUrl)).optional(),
    organizations: uuids.optional(),
    agents: uuids.optional(),
    readOnly: z.boolean().optional(),
    passwordPage: z
      .union([z.literal(false), pageAsker], "must be false, or an object with name and note")
      .optional(),
    calls: calls.optional(),
    secrets: secretsSchema(references).optional(),
    tokens: z.array(token).max(MAX_ENTRIES).optional(),
    principals: z.array(label).max(MAX_ENTRIES).optional(),
  });
}

/** A tenant's plan from its entry. */
export function planOf(name: string, entry: z.output<ReturnType<typeof tenantSchema>>): TenantPlan {
  const { credentials, apiUrl, organizations, agents, readOnly = false, passwordPage } = entry;
  return {
    name,
    ...present({ apiUrl }),
    auth: credentials,
    ...present({ organizations, agents }),
    readOnly,
    ...present({ passwordPage: passwordPage && present(passwordPage) }),
    ...present({ testCalls: entry.calls }),
    sipSecrets: entry.secrets ?? NO_SECRETS,
    tokens: (entry.tokens ?? []).map(({ name: tokenName, sha256, expires, scopes: granted }) => ({
      name: tokenName,
      sha256: sha256.toLowerCase(),
      ...present({ expires }),
      scopes: granted === undefined ? ALL_SCOPES : withImplied(granted),
    })),
    principals: entry.principals ?? [],
  };
}

function credentialsSchema(references: References) {
  const field = z.string().optional();
  const shape = Object.fromEntries(CREDENTIAL_KEYS.map((key) => [key, field])) as Record<
    CredentialKey,
    typeof field
  >;
  return z.strictObject(shape).transform((given, context): Credentials => {
    const read = (name: "accessToken" | "clientId" | "clientSecret"): string | undefined => {
      const own = name === "clientId" ? given.clientId : undefined;
      const texts = [
        own,
        lookUp(given[`${name}Env`], references.variable, `${name}Env`, context),
        lookUp(given[`${name}File`], references.file, `${name}File`, context),
      ].filter((text) => text !== undefined);
      if (texts.length > 1) refuse(context, `has ${name} twice: leave one of them out`);
      return texts[0] && readWith(readCredential)(texts[0], context);
    };
    const [accessToken, clientId, clientSecret] = [
      read("accessToken"),
      read("clientId"),
      read("clientSecret"),
    ];
    if (context.issues.length > 0) return z.NEVER;
    const pair = clientId !== undefined || clientSecret !== undefined;
    if (accessToken !== undefined && !pair) return { kind: "token", accessToken: new Secret(accessToken) };
    if (accessToken === undefined && clientId !== undefined && clientSecret !== undefined) {
      return { kind: "clientCredentials", clientId, clientSecret: new Secret(clientSecret) };
    }
    refuse(context, "must name either an access token, or a client id and a client secret");
    return z.NEVER;
  });
}

function secretsSchema(references: References) {
  const name = z.string().regex(/^[A-Z0-9][A-Z0-9_]*$/, "must be capitals, digits and _");
  const field = z.string().optional();
  const hosts = z.array(z.string().transform(readWith((text) => readHosts(text)))).optional();
  const secret = z.strictObject({ env: field, file: field, hosts }).transform((given, context): SipSecret => {
    const texts = [
      lookUp(given.env, references.variable, "env", context),
      lookUp(given.file, (path) => references.file(path).replace(/\r?\n$/, ""), "file", context),
    ].filter((text) => text !== undefined);
    if (context.issues.length === 0 && texts.length !== 1) refuse(context, "must have either env or file");
    const value = texts[0] && readWith(readSipSecret)(texts[0], context);
    if (context.issues.length > 0 || value === undefined) return z.NEVER;
    return { secret: new Secret(value), hosts: given.hosts?.flat() ?? [] };
  });
  return z
    .record(name, secret)
    .transform((given): ReadonlyMap<string, SipSecret> => new Map(Object.entries(given)));
}

interface Context {
  issues: unknown[];
  addIssue(issue: { code: "custom"; message: string; path?: string[]; input?: unknown }): void;
}

function refuse(context: Context, message: string, ...path: string[]): void {
  context.addIssue({ code: "custom", message, path });
}

/** What a reference leads to; `undefined` where there is none, or nothing at its end, which is then written down. */
function lookUp(
  reference: string | undefined,
  read: (reference: string) => string,
  key: string,
  context: Context,
): string | undefined {
  if (reference === undefined) return undefined;
  try {
    return read(reference);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse(context, error.message, key);
    return undefined;
  }
}

/** A reader of settings as a transformation: its `RangeError` becomes an issue. */
function readWith<Value>(reader: (text: string) => Value) {
  return (text: string, context: Context): Value => {
    try {
      return reader(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refuse(context, error.message);
      return z.NEVER;
    }
  };
}

// Made once: to make a schema costs many times its use.
const isoDay = z.iso.date();
const isoTime = z.iso.datetime({ offset: true });

/** A time with its zone, or a day, which counts until its end in UTC. */
function readExpiry(text: string): Date {
  const day = /^\d{4}-\d\d-\d\d$/.test(text);
  const date = new Date(day ? `${text}T23:59:59.999Z` : text);
  // A day that there is not, such as 2027-02-30, would become one of the next month.
  const exists = (day ? isoDay : isoTime).safeParse(text).success;
  if (!exists || Number.isNaN(date.getTime())) {
    throw new RangeError("must be a time such as 2027-03-31T12:00:00Z, or a day such as 2027-03-31");
  }
  return date;
}
