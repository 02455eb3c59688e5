import type { Dataset, Example, RawItems } from "../../core/dataset.js";
import { checkPosition, createDataset } from "../../core/dataset-view.js";
import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { type LossName, TASK_OF_LOSS } from "../../core/task.js";
import { encodeLabels } from "../rows/encode-labels.js";
import type { Row } from "../rows/row.js";

/**
 * The items of a data set with their feature vectors as inputs, for a `HeadClassifier`. Targets are asked of the data set whenever an
 * item is: labels that it gets later count. Frozen features have no augmentations.
 */
export class FeatureDataset implements Dataset<Float32Array> {
  /** Row i is the item at position i. */
  readonly features: Features;
  readonly #source: Dataset<unknown>;

  /** Throws `E_DATA` unless row i is the feature vector of the data set's item at position i. */
  constructor(source: Dataset<unknown>, features: Features) {
    if (features.indices.length !== source.length) {
      throw new BaalError("E_DATA", `${features.indices.length} feature vectors came for a data set of ${source.length} items.`);
    }
    this.#source = source;
    this.features = features;
    for (let position = 0; position < features.indices.length; position++) this.#sourceAt(position);
  }

  get length(): number {
    return this.features.indices.length;
  }

  /** Numbers per feature vector, D. */
  get width(): number {
    return this.features.shape[1];
  }

  /** Throws `E_ARGUMENT` for a position out of range, `E_DATA` when the data set has another item there by now. */
  at(position: number): Example<Float32Array> {
    const { index, target } = this.#sourceAt(position);
    const input = this.features.data.subarray(position * this.width, (position + 1) * this.width);
    return { index, input, target };
  }

  #sourceAt(position: number): Example<unknown> {
    checkPosition(position, this.length);
    const expected = this.features.indices[position];
    const example = this.#source.at(position);
    if (example.index === expected) return example;
    throw new BaalError(
      "E_DATA",
      `The feature vector at position ${position} is of item ${expected}, the data set has item ${example.index} there. Ask for the features again after its items have changed.`,
    );
  }
}

export interface FeatureItemsOptions {
  readonly labels: readonly string[];
  /** Labels, in the column `label`, are read as targets of this loss; without it they are not looked at. */
  readonly loss?: LossName | undefined;
}

/** Feature vectors (lists of numbers), or rows with the columns `features` and `label`, as a data set. Throws `E_DATA`. */
export function featureItems(items: RawItems, { labels, loss }: FeatureItemsOptions): Dataset<Float32Array> {
  const values: readonly unknown[] = Array.from({ length: items.length }, (_, position) => items.at(position));
  const inputs = values.map((item, position) => {
    const vector = vectorOf(item) ?? vectorOf((item as Row)["features"]);
    if (vector) return vector;
    throw new BaalError("E_DATA", `Item ${position} is no list of numbers, and has none in the column "features".`);
  });
  const labelOf = (item: unknown) => (loss === undefined || vectorOf(item) ? undefined : (item as Row)["label"]);
  const where = (position: number) => `Row ${position}, column "label"`;
  const { targets } = encodeLabels(values.map(labelOf), where, { labels, task: loss && TASK_OF_LOSS[loss] });
  return createDataset(inputs.length, (index) => ({ index, input: inputs[index]!, target: targets[index] }));
}

function vectorOf(value: unknown): Float32Array | undefined {
  if (value instanceof Float32Array) return value;
  return Array.isArray(value) && value.every(Number.isFinite) ? Float32Array.from(value) : undefined;
}
