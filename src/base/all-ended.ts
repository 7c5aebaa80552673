/**
 * What all of them come to, as `Promise.all`, but not before each has ended.
 *
 * @throws what the first in the list threw that failed.
 */
export async function allEnded<Values extends readonly unknown[]>(
  works: readonly [...{ [Key in keyof Values]: Promise<Values[Key]> }],
): Promise<Values> {
  await Promise.allSettled(works);
  return (await Promise.all(works)) as unknown as Values;
}
