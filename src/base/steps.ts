import { inOneStep } from "../redaction/in-steps.js";

/** Work in small steps, each a `yield`: done in one go, or with turns of the event loop for others in between. */
export type Steps<Result> = Generator<void, Result, void>;

/** How long steps are done in one turn of the event loop, those of all who do some together. Milliseconds. */
const SLICE_MS = 4;

/** Does all steps now. For code that keeps no one waiting. */
export const atOnce: <Result>(steps: Steps<Result>) => Result = inOneStep;

/** Of the turn that is under way. Milliseconds. */
let spent = 0;
/** Work to continue in a later turn, one in each: new work before work that has had a slice, except in each fifth turn. */
const [begin, goOn]: [(() => void)[], (() => void)[]] = [[], []];
/** Of those who had just come, in a row. */
let begun = 0;
const MAX_BEGUN = 4;
let isNextTurnAsked = false;

/**
 * Does the steps in slices, so no one waits for more than one slice at a time, and one step, however many do some.
 *
 * @param isLong where it is known from the start: then it goes behind who may be done in a moment.
 */
export async function inSlices<Result>(steps: Steps<Result>, isLong = false): Promise<Result> {
  let queue = isLong ? goOn : begin;
  for (;;) {
    while (spent >= SLICE_MS) await turnOf(queue);
    queue = goOn;
    const began = performance.now();
    try {
      do {
        const { done, value } = steps.next();
        if (done) return value;
      } while (spent + performance.now() - began < SLICE_MS);
    } finally {
      // A step that fails has taken its time too.
      spend(performance.now() - began);
    }
  }
}

function spend(ms: number): void {
  spent += ms;
  askForNextTurn();
  // What is left of the turn is for who has just come: most of them are done in a moment. Who has had a slice needs more.
  if (spent < SLICE_MS) begin.shift()?.();
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
    nextInLine()?.();
    if (begin.length + goOn.length > 0) askForNextTurn();
  });
}

function nextInLine(): (() => void) | undefined {
  if (begin.length > 0 && (begun < MAX_BEGUN || goOn.length === 0)) {
    begun += 1;
    return begin.shift();
  }
  begun = 0;
  return goOn.shift();
}

/** Does a long piece of work that cannot be cut as one step: where others have had this turn, in a later one. */
export function asOneStep<Result>(work: () => Result): Promise<Result> {
  const step = function* (): Steps<Result> {
    const result = work();
    yield;
    return result;
  };
  return inSlices(step(), true);
}
