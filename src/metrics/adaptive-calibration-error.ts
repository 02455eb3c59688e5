import { BaalError } from "../errors.js";
import { checkBins } from "./check-bins.js";
import { classProbabilitySummary } from "./class-probability-summary.js";
import { confidenceSummary } from "./confidence-summary.js";
import { defineMetric, type MetricDefinition } from "./metric.js";
import { numberList } from "./number-list.js";

export interface AdaptiveCalibrationOptions {
  /** Number of bins, each with as many items as the others as nearly as can be; 10 by default. */
  readonly bins?: number;
  /**
   * What is binned: `"prediction"` the highest probability of each item, as the expected calibration error does (the default);
   * `"classes"` the probabilities of each class in turn, averaged over the classes, which is the paper's ACE.
   */
  readonly of?: "prediction" | "classes";
}

const METRICS: Readonly<Record<NonNullable<AdaptiveCalibrationOptions["of"]>, (bins: number) => MetricDefinition>> = {
  prediction: (bins) => ({
    ...confidenceSummary,
    fold: () => {
      const confidences = numberList();
      const rights = numberList();
      return {
        add: (summaries, at) => {
          confidences.push(summaries[at]!);
          rights.push(summaries[at + 1]!);
        },
        value: () => equalMassError(confidences.toArray(), rights.toArray(), bins),
      };
    },
  }),
  classes: (bins) => ({
    ...classProbabilitySummary,
    fold: (classes) => {
      const targets = numberList();
      const columns = Array.from({ length: classes }, numberList);
      return {
        add: (summaries, at) => {
          targets.push(summaries[at]!);
          columns.forEach((column, c) => {
            column.push(summaries[at + 1 + c]!);
          });
        },
        value: () => {
          const targets_N = targets.toArray();
          const total = columns.reduce((sum, column, c) => {
            const isClass_N = targets_N.map((target) => (target === c ? 1 : 0));
            return sum + equalMassError(column.toArray(), isClass_N, bins);
          }, 0);
          return total / classes;
        },
      };
    },
  }),
};

/**
 * Adaptive calibration error (Nixon et al. 2019, arXiv:1904.01685): the items are sorted by probability and cut into bins of
 * equally many, so that no bin is nearly empty; then as the expected calibration error. In [0, 1], lower is better. Items of
 * equal probability each count with their common share of right ones, so that the result does not depend on the items' order.
 * `probs_N_C` is row-major. Batch by batch it keeps 2 numbers per item, or 1 + C of `"classes"`.
 * Throws as `checkClassified`, and `E_ARGUMENT` for fewer than 1 bin and for an unknown `of`.
 */
export const adaptiveCalibrationError = defineMetric<AdaptiveCalibrationOptions>(({ bins = 10, of = "prediction" }) => {
  checkBins(bins);
  if (!Object.hasOwn(METRICS, of))
    throw new BaalError("E_ARGUMENT", `of must be one of ${Object.keys(METRICS).join(", ")}; "${of}" came.`);
  return METRICS[of](bins);
});

/** `sum over bins |sum of right - sum of probability| / N`, bins of the sorted probabilities. */
function equalMassError(probs_N: Float64Array, right_N: Float64Array, bins: number): number {
  const items = probs_N.length;
  const order = Uint32Array.from(probs_N, (_, i) => i).sort((a, b) => probs_N[a]! - probs_N[b]!);
  const surplus_B = new Float64Array(bins);
  let bin = 0;
  for (let start = 0, end = 0; start < items; start = end) {
    let right = 0;
    for (; end < items && probs_N[order[end]!] === probs_N[order[start]!]; end++) right += right_N[order[end]!]!;
    const surplus = right / (end - start) - probs_N[order[start]!]!;
    for (let rank = start; rank < end; rank++) {
      while ((bin + 1) * items <= rank * bins) bin++;
      surplus_B[bin]! += surplus;
    }
  }
  return surplus_B.reduce((total, surplus) => total + Math.abs(surplus), 0) / items;
}
