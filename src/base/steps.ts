import { inOneStep } from "../redaction/in-steps.js";

/** Work in small steps, each a `yield`: done at once, or with turns of the event loop for others in between. */
export type Steps<Result> = Generator<void, Result, void>;

/** How long steps are done in one turn of the event loop, those of all who do some together. Milliseconds. */
const SLICE_MS = 4;

/** Does all steps now. For where nobody waits. */
export const atOnce: <Result>(steps: Steps<Result>) => Result = inOneStep;

/** Of the turn that is under way. Milliseconds. */
let spent = 0;
/** Who goes on in a later turn, one in each: who has just come before who has had a slice. */
const [begin, goOn]: [(() => void)[], (() => void)[]] = [[], []];
let isNextTurnAsked = false;

/** Does the steps in slices, so that nobody waits for more than one slice at a time, and one step, however many do some. */
export async function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  let queue = begin;
  for (;;) {
    while (spent >= SLICE_MS) await turnOf(queue);
    queue = goOn;
    const began = performance.now();
    let now = began;
    do {
      const { done, value } = steps.next();
      now = performance.now();
      if (!done) continue;
      spend(now - began);
      return value;
    } while (spent + now - began < SLICE_MS);
    spend(now - began);
  }
}

function spend(ms: number): void {
  spent += ms;
  askForNextTurn();
}

function turnOf(queue: (() => void)[]): Promise<void> {
  return new Promise((resolve) => {
    queue.push(resolve);
    askForNextTurn();
  });
}

function askForNextTurn(): void {
  if (isNextTurnAsked) return;
  isNextTurnAsked = true;
  setImmediate(() => {
    isNextTurnAsked = false;
    spent = 0;
    (begin.shift() ?? goOn.shift())?.();
    if (begin.length + goOn.length > 0) askForNextTurn();
  });
}

/** Does a piece of work that cannot be cut as one step: where others have had this turn, in a later one. */
export function asOneStep<Result>(work: () => Result): Promise<Result> {
  const step = function* (): Steps<Result> {
    const result = work();
    yield;
    return result;
  };
  return inSlices(step());
}
