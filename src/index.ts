/**
 * What a script needs: models, data sets, the trainer, the loop, and the usual heuristics and strategies.
 *
 * @module baaljs
 */

export {
  ActiveLearningDataset,
  type ActiveLearningDatasetOptions,
  type LabelStepOptions,
} from "./active/active-learning-dataset.js";
export { ActiveLearningLoop, type ActiveLearningLoopOptions, type LoopStep } from "./active/active-learning-loop.js";
export type { AdaptiveDraws, DrawsSpent } from "./active/adaptive-draws.js";
export type { EvidenceSources, ExtractFeatures, PredictPool, PredictPoolOptions } from "./active/gather-evidence.js";
export type { LabelValue } from "./active/labelling/label-value.js";
export { type ItemSelector, LabellingSession, type LabellingSessionOptions } from "./active/labelling/labelling-session.js";
export type { Answer, LabellingCounts, LabellingItem } from "./active/labelling/labelling-state.js";
export {
  allOf,
  anyOf,
  cohenKappa,
  type EarlyStoppingOptions,
  earlyStopping,
  type LowAverageUncertaintyOptions,
  labellingBudget,
  lowAverageUncertainty,
  type StabilisedPredictionsOptions,
  type StepRecord,
  type StoppingCriterion,
  stabilisedPredictions,
} from "./active/stopping.js";
export { DeepEnsemble } from "./bayesian/deep-ensemble.js";
export type { DropoutSite } from "./bayesian/dropout-sites.js";
export {
  fitLastLayerLaplace,
  type LaplaceModel,
  type LaplaceOptions,
  type LaplaceStructure,
} from "./bayesian/laplace/fit-last-layer-laplace.js";
export type { LastLayerLaplace } from "./bayesian/laplace/last-layer-laplace.js";
export type { DropoutPatch, LinearWeight, ModelPatch, WeightPosterior, WeightSampleOptions } from "./bayesian/model-patch.js";
export {
  type DropConnectPatchOptions,
  type DropoutPatchOptions,
  type Patchable,
  type PatchOptions,
  type PatchReport,
  type PatchSettings,
  type PosteriorPatchOptions,
  patchModule,
  unpatchModule,
} from "./bayesian/patch-module.js";
export type {
  BayesianModel,
  FeatureOptions,
  Gradient,
  LastLayer,
  Learner,
  LearnerOptions,
  LossName,
  LossOptions,
  Optimizer,
  ParameterUpdate,
  PredictionCalibrator,
  PredictOptions,
  SoftBatch,
  SoftLearner,
  SoftLossName,
  SoftStepResult,
  StateDict,
  StateTensor,
  StepResult,
} from "./core/bayesian-model.js";
export type { Dataset, EncodedText, Example, Items, RawItems, RowItems, Target } from "./core/dataset.js";
export { BaalError, type ErrorCode } from "./core/errors.js";
export { type Features, features } from "./core/features.js";
export {
  type PredictionKind,
  type Predictions,
  predictions,
  type RegressionDraws,
  regressionDraws,
} from "./core/predictions.js";
export { createRandom, type Random } from "./core/random.js";
export { KIND_OF_TASK, LOSS_OF_TASK, TASK_OF_KIND, TASK_OF_LOSS, type Task } from "./core/task.js";
export { type EmbeddedIntents, type EmbeddedShapes, loadEmbeddedIntents, loadEmbeddedShapes } from "./data/embedded.js";
export { loadHubDataset } from "./data/hub/load-hub-dataset.js";
export { ImageDataset, type ImageDatasetOptions } from "./data/images/image-dataset.js";
export { openRowWriter } from "./data/rows/open-row-writer.js";
export type { Row, RowSource } from "./data/rows/row.js";
export { readRows, streamRows } from "./data/rows/stream-rows.js";
export { loadTokenizer } from "./data/text/load-tokenizer.js";
export {
  TextDataset,
  TextDataset as HuggingFaceDatasets,
  type TextDatasetOptions,
  type TextDatasetOptions as HuggingFaceDatasetsOptions,
} from "./data/text/text-dataset.js";
export { type TrainWordPieceOptions, trainWordPiece } from "./data/text/train-word-piece.js";
export type { Device, DeviceOptions } from "./engine/runtime/session.js";
export { bald } from "./heuristics/bald.js";
export { certainty, entropy, margin } from "./heuristics/confidence.js";
export { variance } from "./heuristics/disagreement.js";
export type { Heuristic } from "./heuristics/heuristic.js";
export { meanProbabilities } from "./heuristics/predictive-distribution.js";
export { getHeuristic } from "./heuristics/registry.js";
export { ModelHost, type ModelHostOptions } from "./host/model-host.js";
export type { EncoderConfig } from "./models/architectures/encoder-config.js";
export type { ImageConfig } from "./models/architectures/image-architectures.js";
export type { LoadingReport } from "./models/checkpoint/loading-report.js";
export type { FolderKind, ModelKind } from "./models/checkpoint/model-kind.js";
export type { LabelDescriptions } from "./models/checkpoint/model-labels.js";
export type { Classification, ClassifyOptions, LabelProbability } from "./models/classification.js";
export type { Estimate, EstimateOptions, ValueEstimate } from "./models/estimation.js";
export type { ModelSource } from "./models/graph/graph-classifier.js";
export type { ImportReport, ReportedTensor } from "./models/graph/import-report.js";
export type { ConvnetConfig, MapPooling } from "./models/head/convnet.js";
export {
  type FeatureVector,
  HeadClassifier,
  type HeadFromConfigOptions,
  type HeadOptions,
} from "./models/head/head-classifier.js";
export type { HeadConfig } from "./models/head/head-config.js";
export {
  type ClassifyImagesOptions,
  ImageClassifier,
  type ImageFromConfigOptions,
  type ImageFromPretrainedOptions,
  type ImageLike,
} from "./models/images/image-classifier.js";
export { type LoadedModel, type LoadModelOptions, loadModel } from "./models/load-model.js";
export type { OutOfScopeFigures, OutOfScopeRule } from "./models/out-of-scope/rule.js";
export type { OutOfScopeScore } from "./models/out-of-scope/scores.js";
export { loadRecipe, type ModelRecipe, modelFromRecipe } from "./models/text/recipe.js";
export {
  type ClassifyTextsOptions,
  type FromConfigOptions,
  type FromPretrainedOptions,
  TextClassifier,
  type TextInput,
} from "./models/text/text-classifier.js";
export { badge } from "./strategies/badge.js";
export { batchBald } from "./strategies/batch-bald/batch-bald.js";
export { kMeansSampling } from "./strategies/k-means.js";
export { power, random, topK } from "./strategies/ranked.js";
export { getStrategy } from "./strategies/registry.js";
export type { CandidatePool, Selection, Strategy } from "./strategies/strategy.js";
export { typiclust } from "./strategies/typiclust.js";
export { BaalTrainer, type BaalTrainerOptions, type TrainOptions } from "./training/baal-trainer.js";
export {
  type ContrastiveModel,
  type ContrastiveResult,
  type ContrastiveTrainOptions,
  trainContrastively,
} from "./training/contrastive/train-contrastive.js";
export type { ComputeMetrics, EvaluationOutcome, Metrics } from "./training/evaluation-metrics.js";
export { fitOutOfScope, type OutOfScopeOptions } from "./training/fit-out-of-scope.js";
export {
  type FitThresholdsOptions,
  type FittedThresholds,
  fitThresholds,
  type ThresholdModel,
} from "./training/fit-thresholds.js";
export { type PretrainOptions, type PretrainResult, pretrainMaskedLM } from "./training/masked-lm/pretrain-masked-lm.js";
export {
  type AdvisedModel,
  type ModelTraits,
  recommendTraining,
  type TrainingAdvice,
  type TrainingRecipe,
} from "./training/recommend-training.js";
export type { TrainResult } from "./training/run-training.js";
export type { SamplerName } from "./training/sampled-order.js";
export type { Augment, SemiSupervisedMethod, SemiSupervision } from "./training/semi-supervised/methods.js";
export { type PerturbTokensOptions, perturbTokens } from "./training/semi-supervised/unlabelled-batches.js";
export { type SolvableModel, type SolveOptions, type SolveResult, solveLastLayer } from "./training/solve-last-layer.js";
export { type RecipeOptions, type RecipeResult, trainByRecipe } from "./training/train-by-recipe.js";
export {
  EarlyStoppingCallback,
  type ProgressListener,
  type SnapshotOptions,
  snapshotCallback,
  type TrainerCallback,
  type TrainerControl,
  type TrainerProgress,
} from "./training/trainer-callback.js";
export type { TrainingArguments } from "./training/training-arguments.js";
