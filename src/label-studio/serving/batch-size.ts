/** How many items of a kind the model gets at once, so that a call takes about as long as another one may wait for it. */
export interface BatchSize {
  /** Items of the next call. */
  readonly items: number;
  /** Learns from a call that took so long. */
  took(items: number, milliseconds: number): void;
}

const FIRST = 16;

/** Fewer save little time: the model works on the draws of one item at once, and those of a few take hardly longer per item. */
const FEWEST = 4;

/** Starts small, at most doubles from call to call, and shrinks at once where a call took too long. */
export function batchSize({ maxItems, targetMs }: { readonly maxItems: number; readonly targetMs: number }): BatchSize {
  let size = Math.min(FIRST, maxItems);
  return {
    get items() {
      return size;
    },
    took(items, milliseconds) {
      const fitting = milliseconds > 0 ? Math.floor((items * targetMs) / milliseconds) : maxItems;
      // A small call says little about large ones: what each call costs once weighs more in it.
      if (items * 2 >= size || milliseconds > targetMs) size = Math.min(maxItems, Math.max(FEWEST, Math.min(2 * size, fitting)));
    },
  };
}
