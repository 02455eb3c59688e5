/**
 * So many items are prepared before their turn. Two, because reading an image takes two trips to another thread, and a model that works
 * holds this thread: each trip's return waits for the end of a pass.
 */
const AHEAD = 2;

/**
 * Gives each item with what `prepare` makes of it, and begins to prepare the next ones before it does: images are decoded in other threads
 * while the model works. An error comes when its item's turn has come.
 */
export async function* prepareAhead<Item, Prepared>(
  items: Iterable<Item>,
  prepare: (item: Item) => Prepared | Promise<Prepared>,
): AsyncGenerator<readonly [Item, Prepared]> {
  const begun: (readonly [Item, Promise<Prepared>])[] = [];
  for (const item of items) {
    const prepared = (async () => prepare(item))();
    prepared.catch(() => undefined); // not unhandled: it is awaited later
    begun.push([item, prepared]);
    if (begun.length <= AHEAD) continue;
    const [first, ready] = begun.shift()!;
    yield [first, await ready];
  }
  for (const [item, ready] of begun) yield [item, await ready];
}
