import { defineTool } from "../core/define.js";
import { setupInput, setupOutput } from "./schemas.js";

export const pbxSetupGuide = defineTool({
  name: "pbx_setup_guide",
  title: "PBX setup guide",
  description: [
    "Gives the preset's steps on the PBX itself with the values known so far and, where it is configured by text (Asterisk, FreeSWITCH, Kamailio, Twilio …), that text to paste, with a placeholder for the password.",
    "Use it when the extension does not exist yet; call it again as values become known.",
    'Example: {"presetId": "asterisk-pjsip", "username": "1001"}',
  ].join("\n"),
  input: setupInput,
  output: setupOutput,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run(given) {
    // The catalogue and its texts are loaded when they are first needed.
    const { setupReply } = await import("./reply.js");
    return setupReply(given);
  },
});
