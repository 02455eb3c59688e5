import type { StateDict } from "../core/bayesian-model.js";
import type { Graph } from "../engine/onnx/graph.js";
import { findModel } from "./checkpoint/find-model.js";
import type { FolderKind } from "./checkpoint/model-kind.js";
import type { GraphClassifier, ModelSource } from "./graph/graph-classifier.js";
import { HeadClassifier } from "./head/head-classifier.js";
import { ImageClassifier } from "./images/image-classifier.js";
import { type FromPretrainedOptions, TextClassifier } from "./text/text-classifier.js";

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
  /** Whether each label is predicted by itself. */
  readonly isMultiLabel: boolean;
  /** The forward graph. The model's own: clone it to change it. */
  readonly graph: Graph;
  /** The weights by name: the model's own arrays. */
  readonly parameters: StateDict;
  /** How many numbers the parameters have together. */
  readonly parameterCount: number;
}

export type LoadedModel =
  | ModelRecord<"text", TextClassifier>
  | ModelRecord<"image", ImageClassifier>
  | ModelRecord<"features", HeadClassifier>;

const LOADERS: { readonly [Kind in FolderKind]: (folder: string, options: FromPretrainedOptions) => Promise<LoadedModel> } = {
  text: async (folder, options) => record("text", folder, await TextClassifier.fromPretrained(folder, options)),
  image: async (folder, options) => record("image", folder, await ImageClassifier.fromPretrained(folder, options)),
  features: async (folder, { device, threads }) =>
    record("features", folder, await HeadClassifier.fromPretrained(folder, { device, threads })),
};

/**
 * Loads whatever model a folder holds: a text classifier, an image classifier, or a head over features. The name of a repository of the
 * hub will do as well. `labels`, `format` and the like are for models of texts and images.
 * Throws `E_FILE_NOT_FOUND`, `E_HUB` or `E_MODEL_FORMAT`, naming the file and the reason; the last also for a TensorFlow.js model or an
 * ensemble, naming what opens it.
 *
 * @example
 * const { kind, model, architecture, labels, parameterCount } = await loadModel("out");
 * if (kind === "text") console.log(await model.classify("Where is my card?"));
 */
export async function loadModel(idOrFolder: string, options: FromPretrainedOptions = {}): Promise<LoadedModel> {
  const { kind, folder } = await findModel(idOrFolder, options);
  return LOADERS[kind](folder, options);
}

function record<Kind extends FolderKind, Model extends GraphClassifier<never>>(
  kind: Kind,
  folder: string,
  model: Model,
): ModelRecord<Kind, Model> {
  const { architecture, source, labels, isMultiLabel, graph, parameterCount } = model;
  return {
    ...{ kind, model, folder, architecture, source, labels, isMultiLabel, graph },
    ...{ parameters: model.stateDict(), parameterCount },
  };
}
