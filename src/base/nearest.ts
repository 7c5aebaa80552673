import { closestMatch } from "leven";

/** Characters. No name is longer, and the work of a comparison grows with it. */
const MAX_LENGTH = 200;

/**
 * The known name that a misspelt one was probably meant to be. Case does not count.
 *
 * @returns `undefined` when nothing is near: more than about a third of the letters would have to change.
 */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  if (wanted.length > MAX_LENGTH) return undefined;
  const maxDistance = Math.max(2, Math.floor(wanted.length / 3));
  const lower = wanted.toLowerCase();
  const found = closestMatch(
    lower,
    known.map((name) => name.toLowerCase()),
    { maxDistance },
  );
  return known.find((name) => name.toLowerCase() === found);
}
