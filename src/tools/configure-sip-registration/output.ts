import { z } from "zod";
import { VERDICT_OUTCOMES } from "../../diagnosis/grades.js";
import {
  adviceSchema,
  changeSchema,
  pageSchema,
  replyShape,
  settingsSchema,
  statusFindingsSchema,
  statusSchema,
  verdictShape,
} from "../core/schemas.js";

/** How a call of `configure_sip_registration` ended. */
const CONFIGURE_OUTCOMES = [
  /** Written, and the PBX has accepted it. */
  "registered",
  /** Written, and the registration has failed. */
  "failed",
  /** Written; no outcome within the wait. */
  "pending",
  /** Written; the outcome cannot be read. */
  "saved_status_unreadable",
  /** Written, and a later change was seen. */
  "overtaken",
  /** Sent and confirmed, but something else is stored now. */
  "stored_differs",
  /** Nothing to write: just these settings are registered. */
  "unchanged",
  /** Nothing written: it was a dry run. */
  "dry_run",
  /** Nothing written: the agent is registered under another account; `replace` confirms. */
  "confirmation_needed",
  /** Nothing written yet: the user has a page to type the password into, which then carries everything out. */
  "password_entry_pending",
] as const;

export const configureOutput = z.object({
  agentId: z.string(),
  agentName: z.string().optional(),
  outcome: z.enum(CONFIGURE_OUTCOMES),
  verdictOutcome: z.enum(VERDICT_OUTCOMES),
  ...verdictShape,
  written: z.boolean().describe("Whether this call has stored the settings, as the API says"),
  settings: settingsSchema,
  stored: settingsSchema
    .optional()
    .describe("What is stored now, if confirmation_needed, overtaken or stored_differs"),
  changes: z.array(changeSchema),
  takenAway: z.array(z.string()).optional(),
  kept: z.array(z.string()).optional().describe("Left out, and kept as stored"),
  former: settingsSchema.optional().describe("What was stored before, to go back to"),
  presetName: z.string().optional(),
  filledFromPreset: z.array(z.string()).optional(),
  passwordFrom: z
    .enum(["kept", "named", "entry", "argument", "missing"])
    .optional()
    .describe("Where the password came from"),
  passwordEntry: pageSchema.optional(),
  advice: z.array(adviceSchema),
  status: statusSchema.optional(),
  findings: statusFindingsSchema.optional(),
  ...replyShape,
});
