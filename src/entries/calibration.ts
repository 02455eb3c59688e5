/**
 * Probabilities that are right as often as they say.
 *
 * @module baaljs/calibration
 */

export type {
  CalibrationFit,
  CalibrationMethod,
  CalibrationOptions,
  CalibrationState,
} from "../calibration/calibration-state.js";
export { type Calibrator, calibratorFromJSON } from "../calibration/calibrator.js";
export { type LabelCalibrationOptions, labelTemperatureScaling, plattScaling } from "../calibration/label-scaling.js";
export { type DirichletOptions, dirichletCalibration, temperatureScaling, vectorScaling } from "../calibration/scaling.js";
export { type PredictedNumbers, type VarianceCalibrator, varianceScaling } from "../calibration/variance-scaling.js";
