import { z } from "zod";
import { ECHO_CODE_RULE, echoCodeRefusal } from "../../calls/echo-test.js";
import { POSITIONS } from "../../diagnosis/evidence-media.js";
import {
  agentIdField,
  authUsernameField,
  portField,
  proxyField,
  sipDomainField,
  transportField,
  usernameField,
} from "../../registration/fields.js";
import { passwordField, passwordSecretField } from "../core/password-fields.js";

/** What `diagnose_sip_registration` takes. */
export const diagnoseInput = z.strictObject({
  agentId: agentIdField.describe("From list_telzino_agents: look at what it has stored").optional(),
  sipDomain: sipDomainField.describe("Instead of agentId: host of the PBX").optional(),
  username: usernameField.optional(),
  proxy: proxyField.optional(),
  port: portField.describe("Default: as DNS says (SRV), else 5060, or 5061 with tls").optional(),
  transport: transportField.describe("Default: as DNS says, else udp").optional(),
  authUsername: authUsernameField.optional(),
  presetId: z
    .string()
    .max(60)
    .describe("From list_pbx_presets. Default: recognised by the PBX's answers")
    .optional(),
  testCredentials: z
    .boolean()
    .describe("Send the password once, in a query that registers nothing")
    .optional(),
  media: z.boolean().describe("Then measure voice by its echo test").optional(),
  echoCode: z
    .string()
    .refine((code) => echoCodeRefusal(code, []) === undefined, ECHO_CODE_RULE)
    .describe("Default: the preset's")
    .optional(),
  position: z.enum(POSITIONS).describe("In its network or not").optional(),
  passwordSecret: passwordSecretField.optional(),
  password: passwordField
    .describe("SIP password to test, the last resort: it stays in the conversation")
    .optional(),
  force: z.boolean().describe("Test a refused password again; ask the user first").optional(),
  ignoreCertificate: z.boolean().describe("Test despite a bad certificate; ask the user first").optional(),
  detail: z.boolean().describe("Show every SIP message, secrets redacted").optional(),
});

export type DiagnoseInput = z.output<typeof diagnoseInput>;
