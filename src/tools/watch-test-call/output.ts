import { z } from "zod";
import { VERDICT_OUTCOMES } from "../../diagnosis/grades.js";
import { replyShape, statusFindingsSchema, verdictShape } from "../core/schemas.js";

/** A call of the log. What was said in it is not there. */
const callSchema = z.object({
  startedAt: z.string().optional(),
  startedRelative: z.string().optional(),
  from: z.string().optional().describe("Masked"),
  seconds: z.number().optional(),
  ended: z.boolean().optional(),
  agentEntries: z.number().optional().describe("Absent: not told"),
  callerEntries: z.number().optional(),
  unknownEntries: z.number().optional(),
});

export const watchOutput = z.object({
  agentId: z.string(),
  agentName: z.string().optional(),
  outcome: z.enum(VERDICT_OUTCOMES),
  ...verdictShape,
  /** How far the log is with the call. */
  log: z.enum(["no_call", "under_way", "ended", "several", "unreadable"]),
  heard: z.string().optional(),
  call: callSchema.optional(),
  otherCalls: z.array(callSchema).optional(),
  findings: statusFindingsSchema,
  waitedSeconds: z.number(),
  resume: z.string(),
  ...replyShape,
});

export type WatchFields = Omit<z.output<typeof watchOutput>, "nextSteps">;
export type CallFields = z.output<typeof callSchema>;
