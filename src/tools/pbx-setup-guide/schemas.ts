import { z } from "zod";
import {
  authUsernameField,
  didField,
  portField,
  sipDomainField,
  transportField,
  usernameField,
} from "../../registration/fields.js";
import { replyShape } from "../core/schemas.js";

/** What `pbx_setup_guide` takes and gives. */

export const setupInput = z.strictObject({
  presetId: z.string().max(60).describe("From list_pbx_presets"),
  username: usernameField.describe("SIP user, e.g. 1001").optional(),
  sipDomain: sipDomainField.describe("Host of the PBX").optional(),
  transport: transportField.optional(),
  port: portField.describe("SIP port").optional(),
  agentName: z.string().max(200).describe("Shown to callers").optional(),
  authUsername: authUsernameField.describe("Digest user, if another").optional(),
  did: didField.describe("Number that leads to the agent, E.164").optional(),
});

export const setupOutput = z.object({
  presetId: z.string(),
  conditions: z.array(z.string()),
  steps: z.array(z.object({ stage: z.string(), text: z.string() })),
  texts: z.array(
    z.object({ title: z.string(), target: z.string(), text: z.string(), afterwards: z.string() }),
  ),
  passwordAdvice: z.string(),
  missing: z.array(z.object({ field: z.string(), where: z.string() })),
  ...replyShape,
});

export type GuideInput = z.output<typeof setupInput>;
export type GuideOutput = z.output<typeof setupOutput>;
