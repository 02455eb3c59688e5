import { patchModule } from "../bayesian/patch-module.js";
import type { BayesianModel } from "../core/bayesian-model.js";
import type { Dataset } from "../core/dataset.js";
import { createDataset } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import { ImageDataset } from "../data/images/image-dataset.js";
import { TextDataset } from "../data/text/text-dataset.js";
import { type ModelKind, modelKind } from "../models/checkpoint/model-kind.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { type LoadedModel, loadModel } from "../models/load-model.js";
import { BaalTrainer } from "../training/baal-trainer.js";
import type { ProgressListener } from "../training/trainer-callback.js";
import type { HostCalls, HostInputs, InputsRequest, LoadRequest, ModelDescription, TrainRequest } from "./host-calls.js";

/** How a call is followed and ended. */
export interface ModelWork {
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
}

/** A model of either kind, as calls from another process see it. */
export interface HostedModel {
  readonly description: ModelDescription;
  readonly classifier: Pick<BayesianModel, "stateDict" | "loadStateDict" | "save">;
  predict(request: InputsRequest, context: ModelWork): Promise<ReturnType<HostCalls["predict"]>>;
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
  text({ kind, model, labels, isMultiLabel }, settings) {
    const { tokenizer, maxLength } = model;
    const description = { kind, labels, isMultiLabel, processor: undefined };
    return hosted(model, settings, description, {
      inputs: (texts, { maxSeqLen = maxLength }) =>
        new TextDataset(
          texts.map((text) => ({ text })),
          { tokenizer, labels, maxSeqLen },
        ),
      rows: ({ rows, args: _, ...rest }) => new TextDataset(rows, { ...rest, tokenizer, labels }),
    });
  },
  image({ kind, model, labels, isMultiLabel }, settings) {
    const { processor } = model;
    const description = { kind, labels, isMultiLabel, processor: processor.toConfig() };
    return hosted(model, settings, description, {
      inputs: (images) =>
        new ImageDataset(
          images.map((image) => ({ image })),
          { processor, labels },
        ),
      rows: ({ rows, inputKey = "image", targetKey }) =>
        new ImageDataset(rows, {
          ...{ processor, labels, imageKey: inputKey, labelKey: targetKey },
        }),
    });
  },
};

/** Loads the model of a folder or repository, of the kind that its files say. Throws what `loadModel` throws. */
export async function loadHostedModel(request: LoadRequest): Promise<HostedModel> {
  return host(request.kind ?? (await modelKind(request.model, request.options)), request);
}

async function host<Kind extends ModelKind>(kind: Kind, { model, options, ...settings }: LoadRequest): Promise<HostedModel> {
  return hosts[kind](await loadModel(model, { ...options, kind }), settings);
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
    async train(request, { signal, onProgress }) {
      const trainer = new BaalTrainer({ model, args: request.args });
      const { globalStep, trainingLoss } = await trainer.train(datasets.rows(request), { signal, onProgress });
      return { globalStep, trainingLoss };
    },
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
