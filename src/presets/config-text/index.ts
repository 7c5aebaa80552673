import type { Preset } from "../types.js";
import { asteriskTexts } from "./asterisk.js";
import { freepbxChanSipTexts, freepbxPjsipTexts } from "./freepbx.js";
import { freeswitchTexts, fusionpbxTexts } from "./freeswitch.js";
import { kamailioTexts } from "./kamailio.js";
import { twilioName, twilioTexts } from "./twilio.js";
import type { ConfigGenerator, ConfigText, SetupValues } from "./types.js";

/** The PBX's side of a registration as text, for the systems that are configured by text. */

export {
  PASSWORD_PLACEHOLDER,
  UnsafeValueError,
} from "./quote.js";
export type { ConfigText, SetupValues } from "./types.js";

const GENERATORS: Readonly<Record<string, ConfigGenerator>> = {
  "asterisk-pjsip": asteriskTexts,
  "freepbx-pjsip": freepbxPjsipTexts,
  "freepbx-chan-sip": freepbxChanSipTexts,
  freeswitch: freeswitchTexts,
  fusionpbx: fusionpbxTexts,
  "kamailio-opensips": kamailioTexts,
  "twilio-sip-domain": twilioTexts,
};

/**
 * What to paste into the PBX of a preset; empty where it is set up on screens.
 *
 * @throws UnsafeValueError when a value is not allowed in a configuration of that kind.
 */
export function configTextsFor(presetId: string, values: SetupValues): ConfigText[] {
  return GENERATORS[presetId]?.(values) ?? [];
}

/** What the catalogue writes in braces, by the value that it stands for. */
const FORMS: Readonly<Record<string, keyof SetupValues>> = {
  extension: "username",
  "extension or device name": "username",
  username: "username",
  user: "username",
  id: "username",
  endpoint: "username",
  "endpoint name": "username",
  subscriber: "username",
  "device user": "username",
  domain: "sipDomain",
  "SIP domain": "sipDomain",
  "tenant domain": "sipDomain",
  "directory domain": "sipDomain",
  "E.164 number": "did",
  "Auth ID": "authUsername",
  AuthID: "authUsername",
  "authorization ID": "authUsername",
};

/** A line of the catalogue with `{…}` replaced by what is known; what is not known stays as it is. Pure. */
export function fillForm(text: string, values: SetupValues): string {
  // Twilio's domain is written as the name before .sip.twilio.com.
  const twilio = values.sipDomain && (twilioName(values.sipDomain) ?? values.sipDomain);
  return text.replace(
    /\{([^{}]{1,60})\}(?=(\.sip\.twilio\.com)?)/g,
    (form, name: string, suffix?: string) => {
      const field = FORMS[name];
      const value = field === "sipDomain" && suffix ? twilio : field && values[field];
      return value === undefined ? form : String(value);
    },
  );
}

/** How to get a strong SIP password on that system, and where to find it afterwards. Never a password itself. */
export function passwordAdvice({ newPassword, fields }: Preset): string {
  const make =
    newPassword?.text ??
    `Make one of 20 characters or more that is used nowhere else: openssl rand -hex 16 prints 32 hexadecimal digits, which every PBX takes as they are.`;
  const where = fields?.password.where?.text;
  return where === undefined ? make : `${make} On the PBX it is at: ${where}.`.replace(/\.\.$/, ".");
}
