export type { CalibrationFit, CalibrationMethod, CalibrationState } from "../calibration/calibration-state.js";
export { type Calibrator, calibratorFromJSON } from "../calibration/calibrator.js";
export {
  type CalibrationOptions,
  type DirichletOptions,
  dirichletCalibration,
  temperatureScaling,
  vectorScaling,
} from "../calibration/scaling.js";
