import { BaalError } from "../core/errors.js";
import { checkClassified, defineMetric, type Fold, type MetricDefinition, numberList, predictedClass } from "./metric.js";

/** Summarises an item by its confidence (highest probability) and by whether that class is right, 1 or 0. */
const confidenceSummary: Pick<MetricDefinition, "check" | "summarySize" | "summarize"> = {
  check: checkClassified,
  summarySize: () => 2,
  summarize: (probs_N_C, item, summaries, at) => {
    const predicted = predictedClass(probs_N_C, item);
    summaries[at] = probs_N_C[item.start + predicted]!;
    summaries[at + 1] = predicted === item.target ? 1 : 0;
  },
};

/** Summarises an item by its target, followed by its C probabilities. */
const classProbabilitySummary: Pick<MetricDefinition, "check" | "summarySize" | "summarize"> = {
  check: checkClassified,
  summarySize: (classes) => 1 + classes,
  summarize: (probs_N_C, { start, classes, target }, summaries, at) => {
    summaries[at] = target;
    for (let c = 0; c < classes; c++) summaries[at + 1 + c] = probs_N_C[start + c]!;
  },
};

/**
 * Expected calibration error (Guo et al. 2017, arXiv:1706.04599): the distance between accuracy and mean confidence (highest
 * probability) in each bin, weighted by the bin's share of the items; in [0, 1], lower is better. `probs_N_C` is row-major.
 * Batch by batch it keeps one number per bin. Throws as `checkClassified`, and `E_ARGUMENT` for fewer than 1 bin.
 *
 * @example
 * ```ts
 * import { expectedCalibrationError } from "baaljs/metrics";
 *
 * const probs = [0.9, 0.1, 0.9, 0.1]; // two items, each predicted with 90 % confidence
 * console.log(expectedCalibrationError(probs, [0, 1])); // 0.4: half of them are right
 * ```
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

/** The options of {@link adaptiveCalibrationError}. */
export interface AdaptiveCalibrationOptions {
  /** Number of bins, each with as many items as the others as nearly as can be; 10 by default. */
  readonly bins?: number | undefined;
  /**
   * The probabilities that are binned: `"prediction"` the highest probability of each item, as the expected calibration error does (the default);
   * `"classes"` the probabilities of each class in turn, averaged over the classes, which is the paper's ACE.
   */
  readonly of?: "prediction" | "classes" | undefined;
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

/** The options of calibration errors with bins of equal width. */
export interface CalibrationErrorOptions {
  /** Number of equally wide bins of confidence; 10 by default. */
  readonly bins?: number | undefined;
}

/** The items whose confidence lies in `(low, high]` (in `[low, high]` for the first bin). */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly items: number;
  /** Mean of the highest probabilities; `undefined` for an empty bin, as is `accuracy`. */
  readonly confidence: number | undefined;
  /** Share of the items whose most probable class is their target. */
  readonly accuracy: number | undefined;
}

/**
 * The data of a reliability diagram (Niculescu-Mizil & Caruana 2005; Guo et al. 2017, arXiv:1706.04599): items, mean confidence and
 * accuracy in bins of equal width. `probs_N_C` is row-major. Batch by batch it keeps three numbers per bin.
 * Throws as `checkClassified`, and `E_ARGUMENT` for fewer than 1 bin.
 */
export const reliabilityBins = defineMetric<CalibrationErrorOptions, readonly ReliabilityBin[]>(({ bins = 10 }) => {
  checkBins(bins);
  return { ...confidenceSummary, fold: () => binFold(bins) };
});

function binFold(bins: number): Fold<readonly ReliabilityBin[]> {
  const items_B = new Uint32Array(bins);
  const right_B = new Float64Array(bins);
  const confidence_B = new Float64Array(bins);
  return {
    add: (summaries, at) => {
      const bin = binOf(summaries[at]!, bins);
      items_B[bin]!++;
      confidence_B[bin]! += summaries[at]!;
      right_B[bin]! += summaries[at + 1]!;
    },
    value: () =>
      Array.from(items_B, (items, bin) => ({
        low: bin / bins,
        high: (bin + 1) / bins,
        items,
        confidence: items === 0 ? undefined : confidence_B[bin]! / items,
        accuracy: items === 0 ? undefined : right_B[bin]! / items,
      })),
  };
}

/** Throws `E_ARGUMENT` unless there is at least one bin. */
function checkBins(bins: number): void {
  if (!Number.isInteger(bins) || bins < 1)
    throw new BaalError("E_ARGUMENT", `bins must be a whole number of at least 1; ${bins} came.`);
}

/** The bin of a confidence: bin b of B holds (b/B, (b+1)/B], and the first one 0 too. */
function binOf(confidence: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
}
