import { isBetter } from "./better-metric.js";
import type { TrainerCallback } from "./trainer-callback.js";
import type { LogEntry } from "./trainer-state.js";

export interface EarlyStoppingOptions {
  /** Training stops after this many evaluations in a row that did not improve on the best one before. 1 by default. */
  readonly patience?: number;
  /** An improvement is a change by more than this. 0 by default. */
  readonly threshold?: number;
}

/**
 * Stops training when `metricForBestModel` no longer improves (Prechelt 1998). It reads the log and keeps nothing itself, so a
 * resumed run stops where an uninterrupted one does.
 */
export class EarlyStoppingCallback implements TrainerCallback {
  readonly #patience: number;
  readonly #threshold: number;

  constructor({ patience = 1, threshold = 0 }: EarlyStoppingOptions = {}) {
    this.#patience = patience;
    this.#threshold = threshold;
  }

  readonly onEvaluate: NonNullable<TrainerCallback["onEvaluate"]> = (state, control, { args }) => {
    const { metricForBestModel, greaterIsBetter } = args;
    const values = state.logHistory.filter(isEvaluation).map((entry) => entry.values[metricForBestModel] ?? Number.NaN);
    if (evaluationsWithoutImprovement(values, { greaterIsBetter, threshold: this.#threshold }) >= this.#patience) {
      control.shouldStop = true;
    }
  };
}

function isEvaluation(entry: LogEntry): boolean {
  return entry.kind === "evaluate";
}

function evaluationsWithoutImprovement(
  values: readonly number[],
  options: { readonly greaterIsBetter: boolean; readonly threshold: number },
): number {
  let best: number | null = null;
  let waited = 0;
  for (const value of values) {
    waited = isBetter(value, best, options) ? 0 : waited + 1;
    if (isBetter(value, best, { greaterIsBetter: options.greaterIsBetter })) best = value;
  }
  return waited;
}
