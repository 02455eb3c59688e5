import { features } from "../../src/core/features.js";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { bald } from "../../src/heuristics/bald.js";
import { entropy } from "../../src/heuristics/confidence.js";
import { badge } from "../../src/strategies/badge.js";
import { batchBald } from "../../src/strategies/batch-bald/batch-bald.js";
import { kCenterGreedy } from "../../src/strategies/k-center.js";
import { power } from "../../src/strategies/ranked.js";

export interface Matrix {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One thing to time: its inputs are made once, the work is done again and again. */
export interface Job {
  readonly name: string;
  readonly what: string;
  readonly limitSeconds: number;
  /** Inputs for `items` items, in the order in which both sides take them. */
  readonly inputs: (items: number) => readonly Matrix[];
  readonly items: number;
  readonly work: (inputs: readonly Matrix[]) => unknown;
  /** The same in numpy. */
  readonly numpy: { readonly function: string; readonly numbers: Readonly<Record<string, number>> };
}

function normal(shape: readonly number[], seed: number, scale = 1): Matrix {
  const random = createRandom(seed);
  const size = shape.reduce((product, dim) => product * dim, 1);
  return { shape, data: Float32Array.from({ length: size }, () => scale * random.normal()) };
}

function uniform(shape: readonly number[], seed: number): Matrix {
  const random = createRandom(seed);
  return { shape, data: Float32Array.from({ length: shape[0]! }, () => random.uniform()) };
}

/** A pool's indices, which are there before anything is picked. */
const range = memoised((length) => Array.from({ length }, (_, index) => index));

function memoised(make: (length: number) => number[]): (length: number) => number[] {
  const made = new Map<number, number[]>();
  return (length) => {
    const known = made.get(length) ?? make(length);
    made.set(length, known);
    return known;
  };
}
const logitsOf = ({ shape, data }: Matrix) => predictions("logits", shape, data);

export const jobs: readonly Job[] = [
  {
    name: "bald",
    what: "BALD of 10,000 x 150 x 20 logits",
    limitSeconds: 0.5,
    items: 10_000,
    inputs: (items) => [normal([items, 150, 20], 1, 2)],
    work: ([logits]) => bald().score(logitsOf(logits!)),
    numpy: { function: "heuristics.bald", numbers: {} },
  },
  {
    name: "entropy",
    what: "entropy of the mean of 10,000 x 150 x 20 logits",
    limitSeconds: 0.5,
    items: 10_000,
    inputs: (items) => [normal([items, 150, 20], 1, 2)],
    work: ([logits]) => entropy({ average: "probabilities" }).score(logitsOf(logits!)),
    numpy: { function: "heuristics.entropy", numbers: {} },
  },
  {
    name: "power",
    what: "power sampling of 100 from 1,000,000 scores",
    limitSeconds: 1,
    items: 1_000_000,
    inputs: (items) => [uniform([items], 2)],
    work: ([scores]) => power(entropy()).selectFromScores(range(scores!.data.length), scores!.data, 100, createRandom(1)),
    numpy: { function: "heuristics.power_sampling", numbers: { picks: 100, beta: 1, seed: 1 } },
  },
  {
    name: "batchbald",
    what: "BatchBALD: 10,000 x 10 x 100, 10 picks",
    limitSeconds: 10,
    items: 10_000,
    inputs: (items) => [normal([items, 10, 100], 3, 2)],
    work: ([logits]) => {
      const given = predictions("logits", logits!.shape, logits!.data, undefined, { isConsistent: true });
      return batchBald().select({ indices: given.indices, predictions: given }, 10, createRandom(1));
    },
    numpy: { function: "batch_bald.batch_bald", numbers: { picks: 10 } },
  },
  {
    name: "badge",
    what: "BADGE: 10,000 x 150 classes x 768 features, 100 picks",
    limitSeconds: 5,
    items: 10_000,
    inputs: (items) => [normal([items, 150], 4, 2), normal([items, 768], 5)],
    work: ([logits, vectors]) => {
      const indices = range(logits!.shape[0]!);
      const given = predictions("logits", [...logits!.shape, 1], logits!.data, indices);
      const embedded = features([indices.length, 768], vectors!.data, indices);
      return badge().select({ indices, predictions: given, features: embedded }, 100, createRandom(1));
    },
    numpy: { function: "badge.badge", numbers: { picks: 100, seed: 1 } },
  },
  {
    name: "coreset",
    what: "k-center greedy: 100,000 x 384 features, 100 picks",
    limitSeconds: 10,
    items: 100_000,
    inputs: (items) => [normal([items, 384], 6)],
    work: ([vectors]) => {
      const embedded = features([vectors!.shape[0]!, 384], vectors!.data);
      return kCenterGreedy().select({ indices: embedded.indices, features: embedded }, 100, createRandom(1));
    },
    numpy: { function: "k_center.k_center", numbers: { picks: 100 } },
  },
];
