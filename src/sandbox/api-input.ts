import { z } from "zod";
import { TRANSPORTS } from "../telzino/types.js";
import { ApiFault } from "./api-fault.js";
import { VOICE_FAULTS } from "./phone-voice.js";

/** What the documented calls take. Fields and parameters that are not documented are refused by name. */

const text = z.string().trim().min(1).max(255);

export const tokenBody = z.strictObject({
  client_id: z.string(),
  client_secret: z.string(),
  audience: z.string(),
  grant_type: z.string(),
});

/** Body of `PUT /v1/agents/{agentId}/sip/registration`, with the documented defaults. */
export const registrationBody = z.strictObject({
  sipDomain: text,
  username: text,
  /** Blanks at its ends belong to it. */
  password: z.string().min(1).max(255),
  proxy: text.optional(),
  port: z.int().min(1).max(65_535).default(5060),
  transport: z.enum(TRANSPORTS).default("udp"),
  subscribe: z.boolean().default(false),
  authUsername: text.optional(),
  did: text.optional(),
});

const paging = {
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(50),
};
export const agentsQuery = z.strictObject({ ...paging, organization_id: z.guid().toLowerCase().optional() });
export const callLogsQuery = z.strictObject(paging);
export const noQuery = z.strictObject({});

/** Body of the sandbox's own `POST /sandbox/calls`. */
export const callBody = z.strictObject({
  /** Extension to ring. */
  to: z.string().regex(/^[\w.+-]{1,40}$/),
  /** Caller that is shown. */
  from: z
    .string()
    .regex(/^[\w.+-]{1,40}$/)
    .default("+12025550143"),
  /** From answer to hang-up. */
  seconds: z.number().min(0).max(40).default(2),
  /** What is wrong with the line's voice. */
  fault: z.enum(VOICE_FAULTS).optional(),
});

/** @throws ApiFault 400 that names the first field which is wrong; its value is never repeated. */
export function readInput<Shape extends z.ZodType>(schema: Shape, value: unknown): z.output<Shape> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new ApiFault(400, describeIssue(read.error.issues[0], value));
}

function describeIssue(issue: z.core.$ZodIssue | undefined, value: unknown): string {
  if (issue?.code === "unrecognized_keys") return `Unknown field: ${issue.keys.join(", ")}`;
  const field = issue?.path.join(".") ?? "";
  if (field === "") return "The body must be a JSON object";
  const given = (value as Record<string, unknown>)[field];
  return given === undefined ? `${field} is required` : `${field} is invalid: ${rule(issue)}`;
}

function rule(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "invalid_value") return `expected one of ${issue.values.join(", ")}`;
  if (issue?.code === "invalid_type") return `expected ${issue.expected}`;
  if (issue?.code === "too_small" && issue.origin === "string") return "must not be empty";
  if (issue?.code === "too_big" && issue.origin === "string") return `at most ${issue.maximum} characters`;
  if (issue?.code === "too_small") return `must be at least ${issue.minimum}`;
  if (issue?.code === "too_big") return `must be at most ${issue.maximum}`;
  return "wrong format";
}
