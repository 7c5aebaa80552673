import { z } from "zod";
import { untrusted, untrustedToken } from "../redaction/untrusted.js";
import { REGISTRATION_STATES, TRANSPORTS } from "../telzino/types.js";
import type { AgentRead } from "./agent-read.js";

/*
 * What is kept of an audit, as JSON lines: a line for the audit, then one an agent. Lines that cannot be read are passed over:
 * the last one may be the half that a kill has left.
 */

/** Of which audit the lines are. */
export interface AuditHead {
  version: 1;
  /** Host of the API, so another platform's audit is not continued by mistake. */
  api: string;
  /** Epoch milliseconds. */
  startedAt: number;
}

export interface AuditState {
  head: AuditHead;
  reads: Map<string, AgentRead>;
}

const head = z.object({ version: z.literal(1), api: z.string().max(300), startedAt: z.number() });

const text = z.string().max(400);
const optionalText = text.optional();
const line = z.object({
  id: text,
  name: text.transform((name) => untrusted(name, { from: "api" })),
  agentStatus: z
    .union([z.enum(["active", "inactive", "cancelled"]), text.transform((word) => untrustedToken(word, 40))])
    .optional(),
  registration: z
    .object({
      sipDomain: optionalText,
      username: optionalText,
      proxy: optionalText,
      port: z.number().optional(),
      transport: z.union([z.enum(TRANSPORTS), text.transform((word) => untrustedToken(word, 40))]).optional(),
      subscribe: z.boolean().optional(),
      authUsername: optionalText,
      did: optionalText,
      enabled: z.boolean().optional(),
    })
    .nullable()
    .optional(),
  passwordIsUser: z.literal(true).optional(),
  status: z
    .object({
      state: z.union([z.enum(REGISTRATION_STATES), text.transform((word) => untrustedToken(word, 64))]),
      stateCode: z.number().optional(),
      enabled: z.boolean().optional(),
      isRegistered: z.boolean().optional(),
      expires: z.coerce.date().optional(),
      lastRegisterSent: z.coerce.date().optional(),
      registrationTimeoutSeconds: z.number().optional(),
      message: text.transform((words) => untrusted(words, { max: 300, from: "api" })).optional(),
    })
    .optional(),
  readAt: z.number(),
  since: z.number(),
});

/** One agent's line. Outside text in it is written in the form in which it may be shown. */
export function lineOf(read: AgentRead, redactDeep: <T>(value: T) => T): string {
  return JSON.stringify(redactDeep(read));
}

/** What lines say; `undefined` where they are of no audit. */
export function readState(content: string): AuditState | undefined {
  const [first = "", ...lines] = content.split("\n");
  const read = head.safeParse(parsed(first)).data;
  if (read === undefined) return undefined;
  const reads = new Map<string, AgentRead>();
  for (const each of lines) {
    const agent = line.safeParse(parsed(each)).data;
    // What could not be read is read again.
    if (agent !== undefined && (agent.status !== undefined || agent.registration === null)) {
      reads.set(agent.id, { registration: undefined, ...agent } as AgentRead);
    }
  }
  return { head: read, reads };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The time since when an agent is in its state: from before, where it is still the same. */
export function withSince(read: AgentRead, before: AgentRead | undefined): AgentRead {
  if (before === undefined || nameOf(before) !== nameOf(read)) return read;
  return { ...read, since: Math.min(before.since, read.since) };
}

function nameOf({ status }: AgentRead): string {
  if (status === undefined) return "";
  return typeof status.state === "string" ? status.state : status.state.unwrap();
}
