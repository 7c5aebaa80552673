import type { Preset } from "../types.js";

const OPENSSL = "openssl rand -hex 16";

/** Where a rule or a maker's own generator has to be kept in mind. */
const OWN: Readonly<Record<string, string>> = {
  "freepbx-pjsip": "FreePBX makes a strong Secret by itself; copy that one.",
  "freepbx-chan-sip": "FreePBX makes a strong Secret by itself; copy that one.",
  "3cx": "3CX makes the authentication password by itself; copy that one.",
  fusionpbx: "FusionPBX makes a password by itself when the extension is added; copy that one.",
  "twilio-sip-domain": `Twilio wants 12 characters or more with upper case, lower case and a digit: echo "A1a$(${OPENSSL})" makes one.`,
};

/** How to come to a strong SIP password on that system, and where it then stands. Never a password itself. */
export function passwordAdvice({ id, fields }: Preset): string {
  const make =
    OWN[id] ??
    `Make one of 20 characters or more that is used nowhere else: ${OPENSSL} prints 32 hexadecimal digits, which every PBX takes as they are.`;
  const where = fields?.password.where?.text;
  return where === undefined ? make : `${make} On the PBX it stands at: ${where}.`.replace(/\.\.$/, ".");
}
