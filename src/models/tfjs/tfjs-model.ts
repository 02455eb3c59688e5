import type { DropoutSite } from "../../bayesian/dropout-sites.js";
import type { LinearWeight, ModelPatch } from "../../bayesian/model-patch.js";
import type { Patchable } from "../../bayesian/patch-module.js";
import type {
  BayesianModel,
  FeatureOptions,
  LastLayer,
  Learner,
  LearnerOptions,
  PredictOptions,
  StateDict,
} from "../../core/bayesian-model.js";
import type { Dataset } from "../../core/dataset.js";
import { drawRequest, featuresInChunks, predictInChunks } from "../../core/draws.js";
import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { matchesName, type NamePattern } from "../../core/names.js";
import { areLogits, type PredictionKind, type Predictions } from "../../core/predictions.js";
import { TASK_OF_KIND, TASK_OF_LOSS, type Task } from "../../core/task.js";
import { newDigest } from "../../system/digest.js";
import { checkTask } from "../checkpoint/model-task.js";
import { freshWeights } from "./fresh-weights.js";
import { leafLayers } from "./layer-graph.js";
import { LayerWeights } from "./layer-weights.js";
import { noiseLayers, unsupportedNoise } from "./noise-layers.js";
import { outputLayer } from "./output-layer.js";
import { saveTfjsModel } from "./save-tfjs-model.js";
import type { TfLayersModel, TfModule, TfOptimizer } from "./tf-types.js";
import type { TfjsGraph } from "./tfjs-graph.js";
import { type BatchTensors, defaultTensors, type TfjsInput } from "./tfjs-inputs.js";
import { createTfjsLearner } from "./tfjs-learner.js";
import { predictFeatures, predictScores } from "./tfjs-predictor.js";

/** How a {@link TfjsModel} reads items, trains and draws. */
export interface TfjsModelSettings<Input = TfjsInput> {
  /**
   * The inputs of a batch: a tensor `[batch, ...]`, or one per input of the model; they are freed after use. By default items are
   * images (`[C, H, W]`, turned into Keras' `[H, W, C]`) or rows of numbers.
   */
  readonly toTensor?: ((inputs: readonly Input[]) => BatchTensors | Promise<BatchTensors>) | undefined;
  /**
   * The kind of the model's numbers, for one whose last layer does not tell. A last softmax or sigmoid is left out by default, so that
   * the predictions are logits; with `outputs` nothing is left out.
   */
  readonly outputs?: PredictionKind | undefined;
  /**
   * What the model says of an item. By default what `outputs` or the last layer tell: several sigmoid units give each label by itself, anything else one
   * label. Of a regression nothing is left out.
   */
  readonly task?: Task | undefined;
  /**
   * Trains in place of the trainer's optimizer (`tf.train.adam(1e-3)`): with its own learning rate, which no schedule changes, and a
   * state that is in no checkpoint. Clipping stays the trainer's.
   */
  readonly optimizer?: TfOptimizer | undefined;
  /** Batch normalisation in training: keep its statistics (`"frozen"`, by default), or use and learn a batch's, as Keras does. */
  readonly batchNormalization?: "frozen" | "batch" | undefined;
  /** Weights that `resetWeights({seed})` draws anew with their layers' initializers, by name ("head.*"). None by default. */
  readonly fresh?: readonly NamePattern[] | undefined;
  /** `"off"`: layers that are random in ways which cannot be repeated (Gaussian noise, recurrent dropout) do nothing. `"refuse"` by default. */
  readonly unsupportedNoise?: "refuse" | "off" | undefined;
  /** Most rows (items times draws) in one pass; fewer where activations are large. 1024 by default. */
  readonly rowsPerPass?: number | undefined;
}

/** What a {@link TfjsModel} is made of. */
export interface TfjsModelOptions<Input = TfjsInput> extends TfjsModelSettings<Input> {
  /** `@tensorflow/tfjs`, `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`, imported by the caller and ready (`await tf.ready()`). */
  readonly tf: TfModule;
  /** A built `tf.LayersModel` or `tf.Sequential`; it stays usable, and both see each other's changes of the weights. */
  readonly model: TfLayersModel;
  /** One per output, or two for a single sigmoid unit. */
  readonly labels: readonly string[];
}

/** The linear and convolution layers; the first weight of each is its kernel. */
const LINEAR = new Set(["Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose"]);

/**
 * A TensorFlow.js Layers (Keras) model as a `BayesianModel`. Dropout layers get masks keyed by seed, draw and item, so that the same
 * seed gives the same draws for any batch; everything else runs as at inference, batch normalisation included. Weights are named
 * `layer.kernel`, with the names of models in the model before it. Draws do not depend on
 * automatic layer names, but the names in checkpoints do: name the layers.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { patchModule } from "baaljs";
 * import { TfjsModel } from "baaljs/tfjs";
 *
 * const keras = tf.sequential({ layers: [tf.layers.dropout({ rate: 0.5, inputShape: [4] }), tf.layers.dense({ units: 2, activation: "softmax" })] });
 * const model = new TfjsModel({ tf, model: keras, labels: ["no", "yes"] });
 * patchModule(model);
 * ```
 */
