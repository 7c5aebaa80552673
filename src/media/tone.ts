import { FRAME } from "./speech.js";

/** A tone that is sent to be known again. 1004 Hz is the test tone of telephony (ITU-T O.153 and milliwatt lines). */
const TEST_TONE_HZ = 1_004;

const RATE = 8_000;
const LOUDNESS = 8_000;

/** A frame of the test tone. @param at samples since it began. */
export function toneFrame(at: number): Int16Array {
  return Int16Array.from({ length: FRAME }, (_, index) =>
    Math.round(LOUDNESS * Math.sin((2 * Math.PI * TEST_TONE_HZ * (at + index)) / RATE)),
  );
}

/** How much of a sound's power is the test tone, 0 to 1 (Goertzel's algorithm). */
export function shareOfTone(samples: Int16Array): number {
  const turn = 2 * Math.cos((2 * Math.PI * TEST_TONE_HZ) / RATE);
  let [before, last, power] = [0, 0, 0];
  for (const sample of samples) {
    power += sample * sample;
    [before, last] = [last, sample + turn * last - before];
  }
  if (power === 0) return 0;
  const atTone = last * last + before * before - turn * last * before;
  return Math.min(1, (2 * atTone) / (samples.length * power));
}
