/**
 * Gives each item with what `prepare` makes of it, and begins to prepare the next one before it does: images are decoded in other
 * threads while the model works. An error comes when its item's turn has come.
 */
export async function* prepareAhead<Item, Prepared>(
  items: Iterable<Item>,
  prepare: (item: Item) => Prepared | Promise<Prepared>,
): AsyncGenerator<readonly [Item, Prepared]> {
  let next: readonly [Item, Promise<Prepared>] | undefined;
  for (const item of items) {
    const current = next;
    const prepared = (async () => prepare(item))();
    prepared.catch(() => undefined); // not unhandled: it is awaited later
    next = [item, prepared];
    if (current) yield [current[0], await current[1]];
  }
  if (next) yield [next[0], await next[1]];
}
