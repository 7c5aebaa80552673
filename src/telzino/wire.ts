import { z } from "zod";
import { isObject } from "../base/is-object.js";
import { present } from "../base/present.js";
import { Secret } from "../redaction/secret.js";
import { apiText } from "./api-text.js";
import { TelzinoError } from "./errors.js";
import { scrubber } from "./scrub.js";
import type { GrantedToken } from "./token.js";
import type {
  Agent,
  AgentPage,
  OnStored,
  RegistrationSettings,
  RegistrationStatus,
  StoredRegistration,
} from "./types.js";
import { AGENT_STATUSES, AGENT_TYPES, REGISTRATION_STATES, TRANSPORTS } from "./types.js";
import {
  exactText,
  identifier,
  integer,
  numeric,
  parseNested,
  textField,
  time,
  word,
  yesNo,
} from "./wire-values.js";

/*
 * What travels. Readers are tolerant and return `undefined` for what has not the documented shape; the writer
 * sends the documented fields and nothing else.
 */

/** An answer's content: its `data`, or the whole of it where the envelope is missing. */
export function unwrap(answer: unknown): unknown {
  return isObject(answer) && answer.data !== undefined ? answer.data : answer;
}

/** An answer that says of itself that it failed, whatever its status. */
export function saysFailure(answer: unknown): boolean {
  return isObject(answer) && (answer.success === false || answer.success === "false");
}

const registrationOnWire = z.object({
  sipDomain: exactText,
  username: exactText,
  password: exactText,
  proxy: exactText,
  port: integer(1, 65_535),
  transport: word(TRANSPORTS, "lower"),
  subscribe: yesNo,
  authUsername: exactText,
  did: exactText,
  registrationEnabled: yesNo,
  extension: exactText,
});

/** The fields of a stored registration and of its PUT, as the API names them. */
export const REGISTRATION_FIELDS: readonly string[] = Object.keys(registrationOnWire.shape);

/** What stands for a password that is not handed out. */
const MASK = /^[*\u2022\u25cf]+$/;

/** `sip_registration_data`: `null` where none is stored, `undefined` where the answer does not say. */
export function readStoredRegistration(value: unknown): StoredRegistration | null | undefined {
  const data = typeof value === "string" ? parseNested(value) : value;
  if (data === null) return null;
  if (!isObject(data)) return undefined;
  if (Object.keys(data).length === 0) return null;
  const { password, registrationEnabled, ...settings } = registrationOnWire.parse(data);
  return present({
    ...settings,
    enabled: registrationEnabled,
    password: password === undefined || MASK.test(password) ? undefined : new Secret(password),
  });
}

/** The answer to a PUT, without the password that it echoes. */
export function readSavedRegistration(
  answer: unknown,
  onStored?: OnStored,
): Omit<StoredRegistration, "password"> {
  const { password: _, ...saved } = toldOf(readStoredRegistration(unwrap(answer) ?? {}), onStored) ?? {};
  return saved;
}

function toldOf<Stored extends StoredRegistration | null | undefined>(
  stored: Stored,
  onStored?: OnStored,
): Stored {
  if (stored) onStored?.(stored);
  return stored;
}

const agentOnWire = z.object({
  id: identifier,
  name: textField(200),
  organization_id: textField(100),
  status: word(AGENT_STATUSES, "lower"),
  is_active: yesNo,
  agent_type: word(AGENT_TYPES, "lower"),
  sip_registration_data: z.unknown().optional(),
});

/** One agent, whose every other field is left behind: some of them are secret. */
export function readAgent(value: unknown, onStored?: OnStored): Agent | undefined {
  const agent = agentOnWire.safeParse(value).data;
  const registration = toldOf(readStoredRegistration(agent?.sip_registration_data), onStored);
  if (agent?.id === undefined) return undefined;
  // The reader of an agent need not know that its password came along.
  const scrub = scrubber(registration?.password === undefined ? [] : [registration.password]);
  const shown = present({
    organizationId: agent.organization_id?.without(scrub),
    status:
      typeof agent.status === "object" ? agent.status.without(scrub) : (agent.status ?? activity(agent)),
    type: typeof agent.agent_type === "object" ? agent.agent_type.without(scrub) : agent.agent_type,
  });
  return { id: agent.id, name: (agent.name ?? apiText("")).without(scrub), ...shown, registration };
}

/** What `is_active` says of an agent without a `status`. */
function activity({ is_active }: z.output<typeof agentOnWire>): "active" | "inactive" | undefined {
  return is_active === undefined ? undefined : is_active ? "active" : "inactive";
}

const pagination = z.object({
  page: integer(1),
  limit: integer(1),
  total: integer(0),
  totalPages: integer(0),
  hasNext: yesNo,
});

/** The largest page that the API documents: of a list so many entries are read, however many come. */
const MAX_ENTRIES = 100;

/** The documented defaults of a list. */
const FIRST_PAGE = 1;
const USUAL_LIMIT = 50;

