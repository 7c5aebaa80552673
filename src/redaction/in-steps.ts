import { BEHIND_SEGMENT, SEGMENT_END } from "./untrusted.js";

/** One outside text a step, each a `yield` (`base/steps.ts`, which stands above this room, does them in slices). */
export type TextSteps<Result> = Generator<void, Result, void>;

/** All of them now. */
export function inOneStep<Result>(steps: TextSteps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** What stands in the place of outside text for which an answer has no room. */
export const NO_ROOM = "[text left out: the answer is too long]";

/**
 * A sentence as `show` shows it, one outside text a step: each may take as long as a long text takes to be looked at.
 *
 * @param room characters that are shown at most, and one outside text; what comes behind is told as left out.
 */
export function* shownInSteps(
  sentence: string,
  show: (part: string) => string,
  room: number,
): TextSteps<{ text: string; isCut: boolean }> {
  // Not own words alone, where a cut has taken the end of an outside text away.
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
