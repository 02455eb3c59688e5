import { binOf, checkBins } from "./check-bins.js";
import { confidenceSummary } from "./confidence-summary.js";
import { defineMetric, type Fold } from "./metric.js";

export interface CalibrationErrorOptions {
  /** Number of equally wide bins of confidence; 10 by default. */
  readonly bins?: number;
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
