import { BaalError } from "../../errors.js";
import type { StoppingCriterion } from "../stopping-criterion.js";

export interface StabilisedPredictionsOptions {
  /** Mean agreement from which predictions count as stable; 0.99 by default. */
  readonly kappa?: number;
  /** Consecutive pairs of models whose agreement is averaged; 3 by default. */
  readonly steps?: number;
}

/**
 * Stops once consecutive models agree on a fixed set of unlabelled items: mean Cohen's kappa of their predicted classes over a window
 * (Bloodgood & Vijay-Shanker 2009, arXiv:1409.5165). Throws `E_ARGUMENT` for unusable options and for a step without predictions of that set.
 */
export function stabilisedPredictions({ kappa = 0.99, steps = 3 }: StabilisedPredictionsOptions = {}): StoppingCriterion {
  if (!(kappa > 0 && kappa <= 1) || !Number.isInteger(steps) || steps < 1) {
    throw new BaalError(
      "E_ARGUMENT",
      `A kappa in (0, 1] and a whole number of steps from 1 are needed; ${kappa} and ${steps} came.`,
    );
  }
  return {
    name: "stabilisedPredictions",
    reasonToStop(history) {
      const classes = history.slice(-steps - 1).map(({ step, predictedClasses }) => {
        if (predictedClasses?.length) return predictedClasses;
        throw new BaalError("E_ARGUMENT", `Step ${step} has no predicted classes: give the experiment a stopSet.`);
      });
      if (classes.length <= steps) return undefined;
      let total = 0;
      for (let i = 1; i < classes.length; i++) total += cohenKappa(classes[i - 1]!, classes[i]!);
      const mean = total / steps;
      return mean >= kappa ? `The last ${steps + 1} models agree on the stop set: mean kappa ${mean.toFixed(4)}.` : undefined;
    },
  };
}

/** (observed - expected agreement) / (1 - expected); 1 where both always name one and the same class. Throws `E_SHAPE`. */
export function cohenKappa(first_N: readonly number[], second_N: readonly number[]): number {
  const items = first_N.length;
  if (items === 0 || second_N.length !== items)
    throw new BaalError(
      "E_SHAPE",
      `Kappa compares two non-empty lists of equal length; ${items} and ${second_N.length} classes came.`,
    );
  const counts = new Map<number, [number, number]>();
  let agreed = 0;
  for (let i = 0; i < items; i++) {
    for (const [side, label] of [first_N[i]!, second_N[i]!].entries()) {
      const count = counts.get(label) ?? [0, 0];
      count[side as 0 | 1]++;
      counts.set(label, count);
    }
    if (first_N[i] === second_N[i]) agreed++;
  }
  let expected = 0;
  for (const [a, b] of counts.values()) expected += (a * b) / items ** 2;
  return expected === 1 ? 1 : (agreed / items - expected) / (1 - expected);
}
