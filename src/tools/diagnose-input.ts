import { z } from "zod";
import {
  agentIdField,
  authUsernameField,
  portField,
  proxyField,
  sipDomainField,
  transportField,
  usernameField,
} from "../registration/fields.js";
import { passwordField, passwordSecretField } from "./password-fields.js";

/** What `diagnose_sip_registration` takes. */
export const diagnoseInput = z.strictObject({
  agentId: agentIdField
    .describe("Agent's UUID, from list_agents: its stored settings are looked at")
    .optional(),
  sipDomain: sipDomainField
    .describe("Instead of agentId: host name or IP address of the PBX, e.g. pbx.example.com")
    .optional(),
  username: usernameField.optional(),
  proxy: proxyField.optional(),
  port: portField.describe("SIP port. Left out: as DNS says (SRV), else 5060, or 5061 with tls").optional(),
  transport: transportField.describe("SIP transport. Left out: as DNS says, else udp").optional(),
  authUsername: authUsernameField.optional(),
  presetId: z
    .string()
    .max(60)
    .describe("From list_pbx_presets; left out, the PBX is recognised by its answers")
    .optional(),
  testCredentials: z
    .boolean()
    .describe("Also send user and password, once, in a query that registers nothing. Default false")
    .optional(),
  passwordSecret: passwordSecretField.optional(),
  password: passwordField
    .describe("SIP password for testCredentials, the last resort: it stays in the conversation")
    .optional(),
  force: z
    .boolean()
    .describe("Test a password again that was refused here before; ask the user first")
    .optional(),
  ignoreCertificate: z
    .boolean()
    .describe("Test credentials although the certificate does not hold; ask the user first")
    .optional(),
  detail: z.boolean().describe("Show every SIP message sent and received, secrets struck out").optional(),
});

export type DiagnoseInput = z.output<typeof diagnoseInput>;
