/**
 * Learning curves of several strategies over several seeds, resumable, with reports.
 *
 * @module baaljs/experiment
 */

export {
  ActiveLearningExperiment,
  type ActiveLearningExperimentOptions,
  type ExperimentRunOptions,
} from "../experiment/active-learning-experiment.js";
export { experimentDatasets } from "../experiment/datasets/dataset-table.js";
export type { DataPlace, ExperimentData, ExperimentDataset } from "../experiment/datasets/experiment-data.js";
export type { ExperimentConfig, ExperimentConfigInput } from "../experiment/experiment-config.js";
export type { CellEvent, StepSeconds } from "../experiment/experiment-plan.js";
export { type Cell, type ExperimentPlan, planExperiment } from "../experiment/experiment-plan.js";
export { type ExperimentResult, readResults } from "../experiment/experiment-results.js";
export { type PreparedExperiment, prepareExperiment } from "../experiment/prepare-experiment.js";
export { type WrittenReport, writeReport } from "../experiment/report/write-report.js";
export { type RunExperimentOptions, runExperiment } from "../experiment/run-experiment.js";
export type { RunRecord } from "../experiment/run-record.js";
export type { ExperimentStep, StepDetails } from "../experiment/step-store.js";
