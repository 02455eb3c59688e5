import { BaalError } from "../core/errors.js";

/** The record of one step of an active-learning run; all that a stopping criterion sees. JSON values throughout. */
export interface StepRecord {
  /** From 0. */
  readonly step: number;
  /** Labelled items that the model was trained on in this step. */
  readonly numLabelled: number;
  /** Unlabelled items before this step's labels. */
  readonly poolSize: number;
  /** Evaluation of the model trained in this step. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Mean score of all candidates of this step, where the strategy scored them. */
  readonly meanScore?: number | undefined;
  /** Most probable class of each item of a fixed set, in its order, where one was given. */
  readonly predictedClasses?: readonly number[] | undefined;
}

/**
 * Decides from the steps so far whether to go on. A pure function of the history, so that a resumed run decides as an
 * uninterrupted one, and that asking twice changes nothing.
 */
export interface StoppingCriterion {
  readonly name: string;
  /** Why to stop after the last step of `history`, as a sentence for the log; `undefined` to go on. Throws `E_ARGUMENT` when a record lacks what it looks at. */
  reasonToStop(history: readonly StepRecord[]): string | undefined;
}

/**
 * Stops when one of the criteria does.
 *
 * @example
 * ```ts
 * import { anyOf, earlyStopping, labellingBudget } from "baaljs";
 *
 * const criterion = anyOf(labellingBudget(1000), earlyStopping("accuracy", { patience: 5 }));
 * ```
 */
export function anyOf(...criteria: readonly StoppingCriterion[]): StoppingCriterion {
  return combined("anyOf", criteria, (reasons) => reasons.some((reason) => reason !== undefined));
}

/** Stops when all criteria would at the same step; never without any. */
export function allOf(...criteria: readonly StoppingCriterion[]): StoppingCriterion {
  return combined("allOf", criteria, (reasons) => reasons.length > 0 && reasons.every((reason) => reason !== undefined));
}

function combined(
  name: string,
  criteria: readonly StoppingCriterion[],
  isEnough: (reasons: readonly (string | undefined)[]) => boolean,
): StoppingCriterion {
  return {
    name: `${name}(${criteria.map((criterion) => criterion.name).join(", ")})`,
    reasonToStop(history) {
      const reasons = criteria.map((criterion) => criterion.reasonToStop(history));
      return isEnough(reasons) ? reasons.filter((reason) => reason !== undefined).join(" ") : undefined;
    },
  };
}

/** Stops once `count` items are labelled. Throws `E_ARGUMENT` for a count that is no whole number from 1. */
export function labellingBudget(count: number): StoppingCriterion {
  if (!Number.isInteger(count) || count < 1)
    throw new BaalError("E_ARGUMENT", `A labelling budget is a whole number from 1; ${count} came.`);
  return {
    name: "labellingBudget",
    reasonToStop(history) {
      const labelled = history.at(-1)?.numLabelled ?? 0;
      return labelled >= count ? `${labelled} items are labelled, of a budget of ${count}.` : undefined;
    },
  };
}

/** Options of the stopping criterion {@link lowAverageUncertainty}. */
export interface LowAverageUncertaintyOptions {
  /** In the units of the strategy's scores. */
  readonly threshold: number;
  /** Steps in a row that must lie below it; 1 by default. */
  readonly steps?: number | undefined;
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

/** Options of the stopping criterion {@link earlyStopping}. */
export interface EarlyStoppingOptions {
  /** Steps in a row without improvement over the best before them. */
  readonly patience: number;
  /** False by default for a metric whose name speaks of a loss or an error, true for all others. */
  readonly greaterIsBetter?: boolean | undefined;
  /** A smaller change is no improvement; 0 by default. */
  readonly threshold?: number | undefined;
}

/** Whether a metric is the better the less it is, as its name says. */
export function isLowerBetter(metric: string): boolean {
  return /loss|error|brier|likelihood|fpr/i.test(metric);
}

/**
 * Stops after `patience` steps in a row whose metric is no better than the best before them. It counts the same early and late in a run:
 * the first value starts nothing but the comparison. Throws `E_ARGUMENT` for unusable options and for a step without the metric.
 *
 * @example
 * ```ts
 * import { anyOf, earlyStopping, labellingBudget } from "baaljs";
 *
 * const criterion = anyOf(earlyStopping("accuracy", { patience: 3 }), labellingBudget(1000));
 * console.log(criterion.name);
 * ```
 */
export function earlyStopping(metric: string, options: EarlyStoppingOptions): StoppingCriterion {
  const { patience, greaterIsBetter = !isLowerBetter(metric), threshold = 0 } = options;
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

/** Options of the stopping criterion {@link stabilisedPredictions}. */
export interface StabilisedPredictionsOptions {
  /** Mean agreement from which predictions count as stable; 0.99 by default. */
  readonly kappa?: number | undefined;
  /** Consecutive pairs of models whose agreement is averaged; 3 by default. */
  readonly steps?: number | undefined;
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
