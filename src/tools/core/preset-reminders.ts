import { lookalikeLine } from "../../presets/lines.js";
import type { Preset } from "../../presets/types.js";
import { sure } from "./confidence.js";

/** Maximum of sentences from a preset in an answer about something else. */
const MOST = 3;

/**
 * What of a PBX matters while a registration is set up or fails there, in at most three sentences: what is taken for the
 * SIP user or password on it, and where the address from which the platform registers shows. Pure.
 */
export function presetReminders({ name, lookalikes, platformAddress }: Preset): string[] {
  const credentials = lookalikes.filter(({ takenFor }) => takenFor !== "sipDomain").slice(0, MOST - 1);
  return [
    ...credentials.map((value) => sure(`${name}: ${lookalikeLine(value)}`, value.confidence)),
    ...platformAddress.map(({ text, confidence }) =>
      sure(`${name}, where the platform's address shows: ${text}`, confidence),
    ),
  ].slice(0, MOST);
}
