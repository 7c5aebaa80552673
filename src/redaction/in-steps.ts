import { BEHIND_SEGMENT, SEGMENT_END } from "./untrusted.js";

/** One outside text per step, each a `yield` (`base/steps.ts`, which is above this folder, does them in slices). */
export type TextSteps<Result> = Generator<void, Result, void>;

/** All of them now. */
export function inOneStep<Result>(steps: TextSteps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The replacement for outside text for which an answer has no room. */
export const NO_ROOM = "[text left out: the answer is too long]";

/**
 * A sentence as `show` shows it, one outside text a step: each may take as long as a long text takes to be looked at.
 *
 * @param room characters that are shown at most, and one outside text; the rest is reported as left out.
 */
export function* shownInSteps(
  sentence: string,
  show: (part: string) => string,
  room: number,
): TextSteps<{ text: string; isCut: boolean }> {
  // Not only our words, if a cut has removed the end of an outside text.
  if (!sentence.includes(SEGMENT_END)) return { text: show(sentence), isCut: false };
  const parts: string[] = [];
  let left = room;
  for (const part of sentence.split(BEHIND_SEGMENT)) {
    if (left <= 0) return { text: `${parts.join("")}${NO_ROOM}`, isCut: true };
    const shown = show(part);
    parts.push(shown);
    left -= shown.length;
    yield;
  }
  return { text: parts.join(""), isCut: false };
}