export class TfjsModel<Input = TfjsInput> implements BayesianModel<Input>, Patchable {
  readonly labels: readonly string[];
  /** What the model says of an item; training makes it the loss's. */
  task: Task;
  /** The wrapped model. */
  readonly model: TfLayersModel;
  readonly dropoutSites: readonly DropoutSite[];
  readonly linearWeights: readonly LinearWeight[];
  /** Makes predictions random; set by `patchModule`. */
  patch: ModelPatch | undefined;
  readonly #parts: TfjsGraph<Input>;
  readonly #settings: TfjsModelSettings<Input>;

  /**
   * Throws `E_MODEL_FORMAT` for a model that is not built, is stateful, has another number of outputs than labels, outputs that nobody
   * says the meaning of, or random layers that cannot be repeated; `E_ARGUMENT` for a pattern in `fresh` that fits no weight or an
   * unusable `rowsPerPass`.
   */
  constructor(options: TfjsModelOptions<Input>) {
    const { tf, model, labels, fresh = [], unsupportedNoise: other = "refuse", outputs, task } = options;
    checkUsable(model);
    checkRows(options.rowsPerPass);
    const leaves = leafLayers(model);
    const noisy = other === "refuse" ? unsupportedNoise(leaves) : [];
    if (noisy.length > 0) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `Layers whose randomness cannot be repeated: ${noisy.join(", ")} (Gaussian noise, dropout inside of recurrent layers or wrappers). Use Dropout layers, or turn them off with unsupportedNoise: "off".`,
      );
    }
    const weights = new LayerWeights(tf, leaves);
    const names = [...weights.table().keys()];
    const misfit = fresh.find((pattern) => !names.some((name) => matchesName(pattern, name)));
    if (misfit !== undefined)
      throw new BaalError(
        "E_ARGUMENT",
        `fresh: no weight matches ${misfit}. The names are like ${names.slice(0, 5).join(", ")}.`,
      );
    const output = outputLayer(tf, model, { labels: labels.length, outputs, task: task && checkTask(task) });
    if (task !== undefined && TASK_OF_KIND[output.kind] !== task)
      throw new BaalError(
        "E_ARGUMENT",
        `Outputs that are ${output.kind} are those of the task "${TASK_OF_KIND[output.kind]}"; "${task}" came.`,
      );
    const noise = noiseLayers(leaves);
    this.labels = labels;
    this.task = TASK_OF_KIND[output.kind];
    this.model = model;
    this.dropoutSites = noise.map(({ site }) => site);
    this.linearWeights = leaves
      .filter(({ layer }) => LINEAR.has(layer.getClassName()))
      .map(({ layer }) => ({ name: weights.namesOf(layer)[0]!, place: layer === output.dense ? "head" : "body" }));
    this.#settings = options;
    this.#parts = { tf, model, labels, leaves, noise, output, weights, tensorsOf: tensorsOf(options) };
  }

  get isStochastic(): boolean {
    return this.patch !== undefined;
  }

  get maxIterations(): number | undefined {
    return this.patch?.kind === "weights" ? this.patch.maxIterations : undefined;
  }

  /** The layer with `logits = W h + b`, h being the {@link features}; `undefined` when the logits come from something else. */
  get lastLayer(): LastLayer | undefined {
    const { output, weights } = this.#parts;
    const { dense, kind, isBinary } = output;
    if (!dense || !(areLogits(kind) || kind === "values") || isBinary) return undefined;
    const [weight, bias] = weights.namesOf(dense);
    return { input: `${weight}.input`, weight: weight!, layout: "in-out", bias };
  }

  /**
   * `[n, C, K]` logits (probabilities where `outputs` says so). `tokensPerBatch` counts rows. Throws `E_ARGUMENT`,
   * `E_MODEL_DETERMINISTIC`, `E_NOT_FINITE`, `E_DATA`, `E_ABORTED`.
   */
  async *predict(dataset: Dataset<Input>, options: PredictOptions = {}): AsyncGenerator<Predictions> {
    const { draws, firstDraw, seed, isRandom } = drawRequest(this, options);
    const patch = isRandom ? this.patch : undefined;
    const kind = kindOf(this.#parts.output.kind, this.task);
    this.#parts.weights.synchronise();
    const run = { patch, draws, firstDraw, seed, signal: options.signal, rowsPerPass: this.#rowsPerPass(options) };
    const isConsistent = patch?.kind === "weights" || patch?.isConsistent;
    const form = { kind, classes: this.labels.length, draws, isConsistent };
    yield* predictInChunks(dataset, (examples) => predictScores(this.#parts, examples, run), form, options);
  }

  /** The inputs of the last Dense layer, dropout off, `[n, D]`. Throws `E_MODEL_FORMAT` for a model that ends otherwise, `E_DATA`, `E_ABORTED`. */
  async *features(dataset: Dataset<Input>, options: FeatureOptions = {}): AsyncGenerator<Features> {
    if (!this.#parts.output.features)
      throw new BaalError(
        "E_MODEL_FORMAT",
        "Features are what the last Dense layer reads; this model's outputs come from another layer.",
      );
    this.#parts.weights.synchronise();
    const run = { rowsPerPass: this.#rowsPerPass(options), signal: options.signal };
    yield* featuresInChunks(dataset, (examples) => predictFeatures(this.#parts, examples, run), options);
  }

  /** Names what {@link features} computes, for caches: SHA-256 of the layers and of all weights in front of the last Dense layer. */
  featureFingerprint(): string {
    const { output, weights } = this.#parts;
    weights.synchronise();
    const behind = new Set(output.dense ? weights.namesOf(output.dense) : []);
    const hash = newDigest().update(JSON.stringify(this.model.toJSON(undefined, false)));
    for (const [name, { data }] of weights.table()) if (!behind.has(name)) hash.update(name).update(data);
    return hash.digest("hex");
  }

  async createLearner(options: LearnerOptions): Promise<Learner<Input>> {
    const { optimizer: tfOptimizer, batchNormalization = "frozen" } = this.#settings;
    this.task = TASK_OF_LOSS[options.loss.name];
    this.#parts.weights.keepInitial();
    this.#parts.weights.synchronise();
    return createTfjsLearner(this.#parts, {
      ...options,
      tfOptimizer,
      batchStatistics: batchNormalization === "batch",
      rowsPerPass: this.#rowsPerPass({}),
    });
  }

  /** How many numbers the weights have together. */
  get parameterCount(): number {
    return this.#parts.weights.count;
  }

  stateDict(): StateDict {
    return this.#parts.weights.table();
  }

  loadStateDict(state: StateDict): void {
    this.#parts.weights.load(state);
  }

  resetWeights({ seed }: { readonly seed?: number | undefined } = {}): void {
    const { leaves, weights } = this.#parts;
    const { fresh = [] } = this.#settings;
    const isFresh = (name: string) => fresh.some((pattern) => matchesName(pattern, name));
    weights.reset(seed === undefined ? new Map() : freshWeights(leaves, weights, { seed, isFresh }));
  }

  /** Writes `model.json` and its weights as TensorFlow.js does, with the labels and checksums; `loadTfjsModel` reads them back. */
  async save(folder: string): Promise<void> {
    this.#parts.weights.synchronise();
    await saveTfjsModel(folder, { model: this.model, labels: this.labels, task: this.task });
  }

  #rowsPerPass({ tokensPerBatch }: Pick<PredictOptions, "tokensPerBatch">): number {
    return tokensPerBatch ?? this.#settings.rowsPerPass ?? 1024;
  }
}

function tensorsOf<Input>({ tf, model, toTensor }: TfjsModelOptions<Input>): TfjsGraph<Input>["tensorsOf"] {
  if (!toTensor) {
    const load = defaultTensors(tf, model);
    return async (examples) => [await load(examples)];
  }
  return async (examples) => {
    const made = await toTensor(examples.map(({ input }) => input));
    const tensors = "shape" in made ? [made] : made;
    const rows = tensors.map(({ shape }) => shape[0]);
    if (tensors.length !== model.inputs.length || rows.some((count) => count !== examples.length)) {
      throw new BaalError(
        "E_SHAPE",
        `toTensor is expected to give ${model.inputs.length} tensor(s) of ${examples.length} rows; ${tensors.length} of ${rows} rows came.`,
      );
    }
    return tensors;
  };
}

/** The kind of the same numbers under another task than the layer tells. */
function kindOf(kind: PredictionKind, task: Task): PredictionKind {
  if (TASK_OF_KIND[kind] === task) return kind;
  if (task === "regression") return "values";
  if (task === "single") return areLogits(kind) || kind === "values" ? "logits" : "probabilities";
  return areLogits(kind) || kind === "values" ? "sigmoidLogits" : "sigmoid";
}

function checkUsable(model: TfLayersModel): void {
  if (!model.outputs?.length || !model.inputs?.length)
    throw new BaalError("E_MODEL_FORMAT", "The model is not built: give its first layer an inputShape, or call model.build.");
  if (model.stateful)
    throw new BaalError(
      "E_MODEL_FORMAT",
      "A stateful model's predictions depend on what it read before; make its layers stateless.",
    );
}

function checkRows(rowsPerPass = 1): void {
  if (!Number.isInteger(rowsPerPass) || rowsPerPass < 1)
    throw new BaalError("E_ARGUMENT", `rowsPerPass is a whole number of at least 1; ${rowsPerPass} came.`);
}
