import { vi } from "vitest";

/** Turns of the event loop that others have while something is done, with a clock by which each step of it takes long. */
export async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let now = performance.now();
  const clock = vi.spyOn(performance, "now").mockImplementation(() => {
    now += 5;
    return now;
  });
  let turns = 0;
  let last: NodeJS.Immediate;
  const count = () => {
    turns += 1;
    last = setImmediate(count);
  };
  last = setImmediate(count);
  try {
    await work();
    return turns;
  } finally {
    clearImmediate(last);
    clock.mockRestore();
  }
}
