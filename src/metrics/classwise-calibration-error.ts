import { binOf, checkBins } from "./check-bins.js";
import { classProbabilitySummary } from "./class-probability-summary.js";
import { defineMetric, type MetricDefinition } from "./metric.js";
import type { CalibrationErrorOptions } from "./reliability-bins.js";

/**
 * Class-wise calibration error (Kull et al. 2019, arXiv:1910.12656), one number per class, `[C]`: in bins of equal width of the
 * class's probability, the distance between that probability's mean and the share of items that are of the class, weighted by
 * the bins' shares of the items. It also sees the probabilities of the classes that are not predicted. `probs_N_C` is row-major.
 * Batch by batch it keeps C x bins numbers. Throws as `checkClassified`, and `E_ARGUMENT` for fewer than 1 bin.
 */
export const perClassCalibrationError = defineMetric<CalibrationErrorOptions, Float64Array>(({ bins = 10 }) =>
  perClassMetric(bins, (errors_C) => errors_C),
);

/** The mean over the classes of {@link perClassCalibrationError}; in [0, 1], lower is better. Throws as it does. */
export const classwiseCalibrationError = defineMetric<CalibrationErrorOptions>(({ bins = 10 }) =>
  perClassMetric(bins, (errors_C) => errors_C.reduce((a, b) => a + b) / errors_C.length),
);

function perClassMetric<Value>(bins: number, finish: (errors_C: Float64Array) => Value): MetricDefinition<Value> {
  checkBins(bins);
  return {
    ...classProbabilitySummary,
    fold: (classes) => {
      const surplus_C_B = new Float64Array(classes * bins);
      let items = 0;
      return {
        add: (summaries, at) => {
          const target = summaries[at]!;
          for (let c = 0; c < classes; c++) {
            const probability = summaries[at + 1 + c]!;
            surplus_C_B[c * bins + binOf(probability, bins)]! += (c === target ? 1 : 0) - probability;
          }
          items++;
        },
        value: () => {
          const errors_C = new Float64Array(classes);
          surplus_C_B.forEach((surplus, cell) => {
            errors_C[Math.floor(cell / bins)]! += Math.abs(surplus) / items;
          });
          return finish(errors_C);
        },
      };
    },
  };
}
