import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { type Draws, drawsReader, sizesOf } from "./draws.js";
import type { Heuristic, Need, ScoreContext } from "./heuristic.js";

/** The option of heuristics that score position by position. */
export interface DenseOptions {
  /** For dense predictions `[N, C, ..., K]`: how the scores of the positions become one per item. `"mean"` by default. */
  readonly reduction?: Reduction | undefined;
}

/** The part of a heuristic that differs from the others. */
export interface PositionScore {
  readonly name: string;
  readonly needs: readonly Need[];
  /** The highest possible score of one position. */
  readonly upperBound: (classes: number) => number;
  /** Makes the function that scores one position of one item; higher is sooner. */
  readonly scorer: (predictions: Predictions, context: ScoreContext) => (item: number, position: number) => number;
}

/** A heuristic from the score of one position: reduces over positions, refuses single draws where several are needed, and scores that are not finite. */
export function positionHeuristic(definition: PositionScore, { reduction = "mean" }: DenseOptions = {}): Heuristic {
  const { name, needs } = definition;
  const reduce = reducer(reduction);
  return {
    name,
    needs,
    upperBound: (classes, positions = 1) => definition.upperBound(classes) * (reduction === "sum" ? positions : 1),
    score(predictions, context = {}) {
      const { items, classes, positions, iterations } = sizesOf(predictions);
      if (iterations === 1 && needs.includes("draws")) throw singleDraw(name);
      const score = definition.scorer(predictions, context);
      // Probabilities are let through that sum to a little more or less than 1.
      const bound = definition.upperBound(classes);
      const scoreOf = (item: number, position: number) => {
        const value = score(item, position);
        return value > bound && value < Infinity ? bound : value;
      };
      return scoreItems(items, positions, { name, indices: predictions.indices, reduce, scoreOf });
    },
  };
}

/** The function that reduces over positions. Throws `E_ARGUMENT` for an unknown name. */
export function reducer(reduction: Reduction): (scores_P: Float64Array) => number {
  if (Object.hasOwn(REDUCTIONS, reduction)) return REDUCTIONS[reduction];
  throw new BaalError("E_ARGUMENT", `Unknown reduction "${reduction}": use one of ${Object.keys(REDUCTIONS).join(", ")}.`);
}

export interface ItemScoring {
  readonly name: string;
  readonly indices: readonly number[];
  readonly reduce: (scores_P: Float64Array) => number;
  readonly scoreOf: (item: number, position: number) => number;
}

/** One score per item, reduced over its positions. Throws `E_NOT_FINITE` naming the item. */
export function scoreItems(items: number, positions: number, { name, indices, reduce, scoreOf }: ItemScoring): Float64Array {
  const scores_N = new Float64Array(items);
  const scores_P = new Float64Array(positions);
  for (let item = 0; item < items; item++) {
    for (let position = 0; position < positions; position++) scores_P[position] = scoreOf(item, position);
    const score = reduce(scores_P);
    if (!Number.isFinite(score))
      throw new BaalError("E_NOT_FINITE", `Heuristic "${name}" gave dataset item ${indices[item]} the score ${score}.`);
    scores_N[item] = score;
  }
  return scores_N;
}

/** The option of heuristics that compare draws with each other. */
export interface SingleDrawOptions {
  /** Scores a single draw per item as 0, no disagreement, where by default that is an error. */
  readonly allowSingleDraw?: boolean | undefined;
}

/** The needs of a heuristic that compares draws with each other. */
export function needsOfDisagreement({ allowSingleDraw = false }: SingleDrawOptions): readonly Need[] {
  return allowSingleDraw ? ["probabilities"] : ["probabilities", "draws"];
}

/** The error where draws are compared and there is one. */
export function singleDraw(name: string): BaalError {
  return new BaalError(
    "E_ARGUMENT",
    `"${name}" measures how much draws disagree, and one draw per item came: every score would be 0. Predict with iterations > 1 (is the model patched?), or use "entropy".`,
  );
}

export interface DrawScore extends Omit<PositionScore, "scorer"> {
  /** The score of one position from its draws; higher is sooner. */
  readonly score: (draws: Draws) => number;
}

/** A heuristic that looks at one position's draws and at nothing else. */
export function drawHeuristic({ score, ...definition }: DrawScore, options?: DenseOptions): Heuristic {
  const scorer: PositionScore["scorer"] = (predictions) => {
    const read = drawsReader(predictions);
    return (item, position) => score(read(item, position));
  };
  return positionHeuristic({ ...definition, scorer }, options);
}

/** How the scores of an item's positions (pixels, tokens) become one. */
export type Reduction = "mean" | "max" | "min" | "sum";

const REDUCTIONS: Readonly<Record<Reduction, (scores_P: Float64Array) => number>> = {
  mean: (scores_P) => sum(scores_P) / scores_P.length,
  max: (scores_P) => scores_P.reduce((a, b) => Math.max(a, b)),
  min: (scores_P) => scores_P.reduce((a, b) => Math.min(a, b)),
  sum,
};

function sum(scores_P: Float64Array): number {
  return scores_P.reduce((a, b) => a + b);
}
