import type { LossName } from "../../core/bayesian-model.js";
import { entriesOf } from "../../core/check-targets.js";
import type { Target } from "../../core/dataset.js";
import type { Features } from "../../core/features.js";
import { logSumExp, sigmoid } from "../../core/softmax.js";
import type { CurvatureData } from "./curvature.js";

export interface LinearClassifier {
  /** `[C, P]`, the bias as the last column where there is one. */
  readonly map_C_P: Float64Array;
  readonly classes: number;
  /** Of the items of the features, as the loss takes them. */
  readonly targets: readonly NonNullable<Target>[];
  readonly loss: Extract<LossName, "crossEntropy" | "binaryCrossEntropy">;
}

/** Inputs and probabilities of the items that count, and the log-likelihood of their targets. */
export function curvatureData(
  { shape, data }: Features,
  { map_C_P, classes, targets, loss }: LinearClassifier,
): { readonly data: CurvatureData; readonly logLikelihood: number } {
  // Targets that do not count are below 0.
  const counted = targets.flatMap((target, n) =>
    typeof target !== "number" || loss !== "crossEntropy" || target >= 0 ? [n] : [],
  );
  const [items, inputs, width] = [counted.length, shape[1], map_C_P.length / classes];
  const h_N_P = new Float64Array(items * width).fill(1);
  const probs_N_C = new Float64Array(items * classes);
  const spread_N_C = new Float64Array(items * classes);
  const logits_C = new Float64Array(classes);
  let logLikelihood = 0;
  counted.forEach((position, n) => {
    const h = h_N_P.subarray(n * width, (n + 1) * width);
    h.set(data.subarray(position * inputs, (position + 1) * inputs));
    for (let c = 0; c < classes; c++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += map_C_P[c * width + i]! * h[i]!;
      logits_C[c] = sum;
    }
    const probs_C = probs_N_C.subarray(n * classes, (n + 1) * classes);
    const known_C = LIKELIHOODS[loss](logits_C, targets[position]!, probs_C);
    logLikelihood += known_C.logLikelihood;
    probs_C.forEach((p, c) => {
      spread_N_C[n * classes + c] = known_C.isKnown(c) ? p * (1 - p) : 0;
    });
  });
  const isIndependent = loss === "binaryCrossEntropy";
  return { data: { h_N_P, probs_N_C, spread_N_C, isIndependent, items, width, classes }, logLikelihood };
}

interface Likelihood {
  readonly logLikelihood: number;
  readonly isKnown: (c: number) => boolean;
}

/** Of one item; its probabilities are written into `probs_C`. */
const LIKELIHOODS: Readonly<
  Record<LinearClassifier["loss"], (logits_C: Float64Array, target: NonNullable<Target>, probs_C: Float64Array) => Likelihood>
> = {
  crossEntropy(logits_C, target, probs_C) {
    const logSum = logSumExp(logits_C);
    logits_C.forEach((logit, c) => {
      probs_C[c] = Math.exp(logit - logSum);
    });
    return { logLikelihood: logits_C[target as number]! - logSum, isKnown: () => true };
  },
  binaryCrossEntropy(logits_C, target, probs_C) {
    const entries = entriesOf(target);
    let logLikelihood = 0;
    entries.forEach((entry, c) => {
      const z = logits_C[c]!;
      probs_C[c] = sigmoid(z);
      if (entry !== null) logLikelihood -= Math.max(z, 0) - entry * z + Math.log1p(Math.exp(-Math.abs(z)));
    });
    return { logLikelihood, isKnown: (c) => entries[c] !== null };
  },
};
