import { BaalError } from "../core/errors.js";
import { features as checkFeatures, type Features } from "../core/features.js";
import type { LabelledItems, ScoreContext } from "./heuristic.js";

export interface LabelledFeatures extends LabelledItems {
  readonly features: Features;
}

/**
 * The labelled items that a feature heuristic compares with. Throws `E_ARGUMENT` when there are none, when they lack their
 * features or these are of other items; `E_SHAPE` when lists are of different lengths or the features of another width than the
 * pool's; `E_NOT_FINITE` naming the item.
 */
export function labelledFeatures(name: string, pool: Features, { labelled }: ScoreContext): LabelledFeatures {
  if (!labelled?.indices.length)
    throw new BaalError(
      "E_ARGUMENT",
      `"${name}" scores items by how far they are from labelled ones, and there are none: give the context its "labelled" items. (Strategies pick at random while nothing is labelled.)`,
    );
  const { features } = labelled;
  if (!features)
    throw new BaalError("E_ARGUMENT", `"${name}" needs the features of the labelled items: give "labelled" its "features".`);
  const items = labelled.indices.length;
  const { length: targets } = labelled.targetLists ?? labelled.targets;
  if (features.shape[0] !== items || targets !== items)
    throw new BaalError(
      "E_SHAPE",
      `"${name}" was given ${items} labelled items with ${targets} targets and ${features.shape[0]} rows of features.`,
    );
  if (pool.shape[0] > 0 && features.shape[1] !== pool.shape[1])
    throw new BaalError(
      "E_SHAPE",
      `"${name}" compares features of one width; those of the pool have ${pool.shape[1]} numbers, those of the labelled items ${features.shape[1]}.`,
    );
  if (features.indices.some((index, i) => index !== labelled.indices[i]))
    throw new BaalError(
      "E_ARGUMENT",
      `"${name}" was given features of other items than the labelled ones, or in another order: "indices" of both must hold the same dataset indices.`,
    );
  checkFeatures(features.shape, features.data, features.indices);
  return { ...labelled, features };
}
