import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { type LinearModel, type LinearModelOptions, solveLinearModel } from "./linear-model.js";
import type { LinearLoss } from "./linear-objective.js";

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
  return solveLinearModel(features, { outputs: labels, total, loss: knownBinaryCrossEntropy(targets_N_C, items) }, options);
}

/** `max(z, 0) - y z + ln(1 + exp(-|z|))` over N with the gradient `(sigmoid(z) - y) / N`, both 0 where y is unknown. */
function knownBinaryCrossEntropy(targets_N_C: Float64Array, items: number): LinearLoss {
  return {
    inputs: new Map([
      ["targets", targets_N_C.map((target) => (Number.isNaN(target) ? 0 : target))],
      ["shares", targets_N_C.map((target) => (Number.isNaN(target) ? 0 : 1 / items))],
    ]),
    append(b, logits) {
      const linear = b.sub(b.relu(logits), b.mul("targets", logits));
      const surprise = b.sub(linear, b.log(b.sigmoid(b.op("Abs", [logits]))));
      return {
        losses: b.mul("shares", surprise),
        gradient: b.mul("shares", b.sub(b.sigmoid(logits), "targets")),
      };
    },
  };
}
