/**
 * Metrics of predictions, with intervals: arrays in, numbers out. Loads nothing native.
 *
 * @module baaljs/metrics
 */

export {
  type BootstrapInterval,
  type BootstrapOptions,
  bootstrapDifference,
  bootstrapInterval,
  type IntervalMethod,
} from "../metrics/bootstrap-interval.js";
export {
  type AdaptiveCalibrationOptions,
  adaptiveCalibrationError,
  type CalibrationErrorOptions,
  classwiseCalibrationError,
  expectedCalibrationError,
  perClassCalibrationError,
  type ReliabilityBin,
  reliabilityBins,
} from "../metrics/calibration-error.js";
export {
  type AccuracyOptions,
  type Average,
  type AverageOptions,
  accuracy,
  balancedAccuracy,
  brierScore,
  type ClassScores,
  classRecall,
  classScores,
  computeClassificationMetrics,
  confusionMatrix,
  f1Score,
  macroF1,
  negativeLogLikelihood,
  precision,
  recall,
} from "../metrics/classification-metrics.js";
export type { LabelsOptions } from "../metrics/known-labels.js";
export {
  coverageError,
  labelRankingAveragePrecision,
  labelRankingLoss,
  meanAveragePrecision,
  perLabelAuroc,
  perLabelAveragePrecision,
} from "../metrics/label-ranking-metrics.js";
export { labelThresholds } from "../metrics/label-thresholds.js";
export {
  type Accumulator,
  accumulate,
  type Fold,
  type ItemPlace,
  type MetricDefinition,
  type MetricFunction,
} from "../metrics/metric.js";
export {
  computeMultiLabelMetrics,
  hammingLoss,
  type LabelCounts,
  type LabelScores,
  type MultiLabelAverage,
  type MultiLabelF1Options,
  type MultiLabelMetrics,
  multiLabelF1,
  multiLabelScores,
  subsetAccuracy,
  type ThresholdOptions,
} from "../metrics/multi-label-metrics.js";
export { gaussianIntervals, type PredictiveMoments, predictiveMoments } from "../metrics/predictive-moments.js";
export {
  auroc,
  averagePrecision,
  type FprAtTprOptions,
  fprAtTpr,
  type OutOfScopeMetrics,
  outOfScopeMetrics,
} from "../metrics/ranking-metrics.js";
export {
  computeRegressionMetrics,
  type Intervals,
  intervalCoverage,
  meanAbsoluteError,
  type OutputsOptions,
  type RegressionMetrics,
  r2,
  rootMeanSquaredError,
  spearman,
} from "../metrics/regression-metrics.js";
export { type ReliabilityDiagramOptions, reliabilityDiagram } from "../metrics/reliability-diagram.js";
