import { BaalError } from "../errors.js";
import { type ItemKey, itemUniform } from "../heuristics/item-uniform.js";
import type { Selection } from "./strategy.js";
import { topPositions } from "./top-positions.js";

export interface KeyedItems {
  readonly indices: readonly number[];
  /** What the selection reports. */
  readonly scores: ArrayLike<number>;
  /** What the items are ranked by, highest first; never NaN. */
  readonly keys: ArrayLike<number>;
}

/**
 * The `count` items with the highest keys. Equal keys are put in an order drawn from `tieKey` and the dataset indices: not the
 * pool's order, and not that of the indices either, since data sets are often sorted by class. Throws `E_ARGUMENT` for an index
 * that would be picked twice.
 */
export function selectByKey({ indices, scores, keys }: KeyedItems, count: number, tieKey: ItemKey): Selection {
  const positions = topPositions(indices.length, count, (a, b) => {
    if (keys[a] !== keys[b]) return keys[a]! > keys[b]!;
    const left = itemUniform(tieKey, indices[a]!);
    const right = itemUniform(tieKey, indices[b]!);
    return left === right ? indices[a]! < indices[b]! : left > right;
  });
  const picked = positions.map((position) => indices[position]!);
  const twice = picked.length - new Set(picked).size;
  if (twice > 0)
    throw new BaalError(
      "E_ARGUMENT",
      `The pool lists ${twice} of the picked dataset indices more than once: list each item once.`,
    );
  return { indices: picked, scores: positions.map((position) => scores[position]!) };
}
