import { z } from "zod";
import { POSITIONS } from "../../diagnosis/evidence-media.js";
import {
  agentIdField,
  authUsernameField,
  portField,
  transportField,
  usernameField,
} from "../../registration/fields.js";

/** What `test_call` takes: no number to dial, no address, and no password. */
export const testCallInput = z.strictObject({
  agentId: agentIdField.describe("From list_telzino_agents: its stored extension is called"),
  callerUsername: usernameField.describe("Extension that calls, another one of the same PBX, e.g. 1002"),
  callerSecret: z
    .string()
    .min(1)
    .max(60)
    .describe("Name of the calling extension's SIP password, as this server holds it")
    .optional(),
  callerAuthUsername: authUsernameField
    .describe("Digest user of the calling extension, if another")
    .optional(),
  port: portField.describe("Default: the agent's").optional(),
  transport: transportField.describe("Default: the agent's").optional(),
  echoCode: z
    .string()
    .max(20)
    .describe("Code of the PBX's echo test, called first to compare: *43 on FreePBX, 9196 on FreeSWITCH")
    .optional(),
  holdSeconds: z
    .int()
    .min(0)
    .max(40)
    .describe("Stay on the line at the end. Default 0; 36 shows whether the call is cut off after 30 or 32 s")
    .optional(),
  seenFrom: z
    .enum(POSITIONS)
    .describe("Whether this server is inside or outside the PBX's network. Default: by the PBX's address")
    .optional(),
  confirm: z
    .string()
    .max(100)
    .describe("Token of the first answer, once the user has agreed to what it says")
    .optional(),
});

export type TestCallInput = z.output<typeof testCallInput>;
