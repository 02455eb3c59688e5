import type { PredictionCalibrator } from "../core/bayesian-model.js";
import { type Predictions, predictions } from "../core/predictions.js";

/** What a model is to be believed by. */
export interface ShownModel {
  /** Makes its probabilities right; draws, strategies and rules for abstaining go without it. */
  readonly calibrator?: PredictionCalibrator | undefined;
  /** Of labels that are each predicted by itself: found on its own probabilities. */
  readonly thresholds?: readonly number[] | undefined;
}

/** The draws as they are shown: calibrated where the model has a calibrator. Throws as it does. */
export function shownPredictions({ calibrator }: ShownModel, draws: Predictions): Predictions {
  return calibrator?.calibrate(draws) ?? draws;
}

/** The thresholds of the probabilities that are shown: calibrated as these are, so that the same labels are chosen. */
export function shownThresholds({ calibrator, thresholds }: ShownModel): readonly number[] | undefined {
  if (calibrator === undefined || thresholds === undefined) return thresholds;
  return [...calibrator.calibrate(predictions("sigmoid", [1, thresholds.length, 1], Float32Array.from(thresholds))).data];
}
