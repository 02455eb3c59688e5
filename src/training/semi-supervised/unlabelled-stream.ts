import { createRandom } from "../../random.js";
import { deriveSeed, SEED_PURPOSE } from "../derive-seed.js";

/**
 * Positions of unlabelled items, batch by batch without an end: all items in random order, then all again in another. No item
 * comes again before all others have come. A pure function of the batch's number; only the order of the last pass is kept.
 */
export function unlabelledStream({
  length,
  batchSize,
  seed,
}: {
  readonly length: number;
  readonly batchSize: number;
  readonly seed: number;
}): (batch: number) => readonly number[] {
  let known: { readonly pass: number; readonly order: readonly number[] } | undefined;
  function orderOf(pass: number): readonly number[] {
    if (known?.pass !== pass) {
      const random = createRandom(deriveSeed(seed, SEED_PURPOSE.unlabelledOrder, pass));
      known = { pass, order: random.shuffled(Array.from({ length }, (_, position) => position)) };
    }
    return known.order;
  }
  return (batch) =>
    Array.from({ length: batchSize }, (_, i) => {
      const at = batch * batchSize + i;
      return orderOf(Math.floor(at / length))[at % length]!;
    });
}
