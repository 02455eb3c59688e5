import { BaalError } from "../errors.js";
import { scoreMetric } from "./score-metric.js";

export interface FprAtTprOptions {
  /** Share of the positive items that must be found, in (0, 1]; 0.95 by default. */
  readonly tpr?: number;
}

/**
 * False positive rate at the highest threshold that finds the share `tpr` of the positive items: FPR95 by default, as
 * out-of-distribution detection reports it (Liang et al. 2018, arXiv:1706.02690). In [0, 1], lower is better.
 * `positives_N` and errors as for `auroc`; `E_ARGUMENT` also for a `tpr` out of range.
 */
export const fprAtTpr = scoreMetric<FprAtTprOptions>("FPR at TPR", ({ tpr = 0.95 }) => {
  if (!(tpr > 0 && tpr <= 1)) throw new BaalError("E_ARGUMENT", `tpr must be in (0, 1]; ${tpr} came.`);
  return ({ points, positives, negatives }) =>
    points.find(({ truePositives }) => truePositives / positives >= tpr)!.falsePositives / negatives;
});
