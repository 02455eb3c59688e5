import type { Dataset, Example } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";

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
    const expected = this.features.indices[position];
    if (expected === undefined)
      throw new BaalError(
        "E_ARGUMENT",
        `Item ${position} is not in a data set of ${this.length} items (0 to ${this.length - 1}).`,
      );
    const example = this.#source.at(position);
    if (example.index === expected) return example;
    throw new BaalError(
      "E_DATA",
      `The feature vector at position ${position} is of item ${expected}, the data set has item ${example.index} there. Ask for the features again after its items have changed.`,
    );
  }
}
