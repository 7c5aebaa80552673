/** Speech as a line meets it: sound and pauses, and no words. */

const RATE = 8_000;
/** Of a packet, as the usual `ptime`. */
export const FRAME_MS = 20;
export const FRAME = (RATE * FRAME_MS) / 1_000;

const PITCH_HZ = 220;
const SYLLABLES_HZ = 5;
const LOUDNESS = 6_000;

/** A frame of something like speech: a low tone that swells as syllables do. @param at samples since it began. */
export function speechFrame(at: number): Int16Array {
  return Int16Array.from({ length: FRAME }, (_, index) => {
    const time = (at + index) / RATE;
    const swell = 0.6 + 0.4 * Math.sin(2 * Math.PI * SYLLABLES_HZ * time);
    return Math.round(LOUDNESS * swell * Math.sin(2 * Math.PI * PITCH_HZ * time));
  });
}

export const SILENCE_FRAME: Int16Array = new Int16Array(FRAME);

/** Above the noise of a quiet line, far below a voice: −50 dBov. */
const LOUD = 100;

export function isSound(samples: Int16Array): boolean {
  const sum = samples.reduce((total, sample) => total + Math.abs(sample), 0);
  return samples.length > 0 && sum / samples.length > LOUD;
}

/** A sound this long is something said, and a pause this long ends it. Frames. */
const SAID = 5;
const PAUSE = 6;

/** Finds where an utterance ends, frame by frame. */
export class Utterances {
  #sound = 0;
  #silence = 0;

  /** @returns whether something said has just ended. */
  next(sound: boolean): boolean {
    if (sound) {
      this.#sound += 1;
      this.#silence = 0;
      return false;
    }
    this.#silence += 1;
    if (this.#silence < PAUSE) return false;
    const ended = this.#sound >= SAID;
    this.#sound = 0;
    return ended;
  }
}
