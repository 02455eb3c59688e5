import type { Predictions } from "../../core/predictions.js";
import { bald } from "../../heuristics/bald.js";
import { certainty, margin } from "../../heuristics/confidence.js";
import { entropy } from "../../heuristics/entropy.js";
import type { Heuristic } from "../../heuristics/heuristic.js";

/** The uncertainties that a prediction's score can be made of. */
export const scoreNames = ["bald", "entropy", "margin", "certainty"] as const;

export type ScoreName = (typeof scoreNames)[number];

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

export type ScoreOrder = (typeof scoreOrders)[number];

const heuristics: Readonly<Record<ScoreName, () => Heuristic>> = { bald, entropy, margin, certainty };

/**
 * The uncertainty of each item in [0, 1]: the heuristic's score divided by the highest it can be (ln C for BALD and entropy). With
 * one class nothing is uncertain. `predictions` is `[N, C, K]`. Throws `E_NOT_FINITE`, and `E_ARGUMENT` for BALD of one draw.
 */
export function normalisedUncertainty(predictions: Predictions, name: ScoreName): number[] {
  const [items = 0, classes = 0] = predictions.shape;
  if (classes < 2) return new Array<number>(items).fill(0);
  const heuristic = heuristics[name]();
  const bound = heuristic.upperBound(classes);
  return Array.from(heuristic.score(predictions), (score) => unitInterval(score / bound));
}

/** What goes into a prediction's `score`, in [0, 1]. */
export function labelStudioScore(uncertainty: number, order: ScoreOrder): number {
  return unitInterval(order === "confidence" ? 1 - uncertainty : uncertainty);
}

/** Rounding may leave a score a little outside, and Label Studio rejects a whole batch for that. */
function unitInterval(value: number): number {
  return Math.min(1, Math.max(0, value));
}
