import type { LossName, SoftLossName } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { GraphBuilder } from "../onnx/builder.js";
import { typeOf } from "../onnx/graph.js";
import { unitRows } from "../onnx/unit-rows.js";

/**
 * Losses of the vectors of a batch, each compared with each other one: what an encoder is trained by to bring the items of a class together.
 * `"cosinePairs"`: the squared error of the cosine of two items, 1 wanted within a class and 0 between two (the loss of SetFit: Tunstall et al. 2022,
 * arXiv:2209.11055); `"supervisedContrastive"`: the cross-entropy of finding an item's class mates among the batch (Khosla et al. 2020,
 * arXiv:2004.11362).
 */
export type ContrastiveLossName = "cosinePairs" | "supervisedContrastive";

/** Every loss that a training graph can compute. */
export type GraphLossName = LossName | SoftLossName | ContrastiveLossName;

/**
 * The graph inputs that a loss reads, all float32 `[batch, C]`, of contrastive losses `[batch, batch]`; `targets.ts` and
 * `contrastive-targets.ts` make the arrays.
 */
export const TARGETS_INPUT = "loss.targets";
export const WEIGHTS_INPUT = "loss.weights";
/** What shapes the loss: gamma of a focal loss, 1 / delta of Huber's. */
export const SHAPE_INPUT = "loss.shape";

interface LossValue {
  /** The scalar. */
  readonly loss: string;
  /** The inputs that it declared. */
  readonly inputs: readonly string[];
}

/**
 * Emits a scalar loss for `logits` `[batch, C]`, or vectors `[batch, D]`, whose weighting and averaging are in the fed arrays. `logVariance`
 * `[batch, C]` is a second output of the model, for the loss that has one.
 */
type LossEmitter = (builder: GraphBuilder, logits: string, logVariance: string | undefined) => LossValue;

/** Keeps a power of a probability that underflowed from a slope of infinity times 0. */
const TINY = 1e-30;

