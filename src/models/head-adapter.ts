import { checkFeatureVector, type FeatureStatistics } from "../data/features/feature-statistics.js";
import { FEATURES } from "./architectures/head-graph.js";
import type { InputAdapter } from "./input-adapter.js";

/**
 * Feature vectors as one matrix `[rows, D]`, standardised on the way where statistics are given: the graph, and with it the session,
 * is the same for all of them.
 */
export function headAdapter(width: number, normalise: FeatureStatistics | undefined): InputAdapter<Float32Array> {
  return {
    length(vector, item) {
      checkFeatureVector(vector, item, width);
      return 1;
    },
    feeds(vectors) {
      const data = new Float32Array(vectors.length * width);
      vectors.forEach((vector, row) => {
        if (normalise) standardise(vector, normalise, data.subarray(row * width, (row + 1) * width));
        else data.set(vector, row * width);
      });
      return new Map([[FEATURES, { dtype: "float32", dims: [vectors.length, width], data }]]);
    },
  };
}

function standardise(vector: Float32Array, { mean, deviation }: FeatureStatistics, target: Float32Array): void {
  for (let d = 0; d < target.length; d++) target[d] = (vector[d]! - mean[d]!) / deviation[d]!;
}
