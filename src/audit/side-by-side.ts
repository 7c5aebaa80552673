/**
 * Does something with each item, several at a time, in their order.
 *
 * @throws what `work` throws first, once all work under way has ended; nothing is started after that.
 */
export async function sideBySide<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failure: { error: unknown } | undefined;
  let isDone = false;
  let turn: Promise<unknown> = Promise.resolve();
  /** One asks the source at a time. */
  const next = (): Promise<IteratorResult<Item>> => {
    const asked = turn.then(async () =>
      isDone || failure ? { done: true as const, value: undefined } : source.next(),
    );
    turn = asked.catch(() => {});
    return asked as Promise<IteratorResult<Item>>;
  };
  const worker = async () => {
    try {
      for (let step = await next(); !step.done; step = await next()) await work(step.value);
      isDone = true;
    } catch (error) {
      failure ??= { error };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failure) throw failure.error;
}
