import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { predictiveMoments } from "../metrics/predictive-moments.js";
import type { ClassifyOptions } from "./classification.js";

/** How `estimate` answers: draws and their seed. */
export type EstimateOptions = Omit<ClassifyOptions, "topK">;

/** A number that a regression predicts. */
export interface ValueEstimate {
  /** The name of the number, of the model's labels. */
  readonly label: string;
  /** The mean over the draws, in the unit that the model was trained with. */
  readonly value: number;
  /**
   * Standard deviation of what is predicted, of several draws or of a model that predicts its noise: of the draws' values and the noise together. What more training
   * data would take away is {@link epistemic}.
   */
  readonly deviation?: number | undefined;
  /** Standard deviation of the draws' values alone. */
  readonly epistemic?: number | undefined;
}

/** A regression's answer for one input: its first number, and all of them. */
export interface Estimate extends ValueEstimate {
  /** In the order of the model's labels. */
  readonly values: readonly ValueEstimate[];
}

/** The answers to predicted items, in their order. Throws `E_ARGUMENT` for predictions of a classifier. */
export function estimates(draws: Predictions, labels: readonly string[]): Estimate[] {
  const { means_N_C, variances_N_C, epistemic_N_C } = predictiveMoments(draws);
  const [items = 0, outputs = 0, iterations = 1] = draws.shape;
  const hasSpread = iterations > 1 || draws.logVariances !== undefined;
  return Array.from({ length: items }, (_, item) => {
    const values = labels.map((label, c): ValueEstimate => {
      const at = item * outputs + c;
      const spread = { deviation: Math.sqrt(variances_N_C[at]!), epistemic: Math.sqrt(epistemic_N_C[at]!) };
      return { label, value: means_N_C[at]!, ...(hasSpread ? spread : {}) };
    });
    return { ...values[0]!, values };
  });
}

/** Throws `E_ARGUMENT` where a model of classes is asked for numbers, or one of numbers for classes, naming the call that answers. */
export function checkAsked(isRegression: boolean, asked: "classify" | "estimate"): void {
  if (isRegression === (asked === "estimate")) return;
  throw new BaalError(
    "E_ARGUMENT",
    isRegression
      ? "This model predicts numbers (a regression), and classify names classes: call estimate."
      : "This model names classes, and estimate is for one that predicts numbers (a regression): call classify.",
  );
}
