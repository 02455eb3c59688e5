export {
  ActiveLearningDataset,
  type ActiveLearningDatasetOptions,
  type LabelStepOptions,
} from "./active/active-learning-dataset.js";
export { ActiveLearningLoop, type ActiveLearningLoopOptions, type LoopStep } from "./active/active-learning-loop.js";
export type { EvidenceSources, ExtractFeatures, PredictPool, PredictPoolOptions } from "./active/gather-evidence.js";
export type { LabelValue } from "./active/labelling/label-value.js";
export { type ItemSelector, LabellingSession, type LabellingSessionOptions } from "./active/labelling/labelling-session.js";
export type { Answer, LabellingCounts, LabellingItem } from "./active/labelling/labelling-state.js";
export type { StepRecord, StoppingCriterion } from "./active/stopping.js";
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
export type { CalibrationFit, CalibrationMethod, CalibrationState } from "./calibration/calibration-state.js";
export { type Calibrator, calibratorFromJSON } from "./calibration/calibrator.js";
export type { CalibrationOptions } from "./calibration/fit-calibrator.js";
export { type DirichletOptions, dirichletCalibration, temperatureScaling, vectorScaling } from "./calibration/fit-calibrator.js";
export type {
  BayesianModel,
  FeatureOptions,
  Gradient,
  Learner,
  LearnerOptions,
  LossName,
  LossOptions,
  Optimizer,
  ParameterUpdate,
  PredictOptions,
  SoftBatch,
  SoftLearner,
  SoftLossName,
  SoftStepResult,
  StateDict,
  StateTensor,
  StepResult,
} from "./core/bayesian-model.js";
export type { Dataset, EncodedText, Example, Target } from "./core/dataset.js";
export { BaalError, type ErrorCode } from "./core/errors.js";
export { type Features, features } from "./core/features.js";
export { joinFeatures, joinPredictions } from "./core/join-chunks.js";
export { type PredictionKind, type Predictions, type PredictionsOptions, predictions } from "./core/predictions.js";
export { createRandom, type Random, restoreRandom } from "./core/random.js";
export { type EmbeddedIntents, type EmbeddedShapes, loadEmbeddedIntents, loadEmbeddedShapes } from "./data/embedded.js";
export {
  type CachedFeaturesOptions,
  type CachedFeaturesProgress,
  cachedFeatures,
  type FeatureEncoder,
} from "./data/features/cached-features.js";
export { FeatureDataset } from "./data/features/feature-dataset.js";
export { type FeatureStatistics, featureStatistics } from "./data/features/feature-statistics.js";
export { FileBackedRows, type FileBackedRowsOptions } from "./data/file-backed/file-backed-rows.js";
export { listFiles, resolveFile, resolveFiles } from "./data/hub/resolve-file.js";
export { resolveModelFolder } from "./data/hub/resolve-model-folder.js";
export { loadHubDataset } from "./data/hub-dataset/load-hub-dataset.js";
export { augmentImages, augmentInTurn } from "./data/images/augment/augment-images.js";
export { type ColourJitterOptions, colourJitter } from "./data/images/augment/colour-jitter.js";
export { strongAugmentation, weakAugmentation } from "./data/images/augment/fix-match-augmentations.js";
export {
  type CutoutOptions,
  cutout,
  type HorizontalFlipOptions,
  horizontalFlip,
  type RandomCropOptions,
  type RotationOptions,
  randomCrop,
  rotation,
} from "./data/images/augment/geometry.js";
export type { ImageAugmentation } from "./data/images/augment/image-augmentation.js";
export { type RandAugmentOptions, randAugment } from "./data/images/augment/rand-augment.js";
export { type BadImage, type CheckImagesOptions, checkImages, withoutBadImages } from "./data/images/check-images.js";
export type { DecodeLimits } from "./data/images/decode-image.js";
export { type FetchImageOptions, fetchImage } from "./data/images/fetch/fetch-image.js";
export type { ImageDownloadOptions } from "./data/images/fetch/image-downloads.js";
export { ImageDataset, type ImageDatasetOptions } from "./data/images/image-dataset.js";
export type { ImageInput, ImagePixels } from "./data/images/image-input.js";
export type { AugmentableImage } from "./data/images/image-item.js";
export {
  IMAGENET_MEAN,
  IMAGENET_STD,
  type ImageProcessor,
  type ImageProcessorSettings,
  type ResizeLike,
} from "./data/images/image-processor.js";
export type { ImageSource } from "./data/images/image-source.js";
export type { PixelImage } from "./data/images/pixel-image.js";
export { imageProcessor, type PlainImageProcessorOptions } from "./data/images/plain-image-processor.js";
export { imageProcessorFromConfig } from "./data/images/preprocessor-config.js";
export { readImageProcessor } from "./data/images/read-image-processor.js";
export type { Resample } from "./data/images/resample.js";
export { type Cifar10Options, readCifar10 } from "./data/images/sources/read-cifar10.js";
export { type IdxArray, type PixelImageRow, readIdx, readIdxImages } from "./data/images/sources/read-idx.js";
export { type ImageArchiveOptions, type ImageArchiveRow, readImageArchive } from "./data/images/sources/read-image-archive.js";
export { type ImageFileRow, readImageFolder } from "./data/images/sources/read-image-folder.js";
export { readClinc } from "./data/readers/read-clinc.js";
export { readRows } from "./data/readers/read-rows.js";
export { streamRows } from "./data/readers/stream-rows.js";
export type { Row, RowSource } from "./data/row.js";
export { loadTokenizer } from "./data/text/load-tokenizer.js";
export { HuggingFaceDatasets, type HuggingFaceDatasetsOptions } from "./data/text/text-dataset.js";
export { TextTokenizer, tokenizerFromFiles } from "./data/text/text-tokenizer.js";
export { type TrainWordPieceOptions, trainWordPiece } from "./data/text/train-word-piece.js";
export { openRowWriter } from "./data/writers/open-row-writer.js";
export { AdamW, type AdamWOptions } from "./engine/optimizers/adamw.js";
export { Sgd, type SgdOptions } from "./engine/optimizers/sgd.js";
export { availableDevices, type Device, type DeviceOptions } from "./engine/runtime/session.js";
export {
  ActiveLearningExperiment,
  type ActiveLearningExperimentOptions,
  type ExperimentRunOptions,
} from "./experiment/active-learning-experiment.js";
export { experimentDatasets } from "./experiment/datasets/dataset-table.js";
export type { DataPlace, ExperimentData, ExperimentDataset } from "./experiment/datasets/experiment-data.js";
export type { ExperimentConfig, ExperimentConfigInput } from "./experiment/experiment-config.js";
export { type Cell, type ExperimentPlan, planExperiment } from "./experiment/experiment-plan.js";
export { type ExperimentResult, readResults } from "./experiment/experiment-results.js";
export { type PreparedExperiment, prepareExperiment } from "./experiment/prepare-experiment.js";
export { type WrittenReport, writeReport } from "./experiment/report/write-report.js";
export type { CellEvent, StepSeconds } from "./experiment/run-cell.js";
export { type RunExperimentOptions, runExperiment } from "./experiment/run-experiment.js";
export type { RunRecord } from "./experiment/run-record.js";
export type { ExperimentStep, StepDetails } from "./experiment/step-store.js";
export { bald, klDisagreement, mutualInformation } from "./heuristics/bald.js";
export { type CombinedHeuristic, type CombinedPart, combine } from "./heuristics/combine.js";
export { certainty, type EnergyOptions, energy, margin, maxSoftmax } from "./heuristics/confidence.js";
export { variance, voteEntropy } from "./heuristics/disagreement.js";
export { entropy } from "./heuristics/entropy.js";
export { epig } from "./heuristics/epig.js";
export type { FeatureHeuristic, Heuristic, LabelledItems, Need, ScoreContext } from "./heuristics/heuristic.js";
export { type KnnDistanceOptions, knnDistance } from "./heuristics/knn-distance.js";
export { type MahalanobisOptions, mahalanobis, relativeMahalanobis } from "./heuristics/mahalanobis/mahalanobis.js";
export { type PrecomputedScores, precomputed, randomScores } from "./heuristics/precomputed.js";
export { meanProbabilities } from "./heuristics/predictive-distribution.js";
export {
  type FeatureHeuristicOptions,
  featureHeuristicNames,
  getFeatureHeuristic,
  getHeuristic,
  heuristicNames,
} from "./heuristics/registry.js";
export { regressionVariance } from "./heuristics/regression-variance.js";
export { scoreChunks } from "./heuristics/score-chunks.js";
export { ModelHost, type ModelHostOptions } from "./host/model-host.js";
export type { DuplicateGroups } from "./hygiene/duplicate-groups.js";
export { type ExactDuplicatesOptions, exactDuplicates, type Hashable, normalizeText } from "./hygiene/exact-duplicates.js";
export {
  type ConfidentJoint,
  confidentJoint,
  type LabelErrorCandidate,
  type LabelErrorFilter,
  type LabelErrorRanking,
  type LabelErrors,
  type LabelErrorsOptions,
  labelErrors,
  noiseMatrix,
} from "./hygiene/label-errors.js";
export {
  type FitOptions,
  type LabelPropagation,
  type LabelPropagationOptions,
  labelPropagation,
  type PropagatedLabels,
} from "./hygiene/label-propagation/label-propagation.js";
export { type NearDuplicateFeaturesOptions, nearDuplicateFeatures } from "./hygiene/near-duplicate-features.js";
export { type NearDuplicateTextsOptions, nearDuplicateTexts } from "./hygiene/near-duplicate-texts.js";
export {
  type LabelStudioClient,
  type LabelStudioClientOptions,
  labelStudioClient,
} from "./label-studio/api/label-studio-client.js";
export { LabelStudioError } from "./label-studio/api/label-studio-error.js";
export type { LabelStudioServerOptions } from "./label-studio/api/label-studio-server.js";
export type { Backend } from "./label-studio/backend/backend.js";
export {
  type BackendLabelStudioOptions,
  type BackendTrainingOptions,
  type OpenBackendOptions,
  openBackend,
} from "./label-studio/backend/open-backend.js";
export type { ImageTaskModelOptions } from "./label-studio/contract/image-task-model.js";
export type { ImagePredictor, Predictor, TextPredictor } from "./label-studio/contract/predictor.js";
export { type BackendAppOptions, createBackendApp } from "./label-studio/http/app.js";
export { createLabelStudioApp, type LabelStudioAppOptions } from "./label-studio/http/fixed-app.js";
export type { BootstrapInterval, BootstrapOptions, IntervalMethod } from "./metrics/bootstrap-interval.js";
export { bootstrapDifference, bootstrapInterval } from "./metrics/bootstrap-interval.js";
export {
  type AdaptiveCalibrationOptions,
  adaptiveCalibrationError,
  type CalibrationErrorOptions,
  classwiseCalibrationError,
  expectedCalibrationError,
  perClassCalibrationError,
  type ReliabilityBin,
  reliabilityBins,
} from "./metrics/calibration-error.js";
export {
  type AccuracyOptions,
  type Average,
  type AverageOptions,
  accuracy,
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
} from "./metrics/classification-metrics.js";
export type { Fold, ItemPlace, MetricDefinition, MetricFunction } from "./metrics/metric.js";
export { type Accumulator, accumulate } from "./metrics/metric.js";
export {
  auroc,
  averagePrecision,
  type FprAtTprOptions,
  fprAtTpr,
  type OutOfScopeMetrics,
  outOfScopeMetrics,
} from "./metrics/ranking-metrics.js";
export { type ReliabilityDiagramOptions, reliabilityDiagram } from "./metrics/reliability-diagram.js";
export type { EncoderConfig } from "./models/architectures/encoder-config.js";
export type { ImageConfig } from "./models/architectures/image-architectures.js";
export type { ModelKind } from "./models/checkpoint/model-kind.js";
export type { LastLayer } from "./models/graph/graph-layers.js";
export { HeadClassifier, type HeadFromConfigOptions, type HeadOptions } from "./models/head/head-classifier.js";
export type { HeadConfig } from "./models/head/head-config.js";
export {
  ImageClassifier,
  type ImageFromConfigOptions,
  type ImageFromPretrainedOptions,
} from "./models/images/image-classifier.js";
export { loadRecipe, type ModelRecipe, modelFromRecipe } from "./models/text/recipe.js";
export { type FromConfigOptions, type FromPretrainedOptions, TextClassifier } from "./models/text/text-classifier.js";
export { type LoadTfjsModelOptions, loadTfjsModel } from "./models/tfjs/load-tfjs-model.js";
export type { TfLayersModel, TfModule, TfOptimizer, TfTensor } from "./models/tfjs/tf-types.js";
export type { BatchTensors, TfjsInput } from "./models/tfjs/tfjs-inputs.js";
export { TfjsModel, type TfjsModelOptions, type TfjsModelSettings } from "./models/tfjs/tfjs-model.js";
export { type ApproximateNeighboursOptions, approximateNeighbours } from "./neighbours/approximate-neighbours.js";
export type { KMeansOptions } from "./neighbours/cluster-rows.js";
export { exactNeighbours } from "./neighbours/exact-neighbours.js";
export { type KMeansClusters, kMeans } from "./neighbours/k-means.js";
export type { FindNeighbours, Metric, NeighbourOptions, Neighbours } from "./neighbours/nearest-neighbours.js";
export { type BadgeFirst, type BadgeOptions, badge } from "./strategies/badge.js";
export { type BatchBaldOptions, batchBald } from "./strategies/batch-bald/batch-bald.js";
export { type CalOptions, cal } from "./strategies/cal.js";
export { type ClusterMarginOptions, clusterMargin } from "./strategies/cluster-margin/cluster-margin.js";
export { kCenterGreedy } from "./strategies/k-center.js";
export { kMeansSampling } from "./strategies/k-means.js";
export { type ProbCoverOptions, probCover } from "./strategies/prob-cover/prob-cover.js";
export { type RandomSubsetOptions, randomSubset } from "./strategies/random-subset.js";
export type { ColdnessOptions } from "./strategies/ranked.js";
export { power, random, softmax, softRank, topK } from "./strategies/ranked.js";
export { getStrategy, strategyNames } from "./strategies/registry.js";
export type {
  CandidatePool,
  ImmediateStrategy,
  ScoreStrategy,
  Selection,
  SelectionProgress,
  SelectionWorkOptions,
  Strategy,
} from "./strategies/strategy.js";
export { isScoreStrategy } from "./strategies/strategy.js";
export { type TypiclustOptions, typiclust } from "./strategies/typiclust.js";
export { BaalTrainer, type BaalTrainerOptions, type TrainOptions, type TrainResult } from "./training/baal-trainer.js";
export type { ComputeMetrics, EvaluationOutcome, Metrics } from "./training/evaluation-metrics.js";
export { type PretrainOptions, type PretrainResult, pretrainMaskedLM } from "./training/masked-lm/pretrain-masked-lm.js";
export type { TrainingArguments } from "./training/resolve-training-arguments.js";
export type { Augment, SemiSupervisedMethod, SemiSupervision } from "./training/semi-supervised/methods.js";
export { type PerturbTokensOptions, perturbTokens } from "./training/semi-supervised/unlabelled-batches.js";
export type { ProgressListener, TrainerCallback, TrainerControl, TrainerProgress } from "./training/trainer-callback.js";
export { EarlyStoppingCallback, type SnapshotOptions, snapshotCallback } from "./training/trainer-callback.js";
