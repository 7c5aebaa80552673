import { asteriskTexts } from "./asterisk.js";
import { freepbxChanSipTexts, freepbxPjsipTexts } from "./freepbx.js";
import { freeswitchTexts, fusionpbxTexts } from "./freeswitch.js";
import { kamailioTexts } from "./kamailio.js";
import { twilioTexts } from "./twilio.js";
import type { ConfigGenerator, ConfigText, SetupValues } from "./types.js";

/** The PBX's side of a registration as text, for the systems that are configured by text. */

export { fillForm } from "./forms.js";
export { passwordAdvice } from "./password.js";
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

/** Ids of the presets that have texts. */
export const TEXT_PRESETS: readonly string[] = Object.keys(GENERATORS);

/**
 * What to paste into the PBX of a preset; empty where it is set up on screens.
 *
 * @throws UnsafeValueError when a value cannot stand in a configuration of that kind.
 */
export function configTextsFor(presetId: string, values: SetupValues): ConfigText[] {
  return GENERATORS[presetId]?.(values) ?? [];
}
