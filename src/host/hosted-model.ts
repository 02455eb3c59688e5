import { patchModule } from "../bayesian/patch-module.js";
import type { Dataset } from "../core/dataset.js";
import { createDataset } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import { joinFeatures } from "../core/join-chunks.js";
import { TASK_OF_LOSS, type Task } from "../core/task.js";
import { ImageDataset } from "../data/images/image-dataset.js";
import { TextDataset } from "../data/text/text-dataset.js";
import { type ModelKind, modelKind } from "../models/checkpoint/model-kind.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { type LoadedModel, loadModel } from "../models/load-model.js";
import { BaalTrainer } from "../training/baal-trainer.js";
import type { ProgressListener } from "../training/trainer-callback.js";
import type {
  FeaturesRequest,
  HostCalls,
  HostInputs,
  InputsRequest,
  LoadRequest,
  ModelDescription,
  TrainRequest,
  TrainSummary,
} from "./host-calls.js";
import { numberScale, rescaleLastLayer, standardisedRows } from "./standardise.js";

/** How a call is followed and ended. */
export interface ModelWork {
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
}

/** A model of either kind, as calls from another process see it. */
export interface HostedModel {
  readonly description: ModelDescription;
  readonly classifier: Pick<GraphClassifier<never>, "stateDict" | "loadStateDict" | "save" | "featureFingerprint">;
  predict(request: InputsRequest, context: ModelWork): Promise<ReturnType<HostCalls["predict"]>>;
  features(request: FeaturesRequest, signal: AbortSignal): Promise<ReturnType<HostCalls["features"]>>;
  train(request: TrainRequest, context: ModelWork): Promise<ReturnType<HostCalls["train"]>>;
}

/** Said once, when the model is loaded. */
type Settings = Pick<LoadRequest, "patch" | "maxSeqLen">;

/** How calls become data sets of one kind of model. */
interface Datasets<Input> {
  inputs(inputs: HostInputs, options: Pick<InputsRequest, "maxSeqLen">): Dataset<Input>;
  rows(request: TrainRequest): Dataset<Input>;
}

const hosts: { readonly [Kind in ModelKind]: (loaded: LoadedModel<Kind>, settings: Settings) => HostedModel } = {
  text({ kind, model, labels, task }, settings) {
    const { tokenizer, maxLength } = model;
    const description = { kind, labels, task, ...learned(model), processor: undefined };
    return hosted(model, settings, description, {
      inputs: (texts, { maxSeqLen = maxLength }) =>
        new TextDataset(
          texts.map((text) => ({ text })),
          { tokenizer, labels, maxSeqLen },
        ),
      rows: ({ rows, args, ...rest }) => new TextDataset(rows, { ...rest, tokenizer, labels, task: targetTask(model, args) }),
    });
  },
  image({ kind, model, labels, task }, settings) {
    const { processor } = model;
    const description = { kind, labels, task, ...learned(model), processor: processor.toConfig() };
    return hosted(model, settings, description, {
      inputs: (images) =>
        new ImageDataset(
          images.map((image) => ({ image })),
          { processor, labels },
        ),
      rows: ({ rows, inputKey = "image", targetKey, args }) =>
        new ImageDataset(rows, {
          ...{ processor, labels, imageKey: inputKey, labelKey: targetKey, task: targetTask(model, args) },
        }),
    });
  },
};

/** What was found out of a model beside its weights, and whether it gives features. */
function learned({ thresholds, calibrator, lastLayer }: GraphClassifier<never>) {
  return { thresholds, calibration: calibrator?.toJSON(), hasFeatures: lastLayer !== undefined };
}

/** What labels are read as: the targets of the loss. */
function targetTask(model: GraphClassifier<never>, args: TrainRequest["args"]): Task {
  return args?.loss === undefined ? model.task : TASK_OF_LOSS[args.loss];
}

/** Loads the model of a folder or repository, of the kind that its files say. Throws what `loadModel` throws. */
export async function loadHostedModel(request: LoadRequest): Promise<HostedModel> {
  return host(request.kind ?? (await modelKind(request.model, request.options)), request);
}

async function host<Kind extends ModelKind>(
  kind: Kind,
  { model, options, isEncoder, ...settings }: LoadRequest,
): Promise<HostedModel> {
  return hosts[kind](await loadModel(model, { ...options, isEncoder, kind }), settings);
}

