export {
  ActiveLearningDataset,
  type ActiveLearningDatasetOptions,
  type LabelStepOptions,
} from "./active/active-learning-dataset.js";
export { ActiveLearningLoop, type ActiveLearningLoopOptions, type LoopStep } from "./active/active-learning-loop.js";
export type { EvidenceSources, ExtractFeatures, PredictPool, PredictPoolOptions } from "./active/gather-evidence.js";
export type { LabelValue } from "./active/labelling/label-value.js";
export type { LabellingCounts } from "./active/labelling/labelling-counts.js";
export type { LabellingItem } from "./active/labelling/labelling-item.js";
export { type ItemSelector, LabellingSession, type LabellingSessionOptions } from "./active/labelling/labelling-session.js";
export type { Answer } from "./active/labelling/labelling-state.js";
export { allOf, anyOf } from "./active/stopping/combine-criteria.js";
export { type EarlyStoppingOptions, earlyStopping } from "./active/stopping/early-stopping.js";
export { labellingBudget } from "./active/stopping/labelling-budget.js";
export { type LowAverageUncertaintyOptions, lowAverageUncertainty } from "./active/stopping/low-average-uncertainty.js";
export {
  cohenKappa,
  type StabilisedPredictionsOptions,
  stabilisedPredictions,
} from "./active/stopping/stabilised-predictions.js";
export type { StepRecord, StoppingCriterion } from "./active/stopping-criterion.js";
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
export { type DirichletOptions, dirichletCalibration } from "./calibration/dirichlet-calibration.js";
export type { CalibrationOptions } from "./calibration/fit-calibrator.js";
export { temperatureScaling } from "./calibration/temperature-scaling.js";
export { vectorScaling } from "./calibration/vector-scaling.js";
export type { Dataset, EncodedText, Example, Target } from "./data/dataset.js";
export { type EmbeddedIntents, loadEmbeddedIntents } from "./data/embedded.js";
export { type EmbeddedShapes, loadEmbeddedShapes } from "./data/embedded-shapes.js";
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
export { HuggingFaceDatasets, type HuggingFaceDatasetsOptions } from "./data/hugging-face-datasets.js";
export { augmentImages } from "./data/images/augment/augment-images.js";
export { augmentInTurn } from "./data/images/augment/augment-in-turn.js";
export { type ColourJitterOptions, colourJitter } from "./data/images/augment/colour-jitter.js";
export { type CutoutOptions, cutout } from "./data/images/augment/cutout.js";
export { strongAugmentation, weakAugmentation } from "./data/images/augment/fix-match-augmentations.js";
export { type HorizontalFlipOptions, horizontalFlip } from "./data/images/augment/horizontal-flip.js";
export type { ImageAugmentation } from "./data/images/augment/image-augmentation.js";
export { type RandAugmentOptions, randAugment } from "./data/images/augment/rand-augment.js";
export { type RandomCropOptions, randomCrop } from "./data/images/augment/random-crop.js";
export { type RotationOptions, rotation } from "./data/images/augment/rotation.js";
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
export { loadTokenizer } from "./data/tokenizer/load-tokenizer.js";
export { TextTokenizer, tokenizerFromFiles } from "./data/tokenizer/text-tokenizer.js";
export { type TrainWordPieceOptions, trainWordPiece } from "./data/tokenizer/train-word-piece.js";
export { openRowWriter } from "./data/writers/open-row-writer.js";
export { BaalError, type ErrorCode } from "./errors.js";
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
export { type Features, features } from "./features.js";
export { bald } from "./heuristics/bald.js";
export { certainty } from "./heuristics/certainty.js";
export { type CombinedHeuristic, type CombinedPart, combine } from "./heuristics/combine.js";
export { type EnergyOptions, energy } from "./heuristics/energy.js";
export { entropy } from "./heuristics/entropy.js";
export { epig } from "./heuristics/epig.js";
export type { FeatureHeuristic, Heuristic, LabelledItems, Need, ScoreContext } from "./heuristics/heuristic.js";
export { klDisagreement } from "./heuristics/kl-disagreement.js";
export { type KnnDistanceOptions, knnDistance } from "./heuristics/knn-distance.js";
export { type MahalanobisOptions, mahalanobis, relativeMahalanobis } from "./heuristics/mahalanobis/mahalanobis.js";
export { margin } from "./heuristics/margin.js";
export { maxSoftmax } from "./heuristics/max-softmax.js";
export { meanProbabilities } from "./heuristics/mean-probabilities.js";
export { mutualInformation } from "./heuristics/mutual-information.js";
export { type PrecomputedScores, precomputed } from "./heuristics/precomputed.js";
export { randomScores } from "./heuristics/random-scores.js";
export {
  type FeatureHeuristicOptions,
  featureHeuristicNames,
  getFeatureHeuristic,
  getHeuristic,
  heuristicNames,
} from "./heuristics/registry.js";
export { regressionVariance } from "./heuristics/regression-variance.js";
export { scoreChunks } from "./heuristics/score-chunks.js";
export { variance } from "./heuristics/variance.js";
export { voteEntropy } from "./heuristics/vote-entropy.js";
export { ModelHost, type ModelHostOptions } from "./host/model-host.js";
export { type ConfidentJoint, confidentJoint, noiseMatrix } from "./hygiene/confident-joint.js";
export type { DuplicateGroups } from "./hygiene/duplicate-groups.js";
export { type ExactDuplicatesOptions, exactDuplicates, type Hashable } from "./hygiene/exact-duplicates.js";
export {
  type LabelErrorCandidate,
  type LabelErrorFilter,
  type LabelErrorRanking,
  type LabelErrors,
  type LabelErrorsOptions,
  labelErrors,
} from "./hygiene/label-errors.js";
export { type NearDuplicateFeaturesOptions, nearDuplicateFeatures } from "./hygiene/near-duplicate-features.js";
export { type NearDuplicateTextsOptions, nearDuplicateTexts } from "./hygiene/near-duplicate-texts.js";
export { normalizeText } from "./hygiene/normalize-text.js";
export { joinFeatures, joinPredictions } from "./join-chunks.js";
export {
  type LabelStudioClient,
  type LabelStudioClientOptions,
  labelStudioClient,
} from "./label-studio/api/label-studio-client.js";
export { LabelStudioError } from "./label-studio/api/label-studio-error.js";
export type { LabelStudioServerOptions } from "./label-studio/api/label-studio-server.js";
export { createLabelStudioApp, type LabelStudioAppOptions } from "./label-studio/app.js";
export type { Backend } from "./label-studio/backend/backend.js";
export { type BackendAppOptions, createBackendApp } from "./label-studio/backend/backend-app.js";
export {
  type BackendLabelStudioOptions,
  type BackendTrainingOptions,
  type OpenBackendOptions,
  openBackend,
} from "./label-studio/backend/open-backend.js";
export type { ImageTaskModelOptions } from "./label-studio/images/image-task-model.js";
export type { ImagePredictor, Predictor, TextPredictor } from "./label-studio/predictor.js";
export { type Accumulator, accumulate } from "./metrics/accumulate.js";
export { type AccuracyOptions, accuracy } from "./metrics/accuracy.js";
export { type AdaptiveCalibrationOptions, adaptiveCalibrationError } from "./metrics/adaptive-calibration-error.js";
export { auroc } from "./metrics/auroc.js";
export { averagePrecision } from "./metrics/average-precision.js";
export { type Average, type AverageOptions, f1Score, precision, recall } from "./metrics/averaged-scores.js";
export { bootstrapDifference, bootstrapInterval } from "./metrics/bootstrap-interval.js";
export { brierScore } from "./metrics/brier-score.js";
export { classRecall } from "./metrics/class-recall.js";
export { type ClassScores, classScores } from "./metrics/class-scores.js";
export { computeClassificationMetrics } from "./metrics/classification-metrics.js";
export { classwiseCalibrationError, perClassCalibrationError } from "./metrics/classwise-calibration-error.js";
export { confusionMatrix } from "./metrics/confusion-matrix.js";
export { expectedCalibrationError } from "./metrics/expected-calibration-error.js";
export { type FprAtTprOptions, fprAtTpr } from "./metrics/fpr-at-tpr.js";
export { macroF1 } from "./metrics/macro-f1.js";
export type { Fold, ItemPlace, MetricDefinition, MetricFunction } from "./metrics/metric.js";
export { negativeLogLikelihood } from "./metrics/negative-log-likelihood.js";
export { type OutOfScopeMetrics, outOfScopeMetrics } from "./metrics/out-of-scope-metrics.js";
export { type CalibrationErrorOptions, type ReliabilityBin, reliabilityBins } from "./metrics/reliability-bins.js";
export { type ReliabilityDiagramOptions, reliabilityDiagram } from "./metrics/reliability-diagram.js";
export type { BootstrapInterval, BootstrapOptions, IntervalMethod } from "./metrics/resample.js";
export type { EncoderConfig } from "./models/architectures/encoder-config.js";
export type { HeadConfig } from "./models/architectures/head-config.js";
export type { ImageConfig } from "./models/architectures/image-architectures.js";
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
} from "./models/bayesian-model.js";
export { HeadClassifier, type HeadFromConfigOptions, type HeadOptions } from "./models/head-classifier.js";
export { ImageClassifier, type ImageFromConfigOptions, type ImageFromPretrainedOptions } from "./models/image-classifier.js";
export type { LastLayer } from "./models/last-layer.js";
export type { ModelKind } from "./models/model-kind.js";
export { loadRecipe, type ModelRecipe, modelFromRecipe } from "./models/recipe.js";
export { type FromConfigOptions, type FromPretrainedOptions, TextClassifier } from "./models/text-classifier.js";
export { type LoadTfjsModelOptions, loadTfjsModel } from "./models/tfjs/load-tfjs-model.js";
export type { TfLayersModel, TfModule, TfOptimizer, TfTensor } from "./models/tfjs/tf-types.js";
export type { BatchTensors, TfjsInput } from "./models/tfjs/tfjs-inputs.js";
export { TfjsModel, type TfjsModelOptions, type TfjsModelSettings } from "./models/tfjs/tfjs-model.js";
export { type ApproximateNeighboursOptions, approximateNeighbours } from "./neighbours/approximate-neighbours.js";
export type { KMeansOptions } from "./neighbours/cluster-rows.js";
export { exactNeighbours } from "./neighbours/exact-neighbours.js";
export { type KMeansClusters, kMeans } from "./neighbours/k-means.js";
export type { FindNeighbours, Metric, NeighbourOptions, Neighbours } from "./neighbours/nearest-neighbours.js";
export { type PredictionKind, type Predictions, type PredictionsOptions, predictions } from "./predictions.js";
export { createRandom, type Random, restoreRandom } from "./random.js";
export { availableDevices, type Device, type DeviceOptions } from "./runtime/device.js";
export {
  type FitOptions,
  type LabelPropagation,
  type LabelPropagationOptions,
  labelPropagation,
  type PropagatedLabels,
} from "./semi-supervised/label-propagation.js";
export { type BadgeFirst, type BadgeOptions, badge } from "./strategies/badge.js";
export { type BatchBaldOptions, batchBald } from "./strategies/batch-bald/batch-bald.js";
export { type CalOptions, cal } from "./strategies/cal.js";
export { type ClusterMarginOptions, clusterMargin } from "./strategies/cluster-margin/cluster-margin.js";
export type { ColdnessOptions } from "./strategies/coldness.js";
export { kCenterGreedy } from "./strategies/k-center.js";
export { kMeansSampling } from "./strategies/k-means.js";
export { power } from "./strategies/power.js";
export { type ProbCoverOptions, probCover } from "./strategies/prob-cover/prob-cover.js";
export { random } from "./strategies/random.js";
export { type RandomSubsetOptions, randomSubset } from "./strategies/random-subset.js";
export { getStrategy, strategyNames } from "./strategies/registry.js";
export type { SelectionProgress, SelectionWorkOptions } from "./strategies/selection-progress.js";
export { softRank } from "./strategies/soft-rank.js";
export { softmax } from "./strategies/softmax.js";
export type { CandidatePool, ImmediateStrategy, ScoreStrategy, Selection, Strategy } from "./strategies/strategy.js";
export { isScoreStrategy } from "./strategies/strategy.js";
export { topK } from "./strategies/top-k.js";
export { type TypiclustOptions, typiclust } from "./strategies/typiclust.js";
export { BaalTrainer, type BaalTrainerOptions, type TrainOptions, type TrainResult } from "./training/baal-trainer.js";
export { EarlyStoppingCallback } from "./training/early-stopping-callback.js";
export type { ComputeMetrics, EvaluationOutcome, Metrics } from "./training/evaluation-metrics.js";
export { type PretrainOptions, type PretrainResult, pretrainMaskedLM } from "./training/masked-lm/pretrain-masked-lm.js";
export { AdamW, type AdamWOptions } from "./training/optimizers/adamw.js";
export { Sgd, type SgdOptions } from "./training/optimizers/sgd.js";
export { type PerturbTokensOptions, perturbTokens } from "./training/semi-supervised/perturb-tokens.js";
export type { Augment, SemiSupervisedMethod, SemiSupervision } from "./training/semi-supervised/semi-supervision.js";
export { type SnapshotOptions, snapshotCallback } from "./training/snapshot-callback.js";
export type { TrainerCallback, TrainerControl } from "./training/trainer-callback.js";
export type { ProgressListener, TrainerProgress } from "./training/trainer-progress.js";
export type { TrainingArguments } from "./training/training-arguments.js";
