import { SEGMENT_END } from "./untrusted.js";

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
  let text = "";
  for (let from = 0; from < sentence.length; ) {
    if (text.length >= room) return { text: `${text}${NO_ROOM}`, isCut: true };
    const end = sentence.indexOf(SEGMENT_END, from);
    const next = end === -1 ? sentence.length : end + SEGMENT_END.length;
    text += show(sentence.slice(from, next));
    from = next;
    yield;
  }
  return { text, isCut: false };
}
