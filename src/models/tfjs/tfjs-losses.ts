import type { LossName, SoftLossName } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { areLogits, type PredictionKind } from "../../core/predictions.js";
import { SHAPE_INPUT, TARGETS_INPUT, WEIGHTS_INPUT } from "../../engine/autodiff/losses.js";
import type { TfModule, TfTensor } from "./tf-types.js";

/** A scalar for scores `[batch, C]`; weighting and averaging are in the numbers fed, as in the losses of our own graphs. */
type TfLoss = (tf: TfModule, scores: TfTensor, feeds: TfFeeds) => TfTensor;

interface TfFeeds {
  readonly targets: TfTensor;
  readonly weights: TfTensor;
  /** Gamma of a focal loss, 1 / delta of Huber's. */
  readonly shapes: TfTensor;
}

/** All that a Keras model can be trained with: none of them has an output for the variance. */
type TfLossName = Exclude<LossName | SoftLossName, "gaussianNll">;

const LOGIT_LOSSES: Readonly<Record<TfLossName, TfLoss>> = {
  // -sum(T logSoftmax(z))
  crossEntropy: (tf, scores, { targets }) => tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(scores)))),
  // sum(W (softplus(z) - T z))
  binaryCrossEntropy: (tf, scores, { targets, weights }) =>
    tf.sum(tf.mul(weights, tf.sub(tf.softplus(scores), tf.mul(targets, scores)))),
  sigmoidFocal: (tf, scores, feeds) =>
    focal(tf, tf.sigmoid(scores), tf.sub(tf.softplus(scores), tf.mul(feeds.targets, scores)), feeds),
  // sum(W (z - T)^2)
  meanSquaredError: squaredError,
  huber,
  // sum(W (sigmoid(z) - T)^2)
  sigmoidSquaredError: (tf, scores, feeds) => squaredError(tf, tf.sigmoid(scores), feeds),
  // sum(W (softmax(z) - T)^2)
  softmaxSquaredError: (tf, scores, feeds) => squaredError(tf, tf.softmax(scores), feeds),
};

const PROBABILITY_LOSSES: Readonly<Record<TfLossName, TfLoss>> = {
  // -sum(T ln p)
  crossEntropy: (tf, scores, { targets }) => tf.neg(tf.sum(tf.mul(targets, safeLog(tf, scores)))),
  // -sum(W (T ln p + (1 - T) ln(1 - p)))
  binaryCrossEntropy(tf, scores, { targets, weights }) {
    const yes = tf.mul(targets, safeLog(tf, scores));
    const no = tf.mul(tf.sub(1, targets), safeLog(tf, tf.sub(1, scores)));
    return tf.neg(tf.sum(tf.mul(weights, tf.add(yes, no))));
  },
  sigmoidFocal(tf, scores, feeds) {
    const yes = tf.mul(feeds.targets, safeLog(tf, scores));
    const no = tf.mul(tf.sub(1, feeds.targets), safeLog(tf, tf.sub(1, scores)));
    return focal(tf, scores, tf.neg(tf.add(yes, no)), feeds);
  },
  meanSquaredError: squaredError,
  huber,
  sigmoidSquaredError: squaredError,
  softmaxSquaredError: squaredError,
};

/** The loss of class scores that are logits or probabilities. `feeds`: the arrays that `encodeTargets` makes. */
export function scoreLoss(
  tf: TfModule,
  name: LossName | SoftLossName,
  kind: PredictionKind,
): (scores: TfTensor, feeds: ReadonlyMap<string, Float32Array>) => TfTensor {
  if (name === "gaussianNll") {
    throw new BaalError(
      "E_ARGUMENT",
      'The loss "gaussianNll" needs a model that predicts a variance beside each number, which Keras models do not; take "huber" or "meanSquaredError".',
    );
  }
  const loss = (areLogits(kind) ? LOGIT_LOSSES : PROBABILITY_LOSSES)[name];
  return (scores, feeds) => {
    const shape = [...scores.shape];
    const targets = tf.tensor(feeds.get(TARGETS_INPUT)!, shape);
    const fed = (input: string) => {
      const data = feeds.get(input);
      return data ? tf.tensor(data, shape) : targets;
    };
    return loss(tf, scores, { targets, weights: fed(WEIGHTS_INPUT), shapes: fed(SHAPE_INPUT) });
  };
}

/** `sum(W x^G L)` with L the cross-entropy and `x = p (1 - T) + (1 - p) T`, which is never quite 0: its power's slope would be infinite. */
function focal(tf: TfModule, probs: TfTensor, crossEntropy: TfTensor, { targets, weights, shapes }: TfFeeds): TfTensor {
  const wrong = tf.add(tf.mul(probs, tf.sub(1, targets)), tf.mul(tf.sub(1, probs), targets));
  return tf.sum(tf.mul(weights, tf.mul(tf.pow(tf.add(wrong, 1e-30), shapes), crossEntropy)));
}

/** `sum(W (c u - c^2 / 2))` with `u = (z - T) / delta` and `c = clip(u, -1, 1)`. */
function huber(tf: TfModule, scores: TfTensor, { targets, weights, shapes }: TfFeeds): TfTensor {
  const error = tf.mul(tf.sub(scores, targets), shapes);
  const clipped = tf.clipByValue(error, -1, 1);
  return tf.sum(tf.mul(weights, tf.sub(tf.mul(clipped, error), tf.mul(0.5, tf.mul(clipped, clipped)))));
}

function squaredError(tf: TfModule, scores: TfTensor, { targets, weights }: Pick<TfFeeds, "targets" | "weights">): TfTensor {
  const error = tf.sub(scores, targets);
  return tf.sum(tf.mul(weights, tf.mul(error, error)));
}

/** Keras' own clipping, 1e-7. */
function safeLog(tf: TfModule, p: TfTensor): TfTensor {
  return tf.log(tf.clipByValue(p, 1e-7, 1));
}
