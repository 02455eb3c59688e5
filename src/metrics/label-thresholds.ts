import { knownLabels, type LabelColumn, type LabelsOptions, labelColumns } from "./known-labels.js";

/** What a label is predicted from where nothing says better. */
export const DEFAULT_THRESHOLD = 0.5;

/**
 * For each label the probability from which on it is best predicted: the one with the highest F1 on these items, where the label is known ("SCut";
 * Yang 2001). To be called with held-out items only. A threshold lies halfway between two probabilities, or, below the lowest one, at it; of
 * several with the same F1 it is the one nearest to 0.5. A label that no item has keeps 0.5.
 *
 * `probs_N_C` and `targets_N_C` are row-major; a target is 1, 0 or `null` (unknown). Throws `E_ARGUMENT`, `E_SHAPE`, `E_NOT_FINITE`.
 *
 * @example
 * ```ts
 * import { labelThresholds, multiLabelF1 } from "baaljs/metrics";
 *
 * const [probs, targets] = [[0.3, 0.9, 0.4, 0.2, 0.1, 0.6], [1, 1, 1, 0, 0, 0]]; // three items of two labels
 * const thresholds = labelThresholds(probs, targets, { labels: 2 });
 * console.log(thresholds, multiLabelF1(probs, targets, { labels: 2, thresholds })); // [0.2, 0.75], 1
 * ```
 */
export function labelThresholds(
  probs_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: LabelsOptions,
): Float64Array {
  const columns = labelColumns(probs_N_C, knownLabels(probs_N_C, targets_N_C, options));
  return Float64Array.from(columns, bestThreshold);
}

function bestThreshold({ scores, positives }: LabelColumn): number {
  const support = positives.filter(Boolean).length;
  if (support === 0) return DEFAULT_THRESHOLD;
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  let [hits, best] = [0, { f1: 0, threshold: DEFAULT_THRESHOLD }];
  order.forEach((item, place) => {
    if (positives[item]) hits++;
    const own = scores[item]!;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === own) return;
    // 2 TP / (2 TP + FP + FN), where `place + 1` items are predicted
    const f1 = (2 * hits) / (place + 1 + support);
    const threshold = next === undefined ? nearest(own) : nearest(own, scores[next]!);
    const isNearer = Math.abs(threshold - DEFAULT_THRESHOLD) < Math.abs(best.threshold - DEFAULT_THRESHOLD);
    if (f1 > best.f1 || (f1 === best.f1 && f1 > 0 && isNearer)) best = { f1, threshold };
  });
  return best.threshold;
}

/**
 * 0.5 where it parts the items in the same way: between the lowest predicted probability and the highest that is not. Otherwise the middle of the two,
 * which is never rounded down to the one below.
 */
function nearest(lowest: number, below = Number.NEGATIVE_INFINITY): number {
  if (below < DEFAULT_THRESHOLD && DEFAULT_THRESHOLD <= lowest) return DEFAULT_THRESHOLD;
  if (below === Number.NEGATIVE_INFINITY) return lowest;
  const middle = (lowest + below) / 2;
  return middle > below ? middle : lowest;
}
