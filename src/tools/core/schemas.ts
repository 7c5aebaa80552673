import { z } from "zod";

/** Pieces of output schemas that several tools share. Output is described for the client's sake: short. */

export const settingsSchema = z.object({
  sipDomain: z.string().optional(),
  username: z.string().optional(),
  proxy: z.string().optional(),
  port: z.number().optional(),
  transport: z.string().optional(),
  subscribe: z.boolean().optional(),
  authUsername: z.string().optional(),
  did: z.string().optional(),
  enabled: z.boolean().optional(),
});

export const statusSchema = z.object({
  state: z.string(),
  stateCode: z.number().optional(),
  registered: z.boolean(),
  enabled: z.boolean().optional(),
  expires: z.string().optional().describe("ISO 8601; while registered"),
  expiresRelative: z.string().optional(),
  lastRegisterSent: z.string().optional(),
  lastRegisterSentRelative: z.string().optional(),
  registrationTimeoutSeconds: z.number().optional(),
  message: z.string().optional(),
});

/** The text of a verdict; its outcome is a separate field. */
export const verdictShape = {
  verdict: z.string(),
  /** What would prove it, where nothing does yet. */
  missing: z.array(z.string()).optional(),
};

export const findingSchema = z.object({
  id: z.string(),
  severity: z.string(),
  title: z.string(),
  evidence: z.string(),
  cause: z.string(),
  fix: z.string(),
});
export const statusFindingsSchema = z.array(findingSchema);

export const adviceSchema = z.object({
  id: z.string(),
  field: z.string(),
  severity: z.enum(["warning", "info"]),
  message: z.string(),
});

export const changeSchema = z.object({
  field: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
});

export const pageSchema = z
  .object({
    url: z.string(),
    validUntil: z.string(),
    validUntilRelative: z.string(),
    shortUrl: z.string().optional().describe("To be read out or sent by SMS"),
    spoken: z.string().optional().describe("For a caller"),
    /** The outcome of the client's question whether to open it. */
    question: z.enum(["not_shown", "declined", "dismissed"]).optional(),
  })
  .describe("The page into which the user types the SIP password");

/** What every reply may have. */
export const replyShape = {
  summary: z.string().optional(),
  notes: z.array(z.string()).optional(),
  nextSteps: z.array(z.string()).describe("The best first"),
};
