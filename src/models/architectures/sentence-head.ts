import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { unitRows } from "../../engine/onnx/unit-rows.js";
import { addDropout, linear } from "./layers.js";

/** How the vectors of a text's tokens become one: the modes of sentence-transformers. */
export type PoolingMode = "cls" | "max" | "mean" | "mean_sqrt_len" | "weightedmean" | "lasttoken";

/** A linear layer behind the pooling, as sentence-transformers' `Dense`. */
export interface SentenceDense {
  /** Prefix of its parameters: `<name>.weight`, `<name>.bias`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly activation: "identity" | "tanh" | "relu" | "gelu" | "sigmoid";
}

/** From token vectors to a text's vector, step by step. */
export type SentenceStep =
  | { readonly kind: "dense"; readonly dense: SentenceDense }
  /** To length 1. */
  | { readonly kind: "normalize" };

/** How a sentence encoder makes its embedding of the token vectors. */
export interface SentenceEmbedding {
  /** More than one: their vectors one behind the other. */
  readonly pooling: readonly PoolingMode[];
  readonly steps: readonly SentenceStep[];
}

export interface PooledTokens {
  /** `[batch*sequence, d]` */
  readonly hidden: string;
  /** `[batch, sequence]` of 0 and 1, int64. */
  readonly attentionMask: string;
  readonly dim: number;
}

interface Tokens extends PooledTokens {
  /** `[batch, sequence, d]` */
  readonly texts: string;
  /** `[batch, sequence]`, float. */
  readonly mask: string;
}

/** `[batch, d]` of `[batch, sequence, d]`; padding, wherever it stands, has no part in it. */
const POOLINGS: Readonly<Record<PoolingMode, (b: GraphBuilder, tokens: Tokens) => string>> = {
  // h_first, the first token that is no padding
  cls: (b, tokens) => weightedSum(b, tokens, firstOf(b, tokens.mask)),
  // max_i h_i
  max: (b, { texts, mask }) => {
    const padding = b.unsqueeze(b.mul(b.sub(mask, b.scalar(1)), b.scalar(3.4e38)), [2]);
    return b.squeeze(b.op("ReduceMax", [b.add(texts, padding), b.int64s([1])]), [1]);
  },
  // sum_i h_i / n
  mean: (b, tokens) => b.div(weightedSum(b, tokens, tokens.mask), count(b, tokens.mask)),
  // sum_i h_i / sqrt(n)
  mean_sqrt_len: (b, tokens) => b.div(weightedSum(b, tokens, tokens.mask), b.sqrt(count(b, tokens.mask))),
  // sum_i i h_i / sum_i i, i counted from 1 at the first token that is no padding (Muennighoff 2022, arXiv:2202.08904)
  weightedmean: (b, tokens) => {
    const weights = b.mul(placesOf(b, tokens.mask), tokens.mask);
    return b.div(weightedSum(b, tokens, weights), count(b, weights));
  },
  // h_last, the last token that is no padding
  lasttoken: (b, tokens) => {
    const places = b.mul(placesOf(b, tokens.mask), tokens.mask);
    const last = b.op("ReduceMax", [places, b.int64s([1])]);
    return weightedSum(b, tokens, b.mul(b.cast(b.equal(places, last), "float32"), tokens.mask));
  },
};

const ACTIVATIONS: Readonly<Record<SentenceDense["activation"], (b: GraphBuilder, x: string) => string>> = {
  identity: (_, x) => x,
  tanh: (b, x) => b.tanh(x),
  relu: (b, x) => b.relu(x),
  gelu: (b, x) => b.gelu(x),
  sigmoid: (b, x) => b.sigmoid(x),
};

/** The embedding of each text, `[batch, D]`, as sentence-transformers' `encode` gives it. */
export function sentenceEmbedding(b: GraphBuilder, tokens: PooledTokens, { pooling, steps }: SentenceEmbedding): string {
  const mask = b.cast(tokens.attentionMask, "float32");
  const shape = b.concat([b.shape(tokens.attentionMask), b.int64s([tokens.dim])], 0);
  const given: Tokens = { ...tokens, mask, texts: b.reshape(tokens.hidden, shape) };
  const vectors = pooling.map((mode) => POOLINGS[mode](b, given));
  let x = vectors.length === 1 ? vectors[0]! : b.concat(vectors, 1);
  for (const step of steps) x = step.kind === "normalize" ? unitRows(b, x) : dense(b, x, step.dense);
  return x;
}

/** Width of the embedding of token vectors of width `dim`. */
export function embeddingWidth(dim: number, { pooling, steps }: SentenceEmbedding): number {
  return steps.reduce((width, step) => (step.kind === "dense" ? step.dense.outputs : width), dim * pooling.length);
}

/** Name of the layer on a sentence embedding. */
export const SENTENCE_CLASSIFIER = "classifier";

/** W dropout(embedding) + b: a linear classifier on the embedding, so that a solved head is one of its kind. */
export function sentenceClassifier(
  b: GraphBuilder,
  embedding: string,
  { dim, classes, dropout }: { readonly dim: number; readonly classes: number; readonly dropout: number },
): string {
  return linear(
    b,
    addDropout(b, embedding, { name: "dropout", rate: dropout, place: "head" }),
    SENTENCE_CLASSIFIER,
    dim,
    classes,
  );
}

function dense(b: GraphBuilder, x: string, { name, inputs, outputs, bias, activation }: SentenceDense): string {
  const weight = b.parameter(`${name}.weight`, [outputs, inputs]);
  const product = b.gemm(x, weight, bias ? b.parameter(`${name}.bias`, [outputs]) : undefined, { transB: true });
  return ACTIVATIONS[activation](b, product);
}

/** sum_i w_i h_i, as one product per text: `[batch, 1, sequence] [batch, sequence, d]`. */
function weightedSum(b: GraphBuilder, { texts }: Tokens, weights: string): string {
  return b.squeeze(b.matMul(b.unsqueeze(weights, [1]), texts), [1]);
}

/** `[batch, 1]`, never 0. */
function count(b: GraphBuilder, weights: string): string {
  return b.op("Max", [b.reduceSum(weights, b.int64s([1])), b.scalar(1e-9)]);
}

/** `[batch, sequence]`: 1 at the first token that is no padding, 2 at the next; padding in front has 0. */
function placesOf(b: GraphBuilder, mask: string): string {
  return b.op("CumSum", [mask, b.int64(1)]);
}

/** 1 at the first token that is no padding, 0 elsewhere. */
function firstOf(b: GraphBuilder, mask: string): string {
  return b.mul(b.cast(b.equal(placesOf(b, mask), b.scalar(1)), "float32"), mask);
}
