import { knownLabels, type LabelsOptions, labelColumns, meanOfDefined } from "./known-labels.js";
import { auroc, averagePrecision, type ScoreMetric } from "./ranking-metrics.js";

/**
 * The area under the ROC curve of each label, `[C]`, over the items where it is known ({@link auroc}); NaN where all of these have it, or none.
 * `scores_N_C` are probabilities or logits, `targets_N_C` 1, 0 or `null` (unknown); both row-major. Throws `E_ARGUMENT`, `E_SHAPE`, `E_NOT_FINITE`.
 *
 * @example
 * ```ts
 * import { perLabelAuroc } from "baaljs/metrics";
 *
 * const probs = [0.9, 0.2, 0.6, 0.7]; // two items of two labels
 * console.log(perLabelAuroc(probs, [1, 0, 0, 1], { labels: 2 }));
 * ```
 */
export function perLabelAuroc(
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
): Float64Array {
  return perLabel(auroc, scores_N_C, targets_N_C, options, { whereAllHaveIt: Number.NaN });
}

/**
 * The average precision of each label, `[C]`, over the items where it is known ({@link averagePrecision}): 1 where all of these have it, NaN where
 * none has (scikit-learn warns and gives 0). Their mean is the mean average precision. Arguments and errors as of {@link perLabelAuroc}.
 */
export function perLabelAveragePrecision(
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
): Float64Array {
  return perLabel(averagePrecision, scores_N_C, targets_N_C, options, { whereAllHaveIt: 1 });
}

/** The mean of {@link perLabelAveragePrecision} over the labels that some item has; NaN where no item has any. Arguments and errors as there. */
export function meanAveragePrecision(
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
): number {
  return meanOfDefined(perLabelAveragePrecision(scores_N_C, targets_N_C, options));
}

function perLabel(
  metric: ScoreMetric,
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
  { whereAllHaveIt }: { readonly whereAllHaveIt: number },
): Float64Array {
  const columns = labelColumns(scores_N_C, knownLabels(scores_N_C, targets_N_C, options));
  return Float64Array.from(columns, ({ scores, positives }) => {
    if (!positives.includes(true)) return Number.NaN;
    return positives.includes(false) ? metric(scores, positives) : whereAllHaveIt;
  });
}

/**
 * Share of the pairs of a label that an item has and one that it has not of which the wrong one scores at least as high, averaged over the items
 * (Schapire and Singer 2000); in [0, 1], lower is better. An item with all of its known labels or with none has no such pair and counts 0, as in
 * scikit-learn. Arguments and errors as of {@link perLabelAuroc}.
 */
export function labelRankingLoss(
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
): number {
  return meanOverItems(scores_N_C, targets_N_C, options, ({ positives, negatives }) => {
    if (positives.length === 0 || negatives.length === 0) return 0;
    let wrong = 0;
    for (const own of positives) for (const other of negatives) if (other >= own) wrong++;
    return wrong / (positives.length * negatives.length);
  });
}

/**
 * How far down the ranking of its known labels one has to go to have all that an item has, averaged over the items; the best value is the mean
 * number of labels of an item. An item without labels counts 0; equal scores count to the last of them, as in scikit-learn. Arguments
 * and errors as of {@link perLabelAuroc}.
 */
export function coverageError(
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
): number {
  return meanOverItems(scores_N_C, targets_N_C, options, ({ positives, negatives }) => {
    if (positives.length === 0) return 0;
    const lowest = Math.min(...positives);
    return positives.length + negatives.filter((score) => score >= lowest).length;
  });
}

/**
 * For each label that an item has, the share of right ones among those that score at least as high, averaged over these labels and then over the
 * items; in (0, 1], 1 for an item with all of its known labels or with none, as in scikit-learn. Arguments and errors as of
 * {@link perLabelAuroc}.
 */
export function labelRankingAveragePrecision(
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
): number {
  return meanOverItems(scores_N_C, targets_N_C, options, ({ positives, negatives }) => {
    if (positives.length === 0 || negatives.length === 0) return 1;
    const atLeast = (scores: readonly number[], own: number) => scores.filter((score) => score >= own).length;
    const shares = positives.map((own) => {
      const right = atLeast(positives, own);
      return right / (right + atLeast(negatives, own));
    });
    return shares.reduce((sum, value) => sum + value, 0) / positives.length;
  });
}

/** The scores of the labels that an item has, and of those that it has not. */
interface RankedLabels {
  readonly positives: number[];
  readonly negatives: number[];
}

/** Over the items of which a label is known; NaN where there are none. */
function meanOverItems(
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
  of: (ranked: RankedLabels) => number,
): number {
  const { items, labels, marks_N_C } = knownLabels(scores_N_C, targets_N_C, options);
  return meanOfDefined(
    Array.from({ length: items }, (_, item) => {
      const ranked: RankedLabels = { positives: [], negatives: [] };
      for (let i = item * labels; i < (item + 1) * labels; i++) {
        if (marks_N_C[i] === 1) ranked.positives.push(scores_N_C[i]!);
        if (marks_N_C[i] === 0) ranked.negatives.push(scores_N_C[i]!);
      }
      return ranked.positives.length + ranked.negatives.length === 0 ? Number.NaN : of(ranked);
    }),
  );
}
