import { z } from "zod";
import { CONFIDENCES, SEVERITIES, VIEWPOINTS } from "../../diagnosis/finding.js";
import { VERDICT_OUTCOMES } from "../../diagnosis/grades.js";
import { pageSchema, replyShape, settingsSchema, verdictShape } from "../core/schemas.js";

const findingSchema = z.object({
  id: z.string(),
  severity: z.enum(SEVERITIES).describe("critical: it cannot work; warning: risky; info: nothing to do"),
  title: z.string(),
  evidence: z.string().describe("What was seen"),
  cause: z.string(),
  fix: z.string(),
  confidence: z.enum(CONFIDENCES),
  seenFrom: z.enum(VIEWPOINTS),
});

export const diagnoseOutput = z.object({
  agentId: z.string().optional(),
  agentName: z.string().optional(),
  target: settingsSchema,
  outcome: z.enum(VERDICT_OUTCOMES),
  ...verdictShape,
  findings: z.array(findingSchema).describe("The most telling first"),
  checked: z.array(z.object({ check: z.string(), found: z.string() })),
  notChecked: z.array(z.object({ check: z.string(), why: z.string() })),
  server: z.string().optional().describe("How the PBX names itself"),
  preset: z.object({ id: z.string(), name: z.string(), from: z.string() }).optional(),
  boundNow: z.array(z.string()).optional().describe("Who holds the extension now, as the PBX lists it"),
  ladder: z.string().optional().describe("Messages sent and received, secrets redacted"),
  passwordEntry: pageSchema.optional(),
  ...replyShape,
});
