import type { AudioSetting, Lookalike } from "./types.js";

/** Facts of a preset that have several parts, as a sentence. Pure. */

export function lookalikeLine({ value, takenFor, tell }: Lookalike): string {
  return `${value} is not the ${takenFor}: ${tell}`;
}

export function audioLine({ setting, where, symptom, restart }: AudioSetting): string {
  return `Audio, ${setting}: ${where} If wrong: ${symptom}${restart ? ` After a change: ${restart}` : ""}`;
}
