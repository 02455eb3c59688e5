import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { type Floats, type LinearModel, type LinearModelOptions, solveLinearModel } from "./linear-model.js";

/** Whether each label holds for an item: 1, 0 or a share between them, NaN where nobody has said. */
export interface LabelTargets {
  readonly labels: number;
  /** `[N, C]` */
  readonly targets_N_C: Float64Array;
}

/**
 * One logistic regression per label, all solved in one batch: for each label c the weights and bias with the least
 * `sum_n binaryCrossEntropy_nc + |W_c|^2 / (2 C)` over the items whose label c is known, bias free (the problem of scikit-learn's
 * `LogisticRegression(C)` label by label). A label that is known of no item stays at 0. Throws `E_DATA` where nothing is known, `E_SHAPE`, `E_ABORTED`.
 */
export async function solveSigmoidRegression(
  features: Features,
  { labels, targets_N_C }: LabelTargets,
  options: LinearModelOptions = {},
): Promise<LinearModel> {
  const [items] = features.shape;
  if (targets_N_C.length !== items * labels)
    throw new BaalError("E_SHAPE", `${items} feature vectors of ${labels} labels came with ${targets_N_C.length} targets.`);
  const known = targets_N_C.reduce((count, target) => count + Number(!Number.isNaN(target)), 0);
  // The mean over items, whatever is known of each: a label's own scale does not depend on how many others there are.
  const total = known === 0 ? 0 : items;
  const residuals = (logits_N_C: Floats) => residualsOf(logits_N_C, targets_N_C, total);
  return solveLinearModel(features, { outputs: labels, total, residuals }, options);
}

/** Turns logits into `(sigmoid(z) - y) / N`, 0 where unknown, in place; the sum of the cross-entropies over N is returned. */
function residualsOf(logits_N_C: Floats, targets_N_C: Float64Array, items: number): number {
  let loss = 0;
  for (let i = 0; i < targets_N_C.length; i++) {
    const target = targets_N_C[i]!;
    if (Number.isNaN(target)) {
      logits_N_C[i] = 0;
      continue;
    }
    const z = logits_N_C[i]!;
    const small = Math.exp(-Math.abs(z));
    const prob = z >= 0 ? 1 / (1 + small) : small / (1 + small);
    loss += Math.max(z, 0) - target * z + Math.log1p(small);
    logits_N_C[i] = (prob - target) / items;
  }
  return loss / items;
}
