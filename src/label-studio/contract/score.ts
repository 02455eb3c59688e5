import { BaalError } from "../../core/errors.js";
import type { Predictions } from "../../core/predictions.js";
import type { Heuristic } from "../../heuristics/heuristic.js";
import { drawHeuristicNames, findHeuristic, type HeuristicOptions, type HeuristicRecord } from "../../heuristics/registry.js";

/**
 * The uncertainties that a prediction's score can be made of: the heuristics that score an item from its own draws and have a highest
 * score, which is 1 then.
 */
export const scoreNames: readonly string[] = drawHeuristicNames.filter((name) =>
  Number.isFinite(findHeuristic(name).make().upperBound(2)),
);

/** One of {@link scoreNames}, in any case of letters. */
/** The name of an uncertainty, of a heuristic. */
export type ScoreName = string;

/**
 * Label streams take the lowest scores one after the other, many before the next training: top-k in batches, where BALD's picks are alike
 * (Kirsch 2019, arXiv:1906.08158) and the margin is hard to beat (Bahri 2022, arXiv:2210.03822). It needs no random draws either.
 */
export const defaultScore: ScoreName = "margin";

/**
 * Which end of the score an uncertain task has. Label Studio's uncertainty sampling serves the lowest score first, hence
 * `"confidence"` by default; `"uncertainty"` is for teams that sort the Data Manager by descending score.
 */
export const scoreOrders = ["confidence", "uncertainty"] as const;

/** What a high score means: sureness, or uncertainty. */
export type ScoreOrder = (typeof scoreOrders)[number];

/**
 * The record of the score's heuristic, in any case of letters. Throws `E_ARGUMENT` that lists the scores for one that is none.
 */
export function scoreRecord(name: ScoreName): HeuristicRecord<Heuristic, HeuristicOptions> {
  const key = name.toLowerCase();
  if (scoreNames.includes(key)) return findHeuristic(key);
  throw new BaalError("E_ARGUMENT", `A score is made of one of ${scoreNames.join(", ")}; "${name}" came.`);
}

/**
 * The uncertainty of each item in [0, 1]: the heuristic's score divided by the highest it can be (ln C for BALD and entropy). With
 * one class nothing is uncertain. `predictions` is `[N, C, K]`. Throws `E_NOT_FINITE`, and `E_ARGUMENT` for BALD of one draw.
 */
export function normalisedUncertainty(predictions: Predictions, name: ScoreName): number[] {
  const [items = 0, classes = 0] = predictions.shape;
  if (classes < 2) return new Array<number>(items).fill(0);
  const heuristic = scoreRecord(name).make();
  const bound = heuristic.upperBound(classes);
  return Array.from(heuristic.score(predictions), (score) => unitInterval(score / bound));
}

/** A prediction's `score`, in [0, 1]. */
export function labelStudioScore(uncertainty: number, order: ScoreOrder): number {
  return unitInterval(order === "confidence" ? 1 - uncertainty : uncertainty);
}

/** Rounding may leave a score a little outside, and Label Studio rejects a whole batch for that. */
function unitInterval(value: number): number {
  return Math.min(1, Math.max(0, value));
}
