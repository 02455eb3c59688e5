import { BaalError } from "../core/errors.js";
import { defineMetric, type MetricFunction, numberList } from "./metric.js";

/**
 * Area under the ROC curve, in [0, 1]: the probability that a positive item scores higher than a negative one, ties counting half
 * (Mann and Whitney 1947). `positives_N` holds 1 or true for positives, 0 or false for the rest. O(N log N).
 * Throws `E_ARGUMENT` when one of the two kinds is missing, `E_SHAPE`, `E_NOT_FINITE`.
 *
 * @example
 * ```ts
 * import { auroc } from "baaljs/metrics";
 *
 * console.log(auroc([0.9, 0.4, 0.6, 0.1], [true, true, false, false])); // 0.75
 * ```
 */
export const auroc = scoreMetric<object>("AUROC", () => ({ points, positives, negatives }) => {
  let wins = 0;
  let before = 0; // positives that score higher
  let passed = 0;
  for (const { truePositives, falsePositives } of points) {
    wins += ((falsePositives - passed) * (before + truePositives)) / 2;
    before = truePositives;
    passed = falsePositives;
  }
  return wins / (positives * negatives);
});

/**
 * Area under the precision-recall curve as average precision, in [0, 1]: the precision at each distinct score, weighted by the
 * recall that the score adds (`sum (R_i - R_(i-1)) P_i`; no interpolation, which would be too optimistic, Davis & Goadrich 2006).
 * A score that says nothing gets the share of positive items. Ties count together, as in scikit-learn. `positives_N` and errors as for `auroc`.
 */
export const averagePrecision = scoreMetric<object>("Average precision", () => ({ points, positives }) => {
  let area = 0;
  let found = 0;
  for (const { truePositives, falsePositives } of points) {
    area += ((truePositives - found) * truePositives) / (truePositives + falsePositives);
    found = truePositives;
  }
  return area / positives;
});

/** The options of {@link fprAtTpr}. */
export interface FprAtTprOptions {
  /** Share of the positive items that must be found, in (0, 1]; 0.95 by default. */
  readonly tpr?: number | undefined;
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

/** How well a score tells items out of scope from the others; see {@link outOfScopeMetrics}. */
export interface OutOfScopeMetrics {
  readonly auroc: number;
  /** False positive rate at a true positive rate of 95 %. */
  readonly fpr95: number;
  /** Average precision. */
  readonly prAuc: number;
}

/**
 * How well `scores_N` tell out-of-scope (out-of-distribution) items, which are the positives, from the rest: higher scores should
 * mean out of scope. For a confidence, hand in its negative. Throws as `auroc`.
 */
export function outOfScopeMetrics(scores_N: ArrayLike<number>, isOutOfScope_N: ArrayLike<number | boolean>): OutOfScopeMetrics {
  return {
    auroc: auroc(scores_N, isOutOfScope_N),
    fpr95: fprAtTpr(scores_N, isOutOfScope_N),
    prAuc: averagePrecision(scores_N, isOutOfScope_N),
  };
}

/** Items marked as positive by 1 or true; scores that should be higher for them. */
export type ScoreMetric<Options extends object = object> = MetricFunction<Options, number, number | boolean>;

/** How many positive and negative items score at least as high as a threshold. */
export interface RocPoint {
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** The points of the ROC curve from the highest score down, one for each distinct score. */
export interface RocCurve {
  readonly points: readonly RocPoint[];
  readonly positives: number;
  readonly negatives: number;
}

/** A metric of `scores_N` and marks of the positive items, read off the ROC curve. It keeps one number per item. */
function scoreMetric<Options extends object>(
  name: string,
  make: (options: Partial<Options>) => (curve: RocCurve) => number,
): ScoreMetric<Options> {
  return defineMetric<Options, number, number | boolean>((options) => {
    const read = make(options);
    return {
      check: checkScored,
      summarySize: () => 2,
      summarize: (scores_N, { start, target }, summaries, at) => {
        summaries[at] = scores_N[start]!;
        summaries[at + 1] = target ? 1 : 0;
      },
      fold: () => {
        const positives = numberList();
        const negatives = numberList();
        return {
          add: (summaries, at) => (summaries[at + 1] ? positives : negatives).push(summaries[at]!),
          value: () => {
            if (positives.length === 0 || negatives.length === 0) {
              const came = `${positives.length} and ${negatives.length} came`;
              throw new BaalError("E_ARGUMENT", `${name} needs positive and negative items; ${came}.`);
            }
            return read(rocCurve(positives.toArray().sort(), negatives.toArray().sort()));
          },
        };
      },
    };
  });
}

/** Both arrays ascending. */
function rocCurve(positives: Float64Array, negatives: Float64Array): RocCurve {
  const points: RocPoint[] = [];
  let p = positives.length;
  let n = negatives.length;
  while (p > 0 || n > 0) {
    const threshold = Math.max(positives[p - 1] ?? -Infinity, negatives[n - 1] ?? -Infinity);
    while (p > 0 && positives[p - 1]! === threshold) p--;
    while (n > 0 && negatives[n - 1]! === threshold) n--;
    points.push({ truePositives: positives.length - p, falsePositives: negatives.length - n });
  }
  return { points, positives: positives.length, negatives: negatives.length };
}

/** Throws `E_SHAPE`, `E_NOT_FINITE`, or `E_ARGUMENT` for a mark that is none. */
function checkScored(scores_N: ArrayLike<number>, positives_N: ArrayLike<number | boolean>): number {
  if (positives_N.length !== scores_N.length)
    throw new BaalError("E_SHAPE", `${scores_N.length} scores came with ${positives_N.length} marks of positives.`);
  for (let i = 0; i < scores_N.length; i++) {
    if (!Number.isFinite(scores_N[i])) throw new BaalError("E_NOT_FINITE", `Item ${i} has the score ${scores_N[i]}.`);
    const mark = Number(positives_N[i]);
    if (mark !== 0 && mark !== 1)
      throw new BaalError("E_ARGUMENT", `Item ${i} has the mark ${positives_N[i]}, where 1 or true, 0 or false was expected.`);
  }
  return 1;
}
