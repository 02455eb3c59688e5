import type { StateDict } from "../core/bayesian-model.js";
import type { Task } from "../core/task.js";
import type { Graph } from "../engine/onnx/graph.js";
import { modelFolder } from "./checkpoint/find-model.js";
import { type FolderKind, folderKind } from "./checkpoint/model-kind.js";
import type { ModelSource } from "./graph/graph-classifier.js";
import type { HeadClassifier } from "./head/head-classifier.js";
import type { ImageClassifier, ImageFromPretrainedOptions } from "./images/image-classifier.js";
import { TextClassifier } from "./text/text-classifier.js";

/** A model that was read from a folder, and what it is. */
interface ModelRecord<Kind extends FolderKind, Model> {
  /** The model's input: `"text"`, `"image"`, or `"features"` for a head over the features of an encoder. */
  readonly kind: Kind;
  readonly model: Model;
  /** The local folder: in the hub's cache, for a model of the hub. */
  readonly folder: string;
  /** The name of the network's form: "distilbert", "small-cnn", ...; "unknown" where the files do not tell. */
  readonly architecture: string;
  /** The files that the weights came from. */
  readonly source: ModelSource;
  readonly labels: readonly string[];
  /** What it says of an item. */
  readonly task: Task;
  /** Whether each label is predicted by itself: the task is `"multi"`. */
  readonly isMultiLabel: boolean;
  /** The forward graph. The model's own: clone it to change it. */
  readonly graph: Graph;
  /** The weights by name: the model's own arrays. */
  readonly parameters: StateDict;
  /** How many numbers the parameters have together. */
  readonly parameterCount: number;
}

interface Models {
  readonly text: TextClassifier;
  readonly image: ImageClassifier;
  readonly features: HeadClassifier;
}

/** A model of any kind, or of the kinds named; its `kind` tells which. */
export type LoadedModel<Kind extends FolderKind = FolderKind> = { [K in Kind]: ModelRecord<K, Models[K]> }[Kind];

export interface LoadModelOptions<Kind extends FolderKind = FolderKind> extends ImageFromPretrainedOptions {
  /** The kind that the folder must be read as; by default its files tell. */
  readonly kind?: Kind | undefined;
  /** The classes for a text encoder that comes without a classifier; by default it is refused. */
  readonly encoderLabels?: readonly string[] | undefined;
  /** Whether the vectors alone of a model of texts are wanted: it is loaded by `TextClassifier.encoder`, whatever labels are asked for. */
  readonly isEncoder?: boolean | undefined;
}

/** What only images or heads need is loaded for these. */
const LOADERS: { readonly [K in FolderKind]: (folder: string, options: LoadModelOptions) => Promise<Models[K]> } = {
  text: (folder, { isEncoder, ...options }) =>
    isEncoder ? TextClassifier.encoder(folder, options) : TextClassifier.fromPretrained(folder, options),
  async image(folder, options) {
    const { ImageClassifier } = await import("./images/image-classifier.js");
    return ImageClassifier.fromPretrained(folder, options);
  },
  async features(folder, { device, threads }) {
    const { HeadClassifier } = await import("./head/head-classifier.js");
    return HeadClassifier.fromPretrained(folder, { device, threads });
  },
};

/**
 * Loads whatever model a folder holds: a text classifier, an image classifier, or a head over features. The name of a repository of the
 * hub will do as well. `labels`, `format` and the like are for models of texts and images.
 * Throws `E_FILE_NOT_FOUND`, `E_HUB` or `E_MODEL_FORMAT`, naming the file and the reason; the last also for a TensorFlow.js model or an
 * ensemble, naming what opens it.
 *
 * @example
 * ```ts with=text
 * import { loadModel } from "baaljs";
 *
 * await trainer.saveModel("out");
 * const { kind, model: loaded, architecture, parameterCount } = await loadModel("out");
 * if (kind === "text") console.log(architecture, parameterCount, await loaded.classify("where is my parcel"));
 * ```
 */
export async function loadModel<Kind extends FolderKind = FolderKind>(
  idOrFolder: string,
  options: LoadModelOptions<Kind> = {},
): Promise<LoadedModel<Kind>> {
  const { kind: wanted, ...rest } = options;
  const kind = wanted ?? ((await folderKind(idOrFolder, rest)) as Kind);
  const folder = await modelFolder(kind, idOrFolder, rest);
  return record(kind, folder, await LOADERS[kind](folder, rest));
}

function record<Kind extends FolderKind>(kind: Kind, folder: string, model: Models[Kind]): LoadedModel<Kind> {
  const { architecture, source, labels, task, isMultiLabel, graph, parameterCount } = model;
  return {
    ...{ kind, model, folder, architecture, source, labels, task, isMultiLabel, graph },
    ...{ parameters: model.stateDict(), parameterCount },
  };
}
