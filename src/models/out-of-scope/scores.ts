import { inputFactor } from "../../bayesian/laplace/input-factor.js";
import { symmetricEigen } from "../../bayesian/laplace/symmetric-eigen.js";
import type { StateDict, StateTensor } from "../../core/bayesian-model.js";
import { type Features, scaleToLengthOne } from "../../core/features.js";
import { createRandom } from "../../core/random.js";
import { highestOf, logSumExp, softmax, softmaxRows } from "../../core/softmax.js";
import { type Matrix, matrixProduct } from "../../engine/runtime/matrix-product.js";

/** What a model says of N items: its logits and what its last layer reads, the latter in vectors of length 1. */
export interface ScopeEvidence {
  readonly classes: number;
  readonly logits_N_C: Float32Array;
  readonly features: Features;
}

/** Those of the items that the model was trained on, with their classes. */
export interface LabelledEvidence extends ScopeEvidence {
  readonly targets: readonly number[];
}

interface ScoreDefinition {
  /** Whether the logits are enough. */
  readonly reads: "logits" | "features";
  /** What is kept of the labelled items. */
  readonly fit: (labelled: LabelledEvidence) => StateDict | Promise<StateDict>;
  /** Higher: rather out of scope. */
  readonly score: (items: ScopeEvidence, kept: StateDict) => Float64Array | Promise<Float64Array>;
}

const nothing = (): StateDict => new Map();

/** Scores by which an item that belongs to none of the classes is recognised; higher: rather out of scope. */
export const OUT_OF_SCOPE_SCORES = {
  /** 1 less the largest probability (Hendrycks and Gimpel 2017, arXiv:1610.02136). */
  maxSoftmax: { reads: "logits", fit: nothing, score: (items) => perRow(items, (probs_C) => 1 - highestOf(softmaxed(probs_C))) },
  /** Of the class probabilities, in nats. */
  entropy: { reads: "logits", fit: nothing, score: (items) => perRow(items, (logits_C) => entropyOf(softmaxed(logits_C))) },
  /** `-ln sum exp(logits)` (Liu et al. 2020, arXiv:2010.03759). */
  energy: { reads: "logits", fit: nothing, score: (items) => perRow(items, (logits_C) => -logSumExp(logits_C)) },
  /** 1 less the cosine with the nearest class's mean. */
  centre: { reads: "features", fit: classCentres, score: farFromAll },
  /** `entropy / ln C` and `centre` together: an item that several classes claim, or that none is near to. */
  entropyAndCentre: { reads: "features", fit: classCentres, score: unclaimed },
  /** 1 less the cosine with the nearest labelled item. */
  nearest: { reads: "features", fit: ({ features }) => new Map([[POINTS, tensorOf(features)]]), score: farFromAll },
  /** `x' (X'X + lambda I)^-1 x`: how little the labelled items say of this direction. */
  variance: { reads: "features", fit: featurePrecision, score: featureVariances },
  /** Mutual information of class and weights, over draws of the logits by a Kronecker-factored last-layer Laplace posterior. */
  bald: { reads: "features", fit: logitPosterior, score: mutualInformations },
} as const satisfies Readonly<Record<string, ScoreDefinition>>;

/** The name of a score. */
export type OutOfScopeScore = keyof typeof OUT_OF_SCOPE_SCORES;

const POINTS = "points";
const PRECISION = "precision";
const NOISE = "noise";
/** Precision of the prior over the weights of a head that was solved with C = 10; half of it (in powers) goes to each Kronecker factor. */
const RIDGE = Math.sqrt(0.1);
const DRAWS = 30;

function tensorOf({ shape, data }: Features): StateTensor {
  return { dims: shape, data };
}

function matrixOf(kept: StateDict, name: string): Matrix {
  const { dims, data } = kept.get(name)!;
  return { rows: dims[0]!, columns: dims[1]!, data };
}

function featureMatrix({ features: { shape, data } }: ScopeEvidence): Matrix {
  return { rows: shape[0], columns: shape[1], data };
}

function perRow({ classes, logits_N_C }: ScopeEvidence, score: (logits_C: Float64Array) => number): Float64Array {
  const items = logits_N_C.length / classes;
  return Float64Array.from({ length: items }, (_, n) =>
    score(Float64Array.from(logits_N_C.subarray(n * classes, (n + 1) * classes))),
  );
}

function softmaxed(logits_C: Float64Array): Float64Array {
  softmax(logits_C);
  return logits_C;
}

