import { BaalError } from "../core/errors.js";
import { predictions as makePredictions, type Predictions } from "../core/predictions.js";
import { type ItemKey, itemKey, itemUniform, type Random } from "../core/random.js";
import type { FeatureHeuristic, Heuristic } from "../heuristics/heuristic.js";
import { requireEvidence, requireLabelledFeatures } from "./evidence.js";
import { type Candidates, candidatePool, type ScoreStrategy, type Selection, type Strategy } from "./strategy.js";

/** A heuristic over predictions or over features. */
export type AnyHeuristic = Heuristic | FeatureHeuristic;

/** Scores from predictions can come chunk by chunk and at once; those from features take the whole pool, and time. */
export type StrategyOver<Scores extends AnyHeuristic> = Scores extends Heuristic ? ScoreStrategy : Strategy;

/**
 * Turns scores into what the items are ranked by, highest first; `noiseKey` is there to give each dataset index its own randomness. What is not among
 * the first `picks` may as well have a key of -Infinity.
 */
export type RankKeys = (
  indices: readonly number[],
  scores: ArrayLike<number>,
  noiseKey: ItemKey,
  picks: number,
) => ArrayLike<number>;

/** A strategy that ranks by a function of the heuristic's scores: checks, scoring and ties are the same for all of them. */
export function scoreStrategy<Scores extends AnyHeuristic>(
  name: string,
  heuristic: Scores,
  rankKeys: RankKeys,
): StrategyOver<Scores> {
  const fullName = `${name}:${heuristic.name}`;
  const select: ScoreStrategy["selectFromScores"] = (indices, scores, count, random) => {
    checkScores(indices, scores, fullName);
    const picks = pickCount(count, indices.length);
    const noiseKey = itemKey(random);
    const tieKey = itemKey(random);
    return selectByKey({ indices, scores, keys: rankKeys(indices, scores, noiseKey, picks) }, picks, tieKey);
  };
  const strategy = isFeatureHeuristic(heuristic)
    ? overFeatures(fullName, heuristic, select)
    : overPredictions(fullName, heuristic, select);
  return strategy as StrategyOver<Scores>;
}

function isFeatureHeuristic(heuristic: AnyHeuristic): heuristic is FeatureHeuristic {
  return "scoreFeatures" in heuristic;
}

function overPredictions(name: string, heuristic: Heuristic, selectFromScores: ScoreStrategy["selectFromScores"]): ScoreStrategy {
  const { needs } = heuristic;
  return {
    name,
    needs,
    heuristic,
    select(candidates, count, random) {
      const { indices } = candidates;
      if (pickCount(count, indices.length) === 0) return { indices: [], scores: [] };
      const scores = heuristic.score(predictionsOf(candidates, { name, needs }), candidatePool(candidates));
      return selectFromScores(indices, scores, count, random);
    },
    selectFromScores,
  };
}

/** While nothing is labelled the scores are 0, so that the picks are random ones. */
function overFeatures(name: string, heuristic: FeatureHeuristic, selectFromScores: ScoreStrategy["selectFromScores"]): Strategy {
  const { needs } = heuristic;
  return {
    name,
    needs,
    async select(candidates: Candidates, count: number, random: Random): Promise<Selection> {
      if (pickCount(count, candidates.indices.length) === 0) return { indices: [], scores: [] };
      const { indices, features, labelled, target } = requireEvidence(candidates, { name, needs });
      const needsLabels = needs.includes("labelled");
      const isCold = needsLabels && !labelled;
      const known = needsLabels && labelled ? { ...labelled, features: requireLabelledFeatures(labelled, name) } : undefined;
      const scores = isCold
        ? new Float64Array(indices.length)
        : await heuristic.scoreFeatures(features, { labelled: known, target });
      return selectFromScores(indices, scores, count, random);
    },
  };
}

