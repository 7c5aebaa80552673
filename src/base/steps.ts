/** Work in small steps, each a `yield`: done at once, or with turns of the event loop for others in between. */
export type Steps<Result> = Generator<void, Result, void>;

/** How long steps are done one after the other before others have their turn, milliseconds. */
const SLICE_MS = 4;

/** Does all steps now. For where nobody waits. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Does the steps in slices, so that nobody waits for more than one slice at a time, and one step. */
export async function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (performance.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
