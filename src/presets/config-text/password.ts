import type { Preset } from "../types.js";

/** How to come to a strong SIP password on that system, and where it then stands. Never a password itself. */
export function passwordAdvice({ newPassword, fields }: Preset): string {
  const make =
    newPassword?.text ??
    `Make one of 20 characters or more that is used nowhere else: openssl rand -hex 16 prints 32 hexadecimal digits, which every PBX takes as they are.`;
  const where = fields?.password.where?.text;
  return where === undefined ? make : `${make} On the PBX it stands at: ${where}.`.replace(/\.\.$/, ".");
}
