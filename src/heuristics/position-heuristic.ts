import { BaalError } from "../core/errors.js";
import { checkFinitePredictions } from "../core/finite.js";
import { areIndependent, type Predictions, predictions } from "../core/predictions.js";
import { type Draws, drawsReader, type PredictionSizes, sizesOf } from "./draws.js";
import type { Heuristic, Need, ScoreContext } from "./heuristic.js";
import { yesOrNo } from "./independent-labels.js";
import type { ValueScore } from "./value-scores.js";

/** The options of heuristics that score position by position, and of labels that are each predicted by itself, label by label. */
export interface DenseOptions {
  /** For dense predictions `[N, C, ..., K]`: how the scores of the positions become one per item. `"mean"` by default. */
  readonly reduction?: Reduction | undefined;
  /**
   * For labels that are each predicted by itself (`sigmoidLogits`, `sigmoid`): how the scores of the labels, each of no against yes, become one. `"sum"` by
   * default, what their entropies and informations are together; a number is that of the one label whose score counts.
   */
  readonly labelReduction?: Reduction | number | undefined;
}

/** `label` is the number of the label that the position is of; `undefined` for predictions of one label an item. */
type PositionScorer = (item: number, position: number, label: number | undefined) => number;

/** The part of a heuristic that differs from the others. */
export interface PositionScore {
  readonly name: string;
  readonly needs: readonly Need[];
  /** The highest possible score of one position. */
  readonly upperBound: (classes: number) => number;
  /**
   * Makes the function that scores one position of one item; higher is sooner. Labels that are each predicted by itself come as distributions over no and
   * yes, `[N, 2, C, ..., K]`; `given` is what they came as.
   */
  readonly scorer: (predictions: Predictions, context: ScoreContext, given: Predictions) => PositionScorer;
  /** As `scorer`, of the highest score that a position can have when the draws are only a share of all, see {@link Heuristic.highestAfter}. */
  readonly bestCase?: ((predictions: Predictions, share: number) => PositionScorer) | undefined;
  /** Scores the numbers of a regression. By default these are refused. */
  readonly ofValues?: ((predictions: Predictions) => ValueScore) | undefined;
}

/**
 * A heuristic from the score of one position: reduces over positions and labels, refuses single draws where several are needed, kinds of predictions that it does
 * not score, and scores that are not finite.
 */
export function positionHeuristic(
  definition: PositionScore,
  { reduction = "mean", labelReduction = "sum" }: DenseOptions = {},
): Heuristic {
  const { name, needs } = definition;
  const reduce = reducer(reduction);
  const reduceLabels = labelReducer(labelReduction);
  const { bestCase } = definition;
  const heuristic: Heuristic = {
    name,
    needs,
    highestAfter:
      bestCase &&
      ((predictions, draws) => {
        const share = (predictions.shape.at(-1) ?? 0) / draws;
        const scorer: PositionScore["scorer"] = (distributions) => bestCase(distributions, share);
        if (predictions.kind === "values") return new Float64Array(predictions.indices.length).fill(Number.POSITIVE_INFINITY);
        const lenient = { ...definition, needs: [], bestCase: undefined, scorer };
        return positionHeuristic(lenient, { reduction, labelReduction }).score(predictions);
      }),
    upperBound: (classes, positions = 1, independent = 1) =>
      definition.upperBound(classes) * (reduction === "sum" ? positions : 1) * (labelReduction === "sum" ? independent : 1),
    score(predictions, context = {}) {
      const independent = areIndependent(predictions.kind) ? (predictions.shape[1] ?? 0) : undefined;
      const ofValues = predictions.kind === "values" ? definition.ofValues : undefined;
      const distributions = independent === undefined ? predictions : yesOrNo(predictions);
      const { items, classes, positions, iterations } = ofValues ? valueSizesOf(predictions) : sizesOf(distributions);
      if (iterations === 1 && needs.includes("draws")) throw singleDraw(name);
      if (ofValues)
        return scoreItems(items, positions, { name, indices: predictions.indices, reduce, scoreOf: ofValues(predictions) });
      const score = definition.scorer(distributions, context, predictions);
      // Probabilities are let through that sum to a little more or less than 1.
      const bound = definition.upperBound(classes);
      const scoreOf = (item: number, position: number, label?: number) => {
        const value = score(item, position, label);
        return value > bound && value < Infinity ? bound : value;
      };
      const scoring = { name, indices: predictions.indices, reduce };
      if (independent === undefined) return scoreItems(items, positions, { ...scoring, scoreOf });
      const places = positions / independent;
      const scores_C = new Float64Array(independent);
      // Labels lie in front of the positions.
      const scoreOfLabels = (item: number, place: number) => {
        for (let c = 0; c < independent; c++) scores_C[c] = scoreOf(item, c * places + place, c);
        return reduceLabels(scores_C);
      };
      return scoreItems(items, places, { ...scoring, scoreOf: scoreOfLabels });
    },
  };
  return heuristic;
}

/** Reads the sizes of a regression's draws. Throws `E_SHAPE`, `E_ARGUMENT` for no outputs or draws, `E_NOT_FINITE`. */
function valueSizesOf(given: Predictions): PredictionSizes {
  const { kind, shape, data, indices } = given;
  predictions(kind, shape, data, indices);
  checkFinitePredictions(given);
  const [items = 0, classes = 0] = shape;
  const iterations = shape.at(-1) ?? 0;
  if (classes < 1 || iterations < 1)
    throw new BaalError("E_ARGUMENT", `Draws of numbers have at least one output and one draw; the shape [${shape}] came.`);
  return { items, classes, positions: shape.slice(2, -1).reduce((product, dim) => product * dim, 1), iterations };
}

/** Reduces over labels, or picks one. Throws `E_ARGUMENT` for an unknown name or an unusable number. */
function labelReducer(of: Reduction | number): (scores_C: Float64Array) => number {
  if (typeof of === "string") return reducer(of);
  if (!Number.isInteger(of) || of < 0)
    throw new BaalError("E_ARGUMENT", `The number of a label is a whole number from 0 on; ${of} came.`);
  return (scores_C) => {
    const score = scores_C[of];
    if (score !== undefined) return score;
    throw new BaalError("E_ARGUMENT", `The score of label ${of} was asked for; there are ${scores_C.length}, from 0 on.`);
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

export interface DrawScore extends Omit<PositionScore, "scorer" | "bestCase"> {
  /** The score of one position from its draws; higher is sooner. */
  readonly score: (draws: Draws) => number;
  /** The highest score that the position can have when its draws are this share of all. */
  readonly best?: ((draws: Draws, share: number) => number) | undefined;
}

/** A heuristic that looks at one position's draws and at nothing else. */
export function drawHeuristic({ score, best, ...definition }: DrawScore, options?: DenseOptions): Heuristic {
  const scorer: PositionScore["scorer"] = (predictions) => {
    const read = drawsReader(predictions);
    return (item, position) => score(read(item, position));
  };
  const bestCase =
    best &&
    ((predictions: Predictions, share: number): PositionScorer => {
      const read = drawsReader(predictions);
      return (item, position) => best(read(item, position), share);
    });
  return positionHeuristic({ ...definition, scorer, bestCase }, options);
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
