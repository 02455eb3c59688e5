import { BaalError } from "../errors.js";
import type { LossName } from "../models/bayesian-model.js";
import type { Predictions } from "../predictions.js";

/** Turns the C class scores of one draw into what is averaged over draws, in place. */
const LINKS: Readonly<Record<LossName, (scores_C: Float64Array) => void>> = {
  crossEntropy: softmax,
  binaryCrossEntropy: (scores_C) => {
    scores_C.forEach((score, c) => {
      scores_C[c] = 1 / (1 + Math.exp(-score));
    });
  },
  meanSquaredError: () => {},
};

/**
 * Means over the K draws of `[N, C, K]` predictions: of probabilities (softmax or, for binary cross-entropy, sigmoid of
 * logits), or of the outputs themselves for mean squared error. `[N, C]`. Throws `E_SHAPE` for dense predictions.
 */
export function averageDraws({ shape, data, kind }: Predictions, loss: LossName): Float64Array {
  const [n = 0, classes = 0, draws = 0] = shape;
  if (shape.length !== 3) {
    throw new BaalError(
      "E_SHAPE",
      `Predictions of the shape [N, C, K] are averaged; [${shape}] came. Reduce dense predictions first.`,
    );
  }
  const link = kind === "logits" ? LINKS[loss] : LINKS.meanSquaredError;
  const means_N_C = new Float64Array(n * classes);
  const scores_C = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < draws; k++) {
      for (let c = 0; c < classes; c++) scores_C[c] = data[(i * classes + c) * draws + k]!;
      link(scores_C);
      for (let c = 0; c < classes; c++) means_N_C[i * classes + c]! += scores_C[c]! / draws;
    }
  }
  return means_N_C;
}

function softmax(scores: Float64Array): void {
  const max = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  scores.forEach((score, c) => {
    scores[c] = Math.exp(score - max);
    sum += scores[c]!;
  });
  for (let c = 0; c < scores.length; c++) scores[c]! /= sum;
}
