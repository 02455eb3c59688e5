/** How the scores of an item's positions (pixels, tokens) become one. */
export type Reduction = "mean" | "max" | "min" | "sum";

export const REDUCTIONS: Readonly<Record<Reduction, (scores_P: Float64Array) => number>> = {
  mean: (scores_P) => sum(scores_P) / scores_P.length,
  max: (scores_P) => scores_P.reduce((a, b) => Math.max(a, b)),
  min: (scores_P) => scores_P.reduce((a, b) => Math.min(a, b)),
  sum,
};

function sum(scores_P: Float64Array): number {
  return scores_P.reduce((a, b) => a + b);
}
