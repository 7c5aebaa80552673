/** The properties that have a value. */
export type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves absent properties out, which in this program's types is not the same as `undefined`. */
export function present<T extends object>(value: T): Present<T> {
  const kept: Present<T> = {};
  for (const key of Object.keys(value) as (keyof T)[]) {
    const item = value[key];
    if (item !== undefined) kept[key] = item as Exclude<T[keyof T], undefined>;
  }
  return kept;
}