/** The candidates' predictions; for a strategy without needs, predictions of no classes that only carry the indices. */
function predictionsOf(candidates: Candidates, { name, needs }: Pick<Strategy, "name" | "needs">): Predictions {
  const { indices } = candidates;
  if (needs.length === 0) return makePredictions("probabilities", [indices.length, 0, 0], new Float32Array(0), indices);
  return requireEvidence(candidates, { name, needs }).predictions;
}

function checkScores(indices: readonly number[], scores: ArrayLike<number>, strategyName: string): void {
  if (indices.length !== scores.length) {
    throw new BaalError(
      "E_SHAPE",
      `Strategy "${strategyName}" was given ${scores.length} scores for ${indices.length} items: one per item is needed.`,
    );
  }
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) {
      throw new BaalError(
        "E_NOT_FINITE",
        `Dataset item ${indices[i]} has the score ${scores[i]}; strategy "${strategyName}" needs finite scores.`,
      );
    }
  }
}

/**
 * The `count` first of the positions 0 to `size - 1` in the order of `isBefore`, in that order: a heap of the best so far, so
 * O(size log count). `isBefore` must be a strict total order for the result to be unique.
 */
export function topPositions(size: number, count: number, isBefore: (a: number, b: number) => boolean): number[] {
  if (count === 0) return [];
  // The root is the worst of the best; parents never come before their children.
  const heap = Int32Array.from({ length: count }, (_, position) => position);
  for (let at = (count >> 1) - 1; at >= 0; at--) sink(heap, at, isBefore);
  for (let position = count; position < size; position++) {
    if (isBefore(position, heap[0]!)) {
      heap[0] = position;
      sink(heap, 0, isBefore);
    }
  }
  return [...heap].sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

function sink(heap: Int32Array, start: number, isBefore: (a: number, b: number) => boolean): void {
  const value = heap[start]!;
  let at = start;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child]!, heap[child + 1]!)) child++;
    if (!isBefore(value, heap[child]!)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = value;
}

export interface KeyedItems {
  readonly indices: readonly number[];
  /** The scores that the selection reports. */
  readonly scores: ArrayLike<number>;
  /** The numbers that the items are ranked by, highest first; never NaN. */
  readonly keys: ArrayLike<number>;
}

/**
 * The `count` items with the highest keys. Equal keys are put in an order drawn from `tieKey` and the dataset indices: not the
 * pool's order, and not that of the indices either, since data sets are often sorted by class. Throws `E_ARGUMENT` for an index
 * that would be picked twice.
 */
export function selectByKey({ indices, scores, keys }: KeyedItems, count: number, tieKey: ItemKey): Selection {
  const positions = topPositions(indices.length, count, (a, b) => {
    if (keys[a] !== keys[b]) return keys[a]! > keys[b]!;
    const left = itemUniform(tieKey, indices[a]!);
    const right = itemUniform(tieKey, indices[b]!);
    return left === right ? indices[a]! < indices[b]! : left > right;
  });
  const picked = positions.map((position) => indices[position]!);
  const twice = picked.length - new Set(picked).size;
  if (twice > 0)
    throw new BaalError(
      "E_ARGUMENT",
      `The pool lists ${twice} of the picked dataset indices more than once: list each item once.`,
    );
  return { indices: picked, scores: positions.map((position) => scores[position]!) };
}

/** How many of `available` items to pick when `wanted` are asked for: all where there are fewer. Throws `E_ARGUMENT`, `E_POOL_EMPTY`. */
export function pickCount(wanted: number, available: number): number {
  if (!Number.isInteger(wanted) || wanted < 0) {
    throw new BaalError("E_ARGUMENT", `The number of items to pick must be a whole number of at least 0; ${wanted} came.`);
  }
  if (available === 0) {
    throw new BaalError(
      "E_POOL_EMPTY",
      "The pool is empty, so there is nothing to pick: stop the loop, or add unlabelled items.",
    );
  }
  return Math.min(wanted, available);
}
