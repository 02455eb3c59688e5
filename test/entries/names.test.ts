import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";

/** Every name, of values and of types, that version 0.1.0 exported from its one entry. */
const NAMES_OF_0_1_0 = `
accumulate Accumulator accuracy AccuracyOptions ActiveLearningDataset ActiveLearningDatasetOptions ActiveLearningExperiment
ActiveLearningExperimentOptions ActiveLearningLoop ActiveLearningLoopOptions AdamW AdamWOptions adaptiveCalibrationError
AdaptiveCalibrationOptions allOf Answer anyOf approximateNeighbours ApproximateNeighboursOptions Augment AugmentableImage
augmentImages augmentInTurn auroc availableDevices Average AverageOptions averagePrecision BaalError BaalTrainer
BaalTrainerOptions Backend BackendAppOptions BackendLabelStudioOptions BackendTrainingOptions badge BadgeFirst BadgeOptions
BadImage bald batchBald BatchBaldOptions BatchTensors BayesianModel bootstrapDifference bootstrapInterval BootstrapInterval
BootstrapOptions brierScore cachedFeatures CachedFeaturesOptions CachedFeaturesProgress cal CalibrationErrorOptions
CalibrationFit CalibrationMethod CalibrationOptions CalibrationState Calibrator calibratorFromJSON CalOptions CandidatePool
Cell CellEvent certainty checkImages CheckImagesOptions Cifar10Options classRecall classScores ClassScores
classwiseCalibrationError clusterMargin ClusterMarginOptions cohenKappa ColdnessOptions colourJitter ColourJitterOptions
combine CombinedHeuristic CombinedPart computeClassificationMetrics ComputeMetrics confidentJoint ConfidentJoint
confusionMatrix createBackendApp createLabelStudioApp createRandom cutout CutoutOptions DataPlace Dataset DecodeLimits
DeepEnsemble Device DeviceOptions dirichletCalibration DirichletOptions DropConnectPatchOptions DropoutPatch
DropoutPatchOptions DropoutSite DuplicateGroups earlyStopping EarlyStoppingCallback EarlyStoppingOptions EmbeddedIntents
EmbeddedShapes EncodedText EncoderConfig energy EnergyOptions entropy epig ErrorCode EvaluationOutcome EvidenceSources
exactDuplicates ExactDuplicatesOptions exactNeighbours Example expectedCalibrationError ExperimentConfig ExperimentConfigInput
ExperimentData ExperimentDataset experimentDatasets ExperimentPlan ExperimentResult ExperimentRunOptions ExperimentStep
ExtractFeatures f1Score FeatureDataset FeatureEncoder FeatureHeuristic featureHeuristicNames FeatureHeuristicOptions
FeatureOptions features Features featureStatistics FeatureStatistics fetchImage FetchImageOptions FileBackedRows
FileBackedRowsOptions FindNeighbours fitLastLayerLaplace FitOptions Fold fprAtTpr FprAtTprOptions FromConfigOptions
FromPretrainedOptions getFeatureHeuristic getHeuristic getStrategy Gradient Hashable HeadClassifier HeadConfig
HeadFromConfigOptions HeadOptions Heuristic heuristicNames horizontalFlip HorizontalFlipOptions HuggingFaceDatasets
HuggingFaceDatasetsOptions IdxArray ImageArchiveOptions ImageArchiveRow ImageAugmentation ImageClassifier ImageConfig
ImageDataset ImageDatasetOptions ImageDownloadOptions ImageFileRow ImageFromConfigOptions ImageFromPretrainedOptions
ImageInput IMAGENET_MEAN IMAGENET_STD ImagePixels ImagePredictor imageProcessor ImageProcessor imageProcessorFromConfig
ImageProcessorSettings ImageSource ImageTaskModelOptions ImmediateStrategy IntervalMethod isScoreStrategy ItemPlace
ItemSelector joinFeatures joinPredictions kCenterGreedy klDisagreement kMeans KMeansClusters KMeansOptions kMeansSampling
knnDistance KnnDistanceOptions LabelErrorCandidate LabelErrorFilter LabelErrorRanking labelErrors LabelErrors
LabelErrorsOptions LabelledItems labellingBudget LabellingCounts LabellingItem LabellingSession LabellingSessionOptions
labelPropagation LabelPropagation LabelPropagationOptions LabelStepOptions LabelStudioAppOptions labelStudioClient
LabelStudioClient LabelStudioClientOptions LabelStudioError LabelStudioServerOptions LabelValue LaplaceModel LaplaceOptions
LaplaceStructure LastLayer LastLayerLaplace Learner LearnerOptions LinearWeight listFiles loadEmbeddedIntents
loadEmbeddedShapes loadHubDataset loadRecipe loadTfjsModel LoadTfjsModelOptions loadTokenizer LoopStep LossName LossOptions
lowAverageUncertainty LowAverageUncertaintyOptions macroF1 mahalanobis MahalanobisOptions margin maxSoftmax meanProbabilities
Metric MetricDefinition MetricFunction Metrics modelFromRecipe ModelHost ModelHostOptions ModelKind ModelPatch ModelRecipe
mutualInformation nearDuplicateFeatures NearDuplicateFeaturesOptions nearDuplicateTexts NearDuplicateTextsOptions Need
negativeLogLikelihood NeighbourOptions Neighbours noiseMatrix normalizeText openBackend OpenBackendOptions openRowWriter
Optimizer outOfScopeMetrics OutOfScopeMetrics ParameterUpdate Patchable patchModule PatchOptions PatchReport PatchSettings
perClassCalibrationError perturbTokens PerturbTokensOptions PixelImage PixelImageRow PlainImageProcessorOptions planExperiment
PosteriorPatchOptions power precision precomputed PrecomputedScores PredictionKind predictions Predictions PredictionsOptions
PredictOptions Predictor PredictPool PredictPoolOptions PreparedExperiment prepareExperiment pretrainMaskedLM PretrainOptions
PretrainResult probCover ProbCoverOptions ProgressListener PropagatedLabels randAugment RandAugmentOptions random Random
randomCrop RandomCropOptions randomScores randomSubset RandomSubsetOptions readCifar10 readClinc readIdx readIdxImages
readImageArchive readImageFolder readImageProcessor readResults readRows recall regressionVariance relativeMahalanobis
ReliabilityBin reliabilityBins reliabilityDiagram ReliabilityDiagramOptions Resample ResizeLike resolveFile resolveFiles
resolveModelFolder restoreRandom rotation RotationOptions Row RowSource runExperiment RunExperimentOptions RunRecord
scoreChunks ScoreContext ScoreStrategy Selection SelectionProgress SelectionWorkOptions SemiSupervisedMethod SemiSupervision
Sgd SgdOptions snapshotCallback SnapshotOptions SoftBatch SoftLearner SoftLossName softmax softRank SoftStepResult
stabilisedPredictions StabilisedPredictionsOptions StateDict StateTensor StepDetails StepRecord StepResult StepSeconds
StoppingCriterion Strategy strategyNames streamRows strongAugmentation Target temperatureScaling TextClassifier TextPredictor
TextTokenizer TfjsInput TfjsModel TfjsModelOptions TfjsModelSettings TfLayersModel TfModule TfOptimizer TfTensor
tokenizerFromFiles topK TrainerCallback TrainerControl TrainerProgress TrainingArguments TrainOptions TrainResult
trainWordPiece TrainWordPieceOptions typiclust TypiclustOptions unpatchModule variance vectorScaling voteEntropy
weakAugmentation WeightPosterior WeightSampleOptions withoutBadImages writeReport WrittenReport
`;

