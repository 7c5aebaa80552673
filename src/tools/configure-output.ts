import { z } from "zod";
import {
  adviceSchema,
  changeSchema,
  explanationSchema,
  nextStepsSchema,
  settingsSchema,
  statusSchema,
} from "./schemas.js";

/** How a call of `configure_sip_registration` ended. */
export const CONFIGURE_OUTCOMES = [
  /** Written, and the PBX has accepted it. */
  "registered",
  /** Written, and the registration has failed. */
  "failed",
  /** Written; no outcome within the wait. */
  "pending",
  /** Written; what came of it cannot be read. */
  "saved_status_unreadable",
  /** Nothing to write: just these settings are registered. */
  "unchanged",
  /** Nothing written: it was a dry run. */
  "dry_run",
  /** Nothing written: the agent is registered under another account; `replace` confirms. */
  "confirmation_needed",
] as const;

export const configureOutput = z.object({
  agentId: z.string(),
  agentName: z.string().optional(),
  outcome: z.enum(CONFIGURE_OUTCOMES),
  written: z.boolean().describe("Whether the settings have been stored by this call"),
  settings: settingsSchema,
  stored: settingsSchema.optional().describe("What was stored before"),
  changes: z.array(changeSchema),
  filledFromPreset: z.array(z.string()).optional(),
  passwordFrom: z.enum(["argument", "kept", "missing"]).optional().describe("Where the password came from"),
  advice: z.array(adviceSchema),
  status: statusSchema.optional(),
  explanation: explanationSchema.optional(),
  nextSteps: nextStepsSchema,
});