function entropyOf(probs_C: Float64Array): number {
  return probs_C.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

function classCentres({ classes, features: { shape, data }, targets }: LabelledEvidence): StateDict {
  const width = shape[1];
  const present = [...new Set(targets)].sort((a, b) => a - b);
  const rowOf = new Int32Array(classes).fill(-1);
  present.forEach((target, row) => {
    rowOf[target] = row;
  });
  const centres = new Float32Array(present.length * width);
  targets.forEach((target, n) => {
    const row = rowOf[target]!;
    for (let d = 0; d < width; d++) centres[row * width + d]! += data[n * width + d]!;
  });
  return new Map([[POINTS, { dims: [present.length, width], data: scaleToLengthOne(centres, width) }]]);
}

async function farFromAll(items: ScopeEvidence, kept: StateDict): Promise<Float64Array> {
  const cosines = await matrixProduct(featureMatrix(items), matrixOf(kept, POINTS), { transposeB: true });
  return Float64Array.from({ length: cosines.rows }, (_, n) => {
    return 1 - highestOf(cosines.data.subarray(n * cosines.columns, (n + 1) * cosines.columns));
  });
}

async function unclaimed(items: ScopeEvidence, kept: StateDict): Promise<Float64Array> {
  const most = Math.log(Math.max(2, items.classes));
  const entropies = perRow(items, (logits_C) => entropyOf(softmaxed(logits_C)) / most);
  return (await farFromAll(items, kept)).map((distance, n) => distance + entropies[n]!);
}

/** Rows M with `x' (X'X + r I)^-1 x = |x|^2 / r - |Mx|^2`: the eigenvectors of X'X, each times `sqrt(1 / r - 1 / (s + r))`. */
async function featurePrecision({ features: { shape, data } }: LabelledEvidence): Promise<StateDict> {
  const [items, width] = shape;
  const { values, vectors } = await inputFactor({ h_N_P: Float64Array.from(data), items, width });
  const rows = Float32Array.from(vectors, (value, at) => {
    const s = values[Math.floor(at / width)]!;
    return value * Math.sqrt(1 / RIDGE - 1 / (s + RIDGE));
  });
  return new Map([[PRECISION, { dims: [values.length, width], data: rows }]]);
}

async function featureVariances(items: ScopeEvidence, kept: StateDict): Promise<Float64Array> {
  const precision = matrixOf(kept, PRECISION);
  const { data, columns } = await matrixProduct(featureMatrix(items), precision, { transposeB: true });
  const width = precision.columns;
  return Float64Array.from({ length: items.features.shape[0] }, (_, n) => {
    let variance = 0;
    for (let d = n * width; d < (n + 1) * width; d++) variance += items.features.data[d]! ** 2 / RIDGE;
    for (let k = n * columns; k < (n + 1) * columns; k++) variance -= data[k]! ** 2;
    return Math.max(0, variance);
  });
}

/** The features' precision, and draws `[K, C]` of what a logit's noise is where the features' variance is 1: N(0, G^-1). */
async function logitPosterior(labelled: LabelledEvidence): Promise<StateDict> {
  const { classes, logits_N_C } = labelled;
  const items = labelled.targets.length;
  const probs: Matrix = { rows: items, columns: classes, data: softmaxRows(logits_N_C, classes) };
  const products = await matrixProduct(probs, probs, { transposeA: true });
  const g = Float64Array.from(products.data, (value) => -value / items);
  probs.data.forEach((p, i) => {
    g[(i % classes) * (classes + 1)]! += p / items;
  });
  const { values, vectors_N_N } = symmetricEigen(g, classes);
  const random = createRandom(0);
  const noise = new Float32Array(DRAWS * classes);
  for (let k = 0; k < DRAWS; k++) {
    values.forEach((value, j) => {
      const z = random.normal() / Math.sqrt(Math.max(0, value) + RIDGE);
      for (let c = 0; c < classes; c++) noise[k * classes + c]! += z * vectors_N_N[j * classes + c]!;
    });
  }
  return new Map([...(await featurePrecision(labelled)), [NOISE, { dims: [DRAWS, classes], data: noise }]]);
}

async function mutualInformations(items: ScopeEvidence, kept: StateDict): Promise<Float64Array> {
  const variances = await featureVariances(items, kept);
  const { data: noise, rows: draws, columns: classes } = matrixOf(kept, NOISE);
  const [drawn_C, mean_C] = [new Float64Array(classes), new Float64Array(classes)];
  return variances.map((variance, n) => {
    const deviation = Math.sqrt(variance);
    mean_C.fill(0);
    let expected = 0;
    for (let k = 0; k < draws; k++) {
      for (let c = 0; c < classes; c++) drawn_C[c] = items.logits_N_C[n * classes + c]! + deviation * noise[k * classes + c]!;
      expected += entropyOf(softmaxed(drawn_C)) / draws;
      for (let c = 0; c < classes; c++) mean_C[c]! += drawn_C[c]! / draws;
    }
    return Math.max(0, entropyOf(mean_C) - expected);
  });
}
