import { z } from "zod";
import {
  authUsernameField,
  didField,
  portField,
  sipDomainField,
  transportField,
  usernameField,
} from "../registration/fields.js";
import { defineTool } from "./define.js";
import { nextStepsSchema } from "./schemas.js";

const input = z.strictObject({
  presetId: z.string().max(60).describe("From list_pbx_presets"),
  username: usernameField.describe("SIP user, e.g. 1001").optional(),
  sipDomain: sipDomainField.describe("Host of the PBX").optional(),
  transport: transportField.optional(),
  port: portField.describe("SIP port").optional(),
  agentName: z.string().max(200).describe("Shown to callers").optional(),
  authUsername: authUsernameField.describe("Digest user, if another").optional(),
  did: didField.describe("Number that leads to the agent, E.164").optional(),
});

const output = z.object({
  presetId: z.string(),
  steps: z.array(z.object({ stage: z.string(), text: z.string() })),
  texts: z.array(
    z.object({ title: z.string(), target: z.string(), text: z.string(), afterwards: z.string() }),
  ),
  passwordAdvice: z.string(),
  missing: z.array(z.object({ field: z.string(), where: z.string() })),
  notes: z.array(z.string()),
  nextSteps: nextStepsSchema,
});

export type GuideInput = z.output<typeof input>;
export type GuideOutput = z.output<typeof output>;

export const pbxSetupGuide = defineTool({
  name: "pbx_setup_guide",
  title: "PBX setup guide",
  description: [
    "What to do on the PBX itself: the preset's steps with the values known so far and, where it is configured by text (Asterisk, FreeSWITCH, Kamailio, Twilio, FreePBX's CSV …), that text to paste, with a placeholder for the password. Changes nothing.",
    "Use it when the extension does not exist yet; call it again as values become known.",
    'Example: {"presetId": "asterisk-pjsip", "username": "1001"}',
  ].join("\n"),
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run(given) {
    // The catalogue and its texts are loaded when they are first needed.
    const { setupReply } = await import("./pbx-setup-reply.js");
    return setupReply(given);
  },
});
