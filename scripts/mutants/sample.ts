/** A sample of all mutants, and how sure the share is that it shows. Pure. */

/** Of a file and a mutant of it. */
export interface Listed {
  file: string;
  mark: string;
}

/**
 * Draws without putting back: each mutant has the same chance.
 *
 * @param seed the same one draws the same, as long as the list is the same.
 */
export function draw<Item>(items: readonly Item[], size: number, seed: number): Item[] {
  const left = [...items];
  const random = randomOf(seed);
  const drawn: Item[] = [];
  while (drawn.length < size && left.length > 0) {
    const at = Math.floor(random() * left.length);
    const [item] = left.splice(at, 1, left[left.length - 1] as Item);
    left.pop();
    drawn.push(item as Item);
  }
  return drawn;
}

/** The interval that holds the true share in 19 of 20 samples, by Wilson's score (JASA 22, 1927), in percent. */
export function intervalOf({ killed, of }: { killed: number; of: number }): [number, number] {
  if (of === 0) return [0, 100];
  const z = 1.96;
  const share = killed / of;
  const middle = share + z ** 2 / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const percent = (value: number) => Math.round((1_000 * Math.max(0, value)) / (1 + z ** 2 / of)) / 10;
  return [percent(middle - half), percent(middle + half)];
}

export interface Run {
  tests: readonly string[];
  mutants: Listed[];
}

/** Mutants that are tried against the same tests are one run. */
export function runsOf(drawn: readonly Listed[], testsOf: (file: string) => readonly string[]): Run[] {
  const runs = new Map<string, Run>();
  for (const each of [...drawn].sort((left, right) => (left.mark < right.mark ? -1 : 1))) {
    const tests = testsOf(each.file);
    const run = runs.get(tests.join()) ?? { tests, mutants: [] };
    run.mutants.push(each);
    runs.set(tests.join(), run);
  }
  return [...runs.values()];
}

/** Mulberry32: numbers from 0 up to 1. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