/**
 * A page of agents. Entries without an id are left out, as those behind the hundredth; a missing `pagination` is worked
 * out from what was asked.
 */
export function readAgentPage(
  answer: unknown,
  asked: { page?: number; limit?: number },
  onStored?: OnStored,
): AgentPage | undefined {
  const list = readList(answer, "agents");
  if (list === undefined) return undefined;
  const { entries, count } = list;
  const agents = entries.map((entry) => readAgent(entry, onStored)).filter((agent) => agent !== undefined);
  const sent = count > (asked.limit ?? USUAL_LIMIT) ? count : undefined;
  return { agents, ...readPosition(answer, asked, count), ...present({ sent }) };
}

/** Which page of a list an answer is; what it leaves out is worked out from what was asked and how many came. */
export function readPosition(
  answer: unknown,
  asked: { page?: number; limit?: number },
  count: number,
): { page: number; limit: number; total?: number; totalPages?: number; hasNext: boolean } {
  const told = pagination.safeParse(isObject(answer) ? (answer.pagination ?? {}) : {}).data;
  const page = told?.page ?? asked.page ?? FIRST_PAGE;
  const limit = told?.limit ?? asked.limit ?? USUAL_LIMIT;
  // An API that does not say how long its pages are may have left `limit` aside.
  const isUsualPage = told?.limit === undefined && count === USUAL_LIMIT;
  const { total, totalPages } = told ?? {};
  const hasNext =
    told?.hasNext ?? nextIsLikely({ page, limit, total, totalPages, isFull: count >= limit || isUsualPage });
  return { page, limit, ...present({ total, totalPages }), hasNext };
}

interface Position {
  page: number;
  limit: number;
  total: number | undefined;
  totalPages: number | undefined;
  isFull: boolean;
}

function nextIsLikely({ page, limit, total, totalPages, isFull }: Position): boolean {
  if (totalPages !== undefined) return page < totalPages;
  return total === undefined ? isFull : page * limit < total;
}

/** The first entries of a list, and how many came: `data`, the answer itself, or the field of that name. */
export function readList(answer: unknown, name: string): { entries: unknown[]; count: number } | undefined {
  const content = unwrap(answer);
  const list = !Array.isArray(content) && isObject(content) ? content[name] : content;
  return Array.isArray(list) ? { entries: list.slice(0, MAX_ENTRIES), count: list.length } : undefined;
}

const statusOnWire = z.object({
  state: word(REGISTRATION_STATES, "upper"),
  stateCode: numeric,
  enabled: yesNo,
  isRegistered: yesNo,
  expires: time,
  lastRegisterSent: time,
  registrationTimeout: integer(0),
  errorMessage: textField(300),
});

/** A registration's status. The state's name is all that must be there: codes are ambiguous. */
export function readStatus(answer: unknown): RegistrationStatus | undefined {
  const read = statusOnWire.safeParse(unwrap(answer)).data;
  if (read?.state === undefined) return undefined;
  const { state, registrationTimeout, errorMessage, ...others } = read;
  const renamed = { registrationTimeoutSeconds: registrationTimeout, message: errorMessage };
  return { state, ...present({ ...others, ...renamed }) };
}

const tokenOnWire = z.object({ access_token: exactText, expires_in: integer(1) });

export function readToken(answer: unknown): GrantedToken | undefined {
  const read = tokenOnWire.safeParse(unwrap(answer)).data;
  if (read?.access_token === undefined) return undefined;
  return { token: new Secret(read.access_token.trim()), expiresInSeconds: read.expires_in };
}

const filled = z.string().min(1);

/** The body of the PUT, as the reference documents it. `aor` and `sipRealm` of older revisions are not sent. */
const registrationBody = z.strictObject({
  sipDomain: filled,
  username: filled,
  password: filled,
  proxy: filled.optional(),
  port: z.int().min(1).max(65_535).default(5060),
  transport: z.preprocess(
    (value) => (typeof value === "string" ? value.toLowerCase() : value),
    z.enum(TRANSPORTS).default("udp"),
  ),
  subscribe: z.boolean().default(false),
  authUsername: filled.optional(),
  did: filled.optional(),
});

/**
 * The body of `PUT …/sip/registration` as JSON text: defaults written out, absent options left out.
 *
 * @throws TelzinoError `invalid_request` for values that the reference does not allow.
 */
export function writeRegistration(settings: RegistrationSettings, password: Secret): string {
  const { sipDomain, username, proxy, port, transport, subscribe, authUsername, did } = settings;
  const body = { sipDomain, username, proxy, port, transport, subscribe, authUsername, did };
  const checked = registrationBody.safeParse({ ...present(body), password: password.reveal() });
  if (checked.success) return JSON.stringify(checked.data);
  const fields = new Set(checked.error.issues.map((issue) => issue.path.join(".")));
  throw new TelzinoError(
    "invalid_request",
    `Not a registration that the API takes: ${[...fields].join(", ")}`,
    { unsent: true },
  );
}
