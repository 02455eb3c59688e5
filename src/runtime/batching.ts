/** A group of items that go through the model together, with some or all of their draws. */
export interface Batch {
  /** Positions of the items in the caller's list. */
  readonly positions: readonly number[];
  /** Length of the longest item: what the others are padded to. */
  readonly paddedLength: number;
  readonly firstDraw: number;
  readonly draws: number;
}

export interface BatchingOptions {
  /** Draws per item; 1 by default. */
  readonly draws?: number;
  /** Most draws in one batch; as many as fit by default. */
  readonly mostDraws?: number | undefined;
  /** How many rows (items x draws) of a padded length fit through the model at once; at least 1 is always taken. */
  readonly capacity: (paddedLength: number) => number;
}

/**
 * Groups items of similar length, longest first, so that little is padding and the largest buffers are made first.
 * Limits come from `capacity`, which thinks in tokens and memory rather than in rows.
 */
export function planBatches(lengths: readonly number[], options: BatchingOptions): Batch[] {
  const draws = options.draws ?? 1;
  const order = lengths.map((_, position) => position).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: Batch[] = [];
  for (let start = 0; start < order.length; ) {
    const paddedLength = lengths[order[start]!]!;
    const rows = Math.max(1, Math.floor(options.capacity(paddedLength)));
    const drawsAtOnce = Math.min(draws, rows, options.mostDraws ?? draws);
    const items = Math.max(1, Math.floor(rows / Math.min(draws, options.mostDraws ?? draws)));
    const positions = order.slice(start, start + items);
    for (let firstDraw = 0; firstDraw < draws; firstDraw += drawsAtOnce) {
      batches.push({ positions, paddedLength, firstDraw, draws: Math.min(drawsAtOnce, draws - firstDraw) });
    }
    start += items;
  }
  return batches;
}
