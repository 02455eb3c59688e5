import { BaalError } from "../errors.js";
import { defineMetric, type MetricFunction } from "./metric.js";
import { numberList } from "./number-list.js";

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
export function scoreMetric<Options extends object>(
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
