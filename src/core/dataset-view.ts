import type { Dataset, Example, Target } from "./dataset.js";
import { BaalError } from "./errors.js";

/** A data set of `length` items, each made when it is asked for. `at` throws `E_ARGUMENT` for a position out of range. */
export function createDataset<Input>(length: number, exampleAt: (position: number) => Example<Input>): Dataset<Input> {
  return {
    length,
    at(position) {
      checkPosition(position, length);
      return exampleAt(position);
    },
  };
}

/** Inputs without targets, under the dataset indices from `firstIndex` (0 by default) on. */
export function datasetOfInputs<Input>(inputs: readonly Input[], firstIndex = 0): Dataset<Input> {
  return createDataset(inputs.length, (i) => ({ index: firstIndex + i, input: inputs[i]!, target: undefined }));
}

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
  const view = createDataset(indices.length, (position) => {
    const index = indices[position]!;
    const example = dataset.at(index);
    return { ...example, index, target: targetOf(index, example) };
  });
  if (!dataset.inEpoch) return { ...view, indices };
  return { ...view, indices, inEpoch: (epoch) => datasetView(dataset.inEpoch!(epoch), indices, targetOf) };
}

/** The items at these positions of a data set, which keep their dataset indices. It has epochs if the data set has. */
export function itemsAt<Input>(dataset: Dataset<Input>, positions: readonly number[]): Dataset<Input> {
  const view = createDataset(positions.length, (n) => dataset.at(positions[n]!));
  return dataset.inEpoch ? { ...view, inEpoch: (epoch) => itemsAt(dataset.inEpoch!(epoch), positions) } : view;
}

/** Throws `E_ARGUMENT` for a position out of range. */
export function checkPosition(position: number, length: number): void {
  if (Number.isInteger(position) && position >= 0 && position < length) return;
  const range = length === 0 ? "an empty data set" : `a data set of ${length} items (0 to ${length - 1})`;
  throw new BaalError("E_ARGUMENT", `Position ${position} is not in ${range}.`);
}
