import type { LossName, SoftLossName } from "../../core/bayesian-model.js";
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
 * The graph inputs that a loss reads, both float32 `[batch, C]`, of contrastive losses `[batch, batch]`; `targets.ts` and
 * `contrastive-targets.ts` make the arrays.
 */
export const TARGETS_INPUT = "loss.targets";
export const WEIGHTS_INPUT = "loss.weights";

interface LossValue {
  /** The scalar. */
  readonly loss: string;
  /** The inputs that it declared. */
  readonly inputs: readonly string[];
}

/** Emits a scalar loss for `logits` `[batch, C]`, or vectors `[batch, D]`, whose weighting and averaging are in the fed arrays. */
type LossEmitter = (builder: GraphBuilder, logits: string) => LossValue;

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
