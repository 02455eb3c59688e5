import { binOf, checkBins } from "./check-bins.js";
import { confidenceSummary } from "./confidence-summary.js";
import { defineMetric } from "./metric.js";
import type { CalibrationErrorOptions } from "./reliability-bins.js";

/**
 * Expected calibration error (Guo et al. 2017, arXiv:1706.04599): the distance between accuracy and mean confidence (highest
 * probability) in each bin, weighted by the bin's share of the items; in [0, 1], lower is better. `probs_N_C` is row-major.
 * Batch by batch it keeps one number per bin. Throws as `checkClassified`, and `E_ARGUMENT` for fewer than 1 bin.
 */
export const expectedCalibrationError = defineMetric<CalibrationErrorOptions>(({ bins = 10 }) => {
  checkBins(bins);
  return {
    ...confidenceSummary,
    fold: () => {
      // Per bin: how many more items are right than the confidences promise. The counts cancel in the weighted mean.
      const surplus_B = new Float64Array(bins);
      let items = 0;
      return {
        add: (summaries, at) => {
          const confidence = summaries[at]!;
          surplus_B[binOf(confidence, bins)]! += summaries[at + 1]! - confidence;
          items++;
        },
        value: () => surplus_B.reduce((total, surplus) => total + Math.abs(surplus), 0) / items,
      };
    },
  };
});
