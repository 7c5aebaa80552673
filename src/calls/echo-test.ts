import { mayBeEmergency, mayGetOutsideLine } from "./emergency-numbers.js";
import type { Heard } from "./rtp-endpoint.js";
import type { ScriptStep } from "./script.js";

/** A call to a PBX's echo test: what is said there, and when enough is heard. */

/** Of the tone, each time that it is sent. */
export const TONE_MS = 1_500;
/** Of the tone, so much has to come back. */
const ENOUGH_TONE_MS = 600;
const ENOUGH_VOICE_MS = 500;

/**
 * Voice goes both ways: our tone comes back; or the other side's voice comes, and it reports that it gets ours. The latter is
 * all that is heard while an announcement goes before the echo: FreePBX's takes 22 s.
 */
export function goesBothWays({ toneMs, voiceMs, reports }: Heard): boolean {
  return toneMs >= ENOUGH_TONE_MS || (voiceMs >= ENOUGH_VOICE_MS && reports > 0);
}

const needsNoMore = (heard: Heard) => goesBothWays(heard) || heard.voiceMs < ENOUGH_VOICE_MS;

/** About 3 s where an echo is all that there is, and as long as an announcement where one goes before it. */
export const ECHO_SCRIPT: readonly ScriptStep[] = [
  { do: "wait", ms: 300 },
  { do: "tone", ms: TONE_MS },
  { do: "wait", ms: 700 },
  {
    do: "listen",
    mostMs: 22_500,
    quietMs: 700,
    // Voice comes late behind NAT, after the PBX has heard ours.
    startMs: 2_000,
    enough: goesBothWays,
    unless: (heard) => heard.toneMs >= ENOUGH_TONE_MS,
  },
  { do: "tone", ms: TONE_MS, unless: needsNoMore },
  { do: "wait", ms: 700, unless: needsNoMore },
];
/** Longer than the script. */
export const LONGEST_ECHO_MS = 28_000;

/** Codes of echo tests that are documented, and on what: other ones with `*` or `#` may switch something, such as a forwarding. */
export const ECHO_CODES: ReadonlySet<string> = new Set([
  // FreePBX and what is built on it.
  "*43",
  // FreeSWITCH's example dialplan, and FusionPBX's.
  "9196",
  "*9196",
]);

/** Ringing, forwarded, queued: an echo test answers, so it is someone's telephone that was called. */
export function isSomeonesPhone(status: number): boolean {
  return status >= 180 && status <= 182;
}

/** Codes that a PBX speaks at first, as installed: FreePBX's. */
export const ANNOUNCED_CODES: ReadonlySet<string> = new Set(["*43"]);

export const ECHO_CODE_RULE = `must be one to six digits that reach no emergency service and no outside line, or one of ${[...ECHO_CODES].filter((code) => /[*#]/.test(code)).join(", ")}`;

/**
 * Why a code is not called; `undefined`: it may be. Digits that no one documents may be anything, so they are not called
 * if they may leave the PBX.
 *
 * @param extensions of the test: who calls, and who is called after the echo test.
 */
export function echoCodeRefusal(code: string, extensions: readonly string[]): string | undefined {
  if (extensions.includes(code)) return "it is an extension of this test, and so no echo test";
  if (ECHO_CODES.has(code)) return undefined;
  if (!/^\d{1,6}$/.test(code)) return "it is neither one to six digits nor a documented code of an echo test";
  if (!code.startsWith("0") && mayBeEmergency(code)) return "it may reach an emergency service";
  return mayGetOutsideLine(code)
    ? `it begins with ${code.charAt(0)}, which gets an outside line on many PBXs`
    : undefined;
}