/** How each loss is computed. Class weights, smoothing, unknown entries and the mean are all in the numbers fed. */
export const LOSSES: Readonly<Record<GraphLossName, LossEmitter>> = {
  // -sum(T logSoftmax(z))
  crossEntropy: (builder, logits) => {
    const targets = input(builder, logits, TARGETS_INPUT);
    const terms = builder.mul(targets, builder.logSoftmax(logits));
    return { loss: builder.neg(total(builder, terms)), inputs: [targets] };
  },
  // sum(W (softplus(z) - T z)) = sum(-W (T ln s + (1 - T) ln(1 - s))) with s = sigmoid(z)
  binaryCrossEntropy: (builder, logits) => {
    const targets = input(builder, logits, TARGETS_INPUT);
    const weights = input(builder, logits, WEIGHTS_INPUT);
    const terms = builder.sub(builder.op("Softplus", [logits]), builder.mul(targets, logits));
    return { loss: total(builder, builder.mul(weights, terms)), inputs: [targets, weights] };
  },
  // sum(W (z - T)^2)
  meanSquaredError: (builder, logits) => {
    const targets = input(builder, logits, TARGETS_INPUT);
    const weights = input(builder, logits, WEIGHTS_INPUT);
    const error = builder.sub(logits, targets);
    return { loss: total(builder, builder.mul(weights, builder.mul(error, error))), inputs: [targets, weights] };
  },
  // sum(W x^G (softplus(z) - T z)) with x = s (1 - T) + (1 - s) T, which is 1 - p_t, and s = sigmoid(z) (Lin et al. 2017, arXiv:1708.02002)
  sigmoidFocal: (builder, logits) => {
    const targets = input(builder, logits, TARGETS_INPUT);
    const weights = input(builder, logits, WEIGHTS_INPUT);
    const gammas = input(builder, logits, SHAPE_INPUT);
    const crossEntropy = builder.sub(builder.op("Softplus", [logits]), builder.mul(targets, logits));
    const yes = builder.mul(builder.sigmoid(logits), builder.sub(builder.scalar(1), targets));
    // 1 - sigmoid(z) of a large z would be a difference of equals
    const no = builder.mul(builder.sigmoid(builder.neg(logits)), targets);
    const wrong = builder.add(builder.add(yes, no), builder.scalar(TINY));
    const terms = builder.mul(builder.pow(wrong, gammas), crossEntropy);
    return { loss: total(builder, builder.mul(weights, terms)), inputs: [targets, weights, gammas] };
  },
  // sum(W (c u - c^2 / 2)) with u = (z - T) / delta and c = clip(u, -1, 1); delta^2 is in W (Huber 1964)
  huber: (builder, logits) => {
    const targets = input(builder, logits, TARGETS_INPUT);
    const weights = input(builder, logits, WEIGHTS_INPUT);
    const inverseDeltas = input(builder, logits, SHAPE_INPUT);
    const error = builder.mul(builder.sub(logits, targets), inverseDeltas);
    const clipped = builder.op("Clip", [error, builder.scalar(-1), builder.scalar(1)]);
    const half = builder.mul(builder.scalar(0.5), builder.mul(clipped, clipped));
    const terms = builder.sub(builder.mul(clipped, error), half);
    return { loss: total(builder, builder.mul(weights, terms)), inputs: [targets, weights, inverseDeltas] };
  },
  // sum(W (v + (z - T)^2 exp(-v)) / 2) with v the log-variance (Nix and Weigend 1994; Kendall and Gall 2017, arXiv:1703.04977)
  gaussianNll: (builder, means, logVariance) => {
    if (logVariance === undefined) {
      throw new BaalError(
        "E_ARGUMENT",
        'The loss "gaussianNll" needs a model that predicts a variance beside each number, and this one does not; take "huber" or "meanSquaredError".',
      );
    }
    const targets = input(builder, means, TARGETS_INPUT);
    const weights = input(builder, means, WEIGHTS_INPUT);
    const error = builder.sub(means, targets);
    const scaled = builder.mul(builder.mul(error, error), builder.exp(builder.neg(logVariance)));
    const terms = builder.mul(builder.scalar(0.5), builder.add(logVariance, scaled));
    return { loss: total(builder, builder.mul(weights, terms)), inputs: [targets, weights] };
  },
  // sum(W (sigmoid(z) - T)^2), the consistency term of independent labels
  sigmoidSquaredError: (builder, logits) => {
    const targets = input(builder, logits, TARGETS_INPUT);
    const weights = input(builder, logits, WEIGHTS_INPUT);
    const error = builder.sub(builder.sigmoid(logits), targets);
    return { loss: total(builder, builder.mul(weights, builder.mul(error, error))), inputs: [targets, weights] };
  },
  // sum(W (softmax(z) - T)^2), the consistency term of Laine & Aila 2017 (arXiv:1610.02242)
  softmaxSquaredError: (builder, logits) => {
    const targets = input(builder, logits, TARGETS_INPUT);
    const weights = input(builder, logits, WEIGHTS_INPUT);
    const error = builder.sub(builder.softmax(logits), targets);
    return { loss: total(builder, builder.mul(weights, builder.mul(error, error))), inputs: [targets, weights] };
  },
  // sum(W (S - T)^2) with S the cosines
  cosinePairs: (builder, vectors) => {
    const cosines = cosinesOf(builder, vectors);
    const targets = input(builder, cosines, TARGETS_INPUT);
    const weights = input(builder, cosines, WEIGHTS_INPUT);
    const error = builder.sub(cosines, targets);
    return { loss: total(builder, builder.mul(weights, builder.mul(error, error))), inputs: [targets, weights] };
  },
  // -sum(T logSoftmax(W S)): W is the inverse temperature, and on the diagonal, where S is 1, as good as minus infinity
  supervisedContrastive: (builder, vectors) => {
    const cosines = cosinesOf(builder, vectors);
    const targets = input(builder, cosines, TARGETS_INPUT);
    const weights = input(builder, cosines, WEIGHTS_INPUT);
    const terms = builder.mul(targets, builder.logSoftmax(builder.mul(weights, cosines)));
    return { loss: builder.neg(total(builder, terms)), inputs: [targets, weights] };
  },
};

/** `[batch, batch]` */
function cosinesOf(builder: GraphBuilder, vectors: string): string {
  const unit = unitRows(builder, vectors);
  return builder.gemm(unit, unit, undefined, { transB: true });
}

function input(builder: GraphBuilder, logits: string, name: string): string {
  const shape = typeOf(builder.graph, logits)?.shape ?? ["batch", "classes"];
  return builder.input(name, { dtype: "float32", shape });
}

function total(builder: GraphBuilder, terms: string): string {
  return builder.reduceSum(terms, undefined, { keepDims: false });
}