/** What scripts import from `baaljs` itself although it lives behind another door. */
const IN_THE_MAIN_ENTRY_TOO = `
badge bald batchBald certainty createRandom entropy getHeuristic getStrategy ImageDataset kMeansSampling loadTokenizer margin
meanProbabilities power predictions random readRows streamRows topK typiclust variance
`;

const src = join(import.meta.dirname, "..", "..", "src");

const words = (text: string) => text.trim().split(/\s+/);

/** Entries consist of `export { a, type B } from "..."` and nothing else. */
function namesOf(file: string): string[] {
  const text = readFileSync(join(src, file), "utf8");
  const rest = text.replaceAll(/^export (type )?\{[^}]*\} from "[^"]+";$/gm, "").replaceAll(/\/\*\*[\s\S]*?\*\/|^\/\/.*$/gm, "");
  expect(rest.trim(), `${file} does something else than to export`).toBe("");
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from/gm)].flatMap(([, list]) =>
    list!
      .replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*$/gm, "")
      .split(",")
      .map((item) =>
        item
          .trim()
          .replace(/^type /, "")
          .replace(/^.* as /, ""),
      )
      .filter((name) => name !== ""),
  );
}

const doors = new Map(
  readdirSync(join(src, "entries")).map((file) => [basename(file, ".ts"), namesOf(join("entries", file))] as const),
);
const main = namesOf("index.ts");
const homesOf = (name: string) => [...doors].flatMap(([door, names]) => (names.includes(name) ? [door] : []));

describe("the doors of the package", () => {
  it("are those that package.json opens", () => {
    const { exports } = JSON.parse(readFileSync(join(src, "..", "package.json"), "utf8")) as { readonly exports: object };
    const paths = [...doors.keys()].map((door) => `./${door}`);
    expect(Object.keys(exports).sort()).toEqual([".", "./package.json", ...paths].sort());
  });

  it("have every name of 0.1.0", () => {
    const lost = words(NAMES_OF_0_1_0).filter((name) => !main.includes(name) && homesOf(name).length === 0);
    expect(lost).toEqual([]);
  });

  it("are one for each name: a subpath, or the main entry", () => {
    const names = [...doors.values()].flat();
    expect(names.filter((name) => homesOf(name).length > 1)).toEqual([]);
    for (const list of [main, ...doors.values()]) expect(list.filter((name, i) => list.indexOf(name) !== i)).toEqual([]);
  });

  it("leave in the main entry what a script needs", () => {
    for (const name of words(IN_THE_MAIN_ENTRY_TOO)) expect(main, name).toContain(name);
  });
});
