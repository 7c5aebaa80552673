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
  state: z.string().describe("As the API writes it; unknown names pass through"),
  stateCode: z.number().optional(),
  registered: z.boolean(),
  enabled: z.boolean().optional(),
  expires: z.string().optional().describe("ISO 8601"),
  lastRegisterSent: z.string().optional().describe("ISO 8601"),
  registrationTimeoutSeconds: z.number().optional(),
  message: z.string().optional().describe("The API's words"),
});

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
  from: z.union([z.string(), z.number(), z.boolean()]).optional(),
  to: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

export const nextStepsSchema = z.array(z.string()).describe("What to do next, the best first");
