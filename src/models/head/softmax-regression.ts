import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { int, string } from "../../engine/onnx/builder.js";
import { type LinearModel, type LinearModelOptions, solveLinearModel } from "./linear-model.js";
import type { LinearLoss, LossInput } from "./linear-objective.js";

export interface SoftmaxRegressionOptions extends LinearModelOptions {
  readonly classes: number;
  /** One per item, 1 by default: how much it counts. */
  readonly weights_N?: ArrayLike<number> | undefined;
}

/**
 * Multinomial logistic regression, solved: the weights and biases with the least
 * `sum_n w_n crossEntropy_n + |W|^2 / (2 C)`, biases free (the problem of scikit-learn's `LogisticRegression(C)`).
 * Throws `E_DATA` without an item that counts, `E_SHAPE`, `E_ABORTED`.
 */
export async function solveSoftmaxRegression(
  features: Features,
  targets_N: ArrayLike<number>,
  { classes, weights_N, ...options }: SoftmaxRegressionOptions,
): Promise<LinearModel> {
  const [items] = features.shape;
  if (targets_N.length !== items)
    throw new BaalError("E_SHAPE", `${items} feature vectors came with ${targets_N.length} classes.`);
  let total = 0;
  for (let n = 0; n < items; n++) total += weights_N?.[n] ?? 1;
  const shares_N = Float64Array.from({ length: items }, (_, n) => (weights_N?.[n] ?? 1) / total);
  const loss = weightedCrossEntropy(
    BigInt64Array.from({ length: items }, (_, n) => BigInt(targets_N[n]!)),
    shares_N,
  );
  return solveLinearModel(features, { outputs: classes, total, loss }, options);
}

/** `-s_n log p_n[y_n]` of each item, with the gradient `s_n (p_n - y_n)`. */
function weightedCrossEntropy(targets_N: BigInt64Array, shares_N: Float64Array): LinearLoss {
  return {
    inputs: new Map<string, LossInput>([
      ["targets", targets_N],
      ["shares", shares_N],
    ]),
    append(b, logits) {
      const logProbs = b.logSoftmax(logits);
      const own = b.op("GatherElements", [logProbs, "targets"], { axis: int(1) });
      const minus = b.neg("shares");
      const expected = b.mul(b.exp(logProbs), "shares");
      return {
        losses: b.mul(own, minus),
        gradient: b.op("ScatterElements", [expected, "targets", minus], { axis: int(1), reduction: string("add") }),
      };
    },
  };
}
