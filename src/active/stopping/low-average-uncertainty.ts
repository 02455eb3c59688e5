import { BaalError } from "../../errors.js";
import type { StoppingCriterion } from "../stopping-criterion.js";

export interface LowAverageUncertaintyOptions {
  /** In the units of the strategy's scores. */
  readonly threshold: number;
  /** Steps in a row that must lie below it; 1 by default. */
  readonly steps?: number;
}

/**
 * Stops once the candidates' mean score lies below a threshold: there is little left to learn. Throws `E_ARGUMENT` for unusable
 * options, and when a step has no mean score because its strategy does not score items one by one.
 */
export function lowAverageUncertainty({ threshold, steps = 1 }: LowAverageUncertaintyOptions): StoppingCriterion {
  if (!Number.isFinite(threshold) || !Number.isInteger(steps) || steps < 1) {
    throw new BaalError(
      "E_ARGUMENT",
      `A finite threshold and a whole number of steps from 1 are needed; ${threshold} and ${steps} came.`,
    );
  }
  return {
    name: "lowAverageUncertainty",
    reasonToStop(history) {
      const last = history.slice(-steps).map(({ step, meanScore }) => {
        if (meanScore !== undefined) return meanScore;
        throw new BaalError(
          "E_ARGUMENT",
          `Step ${step} has no mean score: use a strategy that scores items one by one, such as "power:bald".`,
        );
      });
      if (last.length < steps || last.some((score) => score >= threshold)) return undefined;
      return `The mean score was below ${threshold} for ${steps} step(s), at last ${last.at(-1)}.`;
    },
  };
}
