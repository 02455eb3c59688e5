import type { Dataset, Example, Target } from "./dataset.js";
import { BaalError } from "./errors.js";

/** Some items of a data set, each under its own dataset index. */
export interface DatasetView<Input> extends Dataset<Input> {
  /** Dataset indices of the items, by position. */
  readonly indices: readonly number[];
}

/**
 * A view of the items `indices`, in that order. `targetOf` replaces the targets. It has epochs if the data set has.
 * `at` throws `E_ARGUMENT` for a position out of range.
 */
export function datasetView<Input>(
  dataset: Dataset<Input>,
  indices: readonly number[],
  targetOf: (index: number, example: Example<Input>) => Target = (_, example) => example.target,
): DatasetView<Input> {
  return {
    indices,
    length: indices.length,
    at(position) {
      const index = indices[position];
      if (index === undefined) {
        throw new BaalError("E_ARGUMENT", `Position ${position} is not in a view of ${indices.length} items.`);
      }
      const example = dataset.at(index);
      return { ...example, index, target: targetOf(index, example) };
    },
    ...(dataset.inEpoch && { inEpoch: (epoch: number) => datasetView(dataset.inEpoch?.(epoch) ?? dataset, indices, targetOf) }),
  };
}