function hosted<Input>(
  model: GraphClassifier<Input>,
  { patch, ...settings }: Settings,
  description: ModelDescription,
  datasets: Datasets<Input>,
): HostedModel {
  if (patch) patchModule(model, patch);
  return {
    description,
    classifier: model,
    async predict({ inputs, maxSeqLen = settings.maxSeqLen, itemKeys, iterations = 1, ...rest }, { signal, onProgress }) {
      const dataset = named(datasets.inputs(inputs, { maxSeqLen }), itemKeys);
      const mode = rest.mode ?? (model.isStochastic ? "mc" : "deterministic");
      return new BaalTrainer({ model }).predictOnDataset(dataset, { ...rest, mode, iterations, signal, onProgress });
    },
    features({ inputs, maxSeqLen = settings.maxSeqLen, tokensPerBatch }, signal) {
      const dataset = datasets.inputs(inputs, { maxSeqLen });
      return joinFeatures(model.features(dataset, { tokensPerBatch, signal }), { total: dataset.length });
    },
    async train(request, work) {
      const own = { request, datasets, maxSeqLen: settings.maxSeqLen };
      const summary = await (request.recipe ? trainedByRecipe(model, own, work) : trainedByArguments(model, own, work));
      if (request.thresholds !== undefined) {
        const { fitThresholds } = await import("../training/fit-thresholds.js");
        const { rows, seed, iterations } = request.thresholds;
        const draws = { seed, iterations: model.isStochastic ? iterations : 1 };
        await fitThresholds(model, datasets.rows({ ...request, rows }), { ...draws, signal: work.signal });
      }
      return { ...summary, outOfScope: await outOfScopeFigures(model, own, work) };
    },
  };
}

interface TrainingWork<Input> {
  readonly request: TrainRequest;
  readonly datasets: Datasets<Input>;
  readonly maxSeqLen: number | undefined;
}

async function trainedByArguments<Input>(
  model: GraphClassifier<Input>,
  { request, datasets }: TrainingWork<Input>,
  work: ModelWork,
): Promise<TrainSummary> {
  const scale = request.standardise ? numberScale(model, request) : undefined;
  const rows = datasets.rows(scale === undefined ? request : { ...request, rows: standardisedRows(request, scale) });
  // A layer that is not drawn at random gives the numbers as they are.
  if (scale !== undefined && !model.hasFreshHead)
    rescaleLastLayer(model, { mean: -scale.mean / scale.deviation, deviation: 1 / scale.deviation });
  const { globalStep, trainingLoss } = await new BaalTrainer({ model, args: request.args }).train(rows, work);
  if (scale !== undefined) rescaleLastLayer(model, scale);
  return { globalStep, trainingLoss, task: model.task };
}

/** Has the model abstain, where that is asked for. */
async function outOfScopeFigures<Input>(
  model: GraphClassifier<Input>,
  { request, datasets, ...defaults }: TrainingWork<Input>,
  { signal }: ModelWork,
): Promise<TrainSummary["outOfScope"]> {
  if (request.outOfScope === undefined) return undefined;
  // Loaded when it is needed, as all that only trainings need: a model's first answer does not wait for it.
  const { fitOutOfScope } = await import("../training/fit-out-of-scope.js");
  const { inputs, validation, label } = request.outOfScope;
  const { maxSeqLen = defaults.maxSeqLen } = request;
  const { heldOut } = await fitOutOfScope(model, {
    ...{ label, signal },
    labelled: datasets.rows({ ...request, maxSeqLen }),
    outOfScope: datasets.inputs(inputs, { maxSeqLen }),
    validation: validation && datasets.rows({ ...request, rows: validation, maxSeqLen }),
  });
  return heldOut;
}

async function trainedByRecipe<Input>(
  model: GraphClassifier<Input>,
  { request, datasets, ...defaults }: TrainingWork<Input>,
  work: ModelWork,
): Promise<TrainSummary> {
  const { trainByRecipe } = await import("../training/train-by-recipe.js");
  const { recipe, args, maxSeqLen = defaults.maxSeqLen } = request;
  const unlabelled = recipe?.unlabelled && datasets.inputs(recipe.unlabelled, { maxSeqLen });
  const result = await trainByRecipe(model, datasets.rows({ ...request, maxSeqLen }), { unlabelled, seed: args?.seed, ...work });
  const { trained, solved, advice, withNames, heldOut } = result;
  return {
    globalStep: trained?.globalStep ?? 0,
    trainingLoss: trained?.trainingLoss ?? solved?.loss ?? 0,
    task: model.task,
    recipe: { recipe: result.recipe, why: advice.why, withNames, heldOut },
  };
}

/** The items under other names, which their draws go by. Throws `E_ARGUMENT`. */
function named<Input>(dataset: Dataset<Input>, keys: readonly number[] | undefined): Dataset<Input> {
  if (keys === undefined) return dataset;
  if (keys.length !== dataset.length || !keys.every(Number.isInteger)) {
    throw new BaalError(
      "E_ARGUMENT",
      `itemKeys holds one whole number per input: ${dataset.length} inputs came, and ${keys.length} keys.`,
    );
  }
  return createDataset(dataset.length, (position) => ({ ...dataset.at(position), index: keys[position]! }));
}
