import type { LossName, SoftLossName } from "../../core/bayesian-model.js";
import { areLogits, type PredictionKind } from "../../core/predictions.js";
import { TARGETS_INPUT, WEIGHTS_INPUT } from "../../engine/autodiff/losses.js";
import type { TfModule, TfTensor } from "./tf-types.js";

/** A scalar for scores `[batch, C]`; weighting and averaging are in the numbers fed, as in the losses of our own graphs. */
type TfLoss = (tf: TfModule, scores: TfTensor, feeds: { readonly targets: TfTensor; readonly weights: TfTensor }) => TfTensor;

const LOGIT_LOSSES: Readonly<Record<LossName | SoftLossName, TfLoss>> = {
  // -sum(T logSoftmax(z))
  crossEntropy: (tf, scores, { targets }) => tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(scores)))),
  // sum(W (softplus(z) - T z))
  binaryCrossEntropy: (tf, scores, { targets, weights }) =>
    tf.sum(tf.mul(weights, tf.sub(tf.softplus(scores), tf.mul(targets, scores)))),
  // sum(W (z - T)^2)
  meanSquaredError: squaredError,
  // sum(W (softmax(z) - T)^2)
  softmaxSquaredError: (tf, scores, feeds) => squaredError(tf, tf.softmax(scores), feeds),
};

const PROBABILITY_LOSSES: Readonly<Record<LossName | SoftLossName, TfLoss>> = {
  // -sum(T ln p)
  crossEntropy: (tf, scores, { targets }) => tf.neg(tf.sum(tf.mul(targets, safeLog(tf, scores)))),
  // -sum(W (T ln p + (1 - T) ln(1 - p)))
  binaryCrossEntropy(tf, scores, { targets, weights }) {
    const yes = tf.mul(targets, safeLog(tf, scores));
    const no = tf.mul(tf.sub(1, targets), safeLog(tf, tf.sub(1, scores)));
    return tf.neg(tf.sum(tf.mul(weights, tf.add(yes, no))));
  },
  meanSquaredError: squaredError,
  softmaxSquaredError: squaredError,
};

/** The loss of class scores that are logits or probabilities. `feeds`: the arrays that `encodeTargets` makes. */
export function scoreLoss(
  tf: TfModule,
  name: LossName | SoftLossName,
  kind: PredictionKind,
): (scores: TfTensor, feeds: ReadonlyMap<string, Float32Array>) => TfTensor {
  const loss = (areLogits(kind) ? LOGIT_LOSSES : PROBABILITY_LOSSES)[name];
  return (scores, feeds) => {
    const shape = [...scores.shape];
    const targets = tf.tensor(feeds.get(TARGETS_INPUT)!, shape);
    const weights = feeds.get(WEIGHTS_INPUT);
    return loss(tf, scores, { targets, weights: weights ? tf.tensor(weights, shape) : targets });
  };
}

function squaredError(
  tf: TfModule,
  scores: TfTensor,
  { targets, weights }: { readonly targets: TfTensor; readonly weights: TfTensor },
): TfTensor {
  const error = tf.sub(scores, targets);
  return tf.sum(tf.mul(weights, tf.mul(error, error)));
}

/** Keras' own clipping, 1e-7. */
function safeLog(tf: TfModule, p: TfTensor): TfTensor {
  return tf.log(tf.clipByValue(p, 1e-7, 1));
}
