import type { Dataset } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { firstNotFinite } from "../../core/finite.js";

/** Mean and standard deviation of each feature, `[D]`. */
export interface FeatureStatistics {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/**
 * Mean and (population) standard deviation of each feature over all items of a data set; 1 is the deviation of a feature that never
 * varies. Throws `E_DATA` for no items or vectors of different widths, `E_NOT_FINITE`, each naming the item.
 */
export function featureStatistics(dataset: Dataset<Float32Array>): FeatureStatistics {
  if (dataset.length === 0)
    throw new BaalError("E_DATA", "Statistics of features need at least one item; the data set is empty.");
  const width = dataset.at(0).input.length;
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  // Welford 1962: stable for features whose mean is much larger than their deviation.
  for (let n = 0; n < dataset.length; n++) {
    const { index, input } = dataset.at(n);
    checkFeatureVector(input, index, width);
    for (let d = 0; d < width; d++) {
      const difference = input[d]! - mean[d]!;
      mean[d]! += difference / (n + 1);
      squares[d]! += difference * (input[d]! - mean[d]!);
    }
  }
  const deviation = squares.map((sum) => Math.sqrt(sum / dataset.length) || 1);
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
}

/** Throws `E_DATA` for a vector of another width, `E_NOT_FINITE`; both name the item by its dataset index. */
export function checkFeatureVector(vector: Float32Array, item: number, width: number): void {
  if (vector.length !== width) {
    throw new BaalError(
      "E_DATA",
      `Item ${item} has ${vector.length} features where ${width} were expected. Are they of another encoder?`,
    );
  }
  const broken = firstNotFinite(vector);
  if (broken >= 0) {
    throw new BaalError(
      "E_NOT_FINITE",
      `Item ${item} has the feature ${vector[broken]} at ${broken}, where a finite number was expected.`,
    );
  }
}

/** Throws `E_ARGUMENT` unless there is a finite mean and a positive deviation per feature. */
export function checkStatistics({ mean, deviation }: FeatureStatistics, width: number): void {
  const fits =
    mean.length === width &&
    deviation.length === width &&
    mean.every(Number.isFinite) &&
    deviation.every((x) => x > 0 && x < Infinity);
  if (fits) return;
  throw new BaalError(
    "E_ARGUMENT",
    `normalise has ${mean.length} means and ${deviation.length} deviations; ${width} finite means and positive deviations are needed, as featureStatistics(dataset) gives them.`,
  );
}
