import { BaalError } from "../../errors.js";
import type { StoppingCriterion } from "../stopping-criterion.js";

export interface EarlyStoppingOptions {
  /** Steps in a row without improvement over the best before them. */
  readonly patience: number;
  /** False by default for a metric whose name speaks of a loss or an error, true for all others. */
  readonly greaterIsBetter?: boolean;
  /** A smaller change is no improvement; 0 by default. */
  readonly threshold?: number;
}

const SMALLER_IS_BETTER = /loss|error|brier|likelihood/i;

/**
 * Stops after `patience` steps in a row whose metric is no better than the best before them. It counts the same early and late in a run:
 * the first value starts nothing but the comparison. Throws `E_ARGUMENT` for unusable options and for a step without the metric.
 */
export function earlyStopping(metric: string, options: EarlyStoppingOptions): StoppingCriterion {
  const { patience, greaterIsBetter = !SMALLER_IS_BETTER.test(metric), threshold = 0 } = options;
  if (!Number.isInteger(patience) || patience < 1 || !(threshold >= 0)) {
    throw new BaalError(
      "E_ARGUMENT",
      `Patience is a whole number from 1 and the threshold at least 0; ${patience} and ${threshold} came.`,
    );
  }
  const sign = greaterIsBetter ? 1 : -1;
  return {
    name: "earlyStopping",
    reasonToStop(history) {
      let best = Number.NEGATIVE_INFINITY;
      let waited = 0;
      for (const { step, metrics } of history) {
        const value = metrics[metric];
        if (value === undefined) {
          throw new BaalError("E_ARGUMENT", `Step ${step} has no metric "${metric}"; it has ${Object.keys(metrics).join(", ")}.`);
        }
        waited = sign * value > best + threshold ? 0 : waited + 1;
        best = Math.max(best, sign * value);
      }
      return waited >= patience ? `${metric} has not improved for ${waited} steps; the best was ${sign * best}.` : undefined;
    },
  };
}
