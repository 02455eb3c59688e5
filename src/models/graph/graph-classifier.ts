import { type DropoutSite, dropoutSites } from "../../bayesian/dropout-sites.js";
import type { LinearWeight, ModelPatch } from "../../bayesian/model-patch.js";
import type { Patchable } from "../../bayesian/patch-module.js";
import type {
  BayesianModel,
  FeatureOptions,
  Learner,
  LearnerOptions,
  PredictOptions,
  StateDict,
} from "../../core/bayesian-model.js";
import type { Dataset, Example } from "../../core/dataset.js";
import { DEFAULT_CHUNK_SIZE } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import { type Features, features } from "../../core/features.js";
import { type Predictions, predictions } from "../../core/predictions.js";
import type { Graph } from "../../engine/onnx/graph.js";
import type { DeviceOptions, Feed } from "../../engine/runtime/session.js";
import { type LastLayer, lastLayer, linearWeights, parameterLayers } from "./graph-layers.js";
import { createGraphLearner } from "./graph-learner.js";
import { type GraphOutputs, graphOutputs } from "./graph-outputs.js";
import { type InitialWeightsOptions, initialTensor } from "./initial-weights.js";
import type { InputAdapter } from "./input-adapter.js";

export interface GraphClassifierParts<Input> {
  /** The forward graph: data inputs, parameters, `Dropout` nodes, one output `[batch, C]` of logits. */
  readonly graph: Graph;
  /** Becomes the model's own: the arrays are changed in place by training. */
  readonly weights: StateDict;
  readonly adapter: InputAdapter<Input>;
  readonly labels: readonly string[];
  readonly device: DeviceOptions;
  /** How fresh weights are drawn. */
  readonly initialization: InitialWeightsOptions;
  /** See {@link GraphClassifier.isMultiLabel}; false by default. */
  readonly isMultiLabel?: boolean;
  /** Which parameters were drawn afresh, not loaded; `resetWeights({seed})` draws just these anew. */
  readonly isFresh: (name: string) => boolean;
}

/** Fewer tokens leave the cores idle between operators, more push the activations out of the cache. */
const TOKENS_PER_BATCH = 2048;

/** A classifier that is an ONNX graph plus a table of parameters: what text and image classifiers share. */
export abstract class GraphClassifier<Input> implements BayesianModel<Input>, Patchable {
  readonly labels: readonly string[];
  readonly dropoutSites: readonly DropoutSite[];
  readonly linearWeights: readonly LinearWeight[];
  /**
   * Whether each label is predicted by itself, its probability the sigmoid of its logit: what Hugging Face calls
   * `problem_type: "multi_label_classification"`. Training with binary cross-entropy makes it so, with cross-entropy not so.
   */
  isMultiLabel: boolean;
  /** What is random at prediction time; set by `patchModule`. */
  patch: ModelPatch | undefined;
  protected readonly parts: GraphClassifierParts<Input>;
  readonly #parameters: ReadonlyMap<string, Feed>;
  /** What {@link resetWeights} goes back to: copied just before the weights can first change. */
  #initial: ReadonlyMap<string, Float32Array> | undefined;
  readonly #outputs: GraphOutputs<Input>;
  #isFresh: (name: string) => boolean;

  protected constructor(parts: GraphClassifierParts<Input>) {
    this.parts = parts;
    this.#isFresh = parts.isFresh;
    this.isMultiLabel = parts.isMultiLabel ?? false;
    this.labels = parts.labels;
    this.dropoutSites = dropoutSites(parts.graph);
    this.linearWeights = linearWeights(parts.graph);
    this.#parameters = new Map([...parts.weights].map(([name, { dims, data }]) => [name, { dtype: "float32", dims, data }]));
    this.#outputs = graphOutputs({ ...parts, parameters: this.#parameters });
  }

  get isStochastic(): boolean {
    return this.patch !== undefined;
  }

  get maxIterations(): number | undefined {
    return this.patch?.kind === "weights" ? this.patch.maxIterations : undefined;
  }

  /** The layer with `logits = W h + b`, h being the {@link features}; `undefined` when the logits come from something else. */
  get lastLayer(): LastLayer | undefined {
    return lastLayer(this.parts.graph);
  }

  get parameterLayers(): readonly (readonly string[])[] {
    return parameterLayers(this.parts.graph);
  }

  async *predict(dataset: Dataset<Input>, options: PredictOptions = {}): AsyncGenerator<Predictions> {
    const { seed = 0, chunkSize = DEFAULT_CHUNK_SIZE, tokensPerBatch = TOKENS_PER_BATCH, signal } = options;
    const mode = options.mode ?? (this.isStochastic ? "mc" : "deterministic");
    const draws = options.iterations ?? 1;
    if (!Number.isInteger(draws) || draws < 1)
      throw new BaalError("E_ARGUMENT", `iterations is a whole number of at least 1; ${draws} came.`);
    const patch = mode === "mc" ? this.patch : undefined;
    if (patch && draws > (this.maxIterations ?? draws)) {
      throw new BaalError(
        "E_ARGUMENT",
        `${draws} draws were asked of a model that is patched with ${this.maxIterations} different ones (an ensemble's members); ask for at most that many.`,
      );
    }
    if (!patch && (draws > 1 || mode === "mc")) {
      throw new BaalError(
        "E_MODEL_DETERMINISTIC",
        `${draws} random draws were asked of a model that is not patched: they would all be the same. Call patchModule(model) first, or predict with iterations: 1.`,
      );
    }
    const isConsistent = patch?.kind === "weights" || patch?.isConsistent;
    const run = await this.#outputs.logits(patch, { draws, seed, tokensPerBatch, signal });
    for (const examples of chunksOf(dataset, chunkSize)) {
      const shape = [examples.length, this.labels.length, draws];
      const indices = examples.map((example) => example.index);
      yield predictions("logits", shape, await run(examples), indices, { isConsistent });
    }
  }

  /**
   * What the last linear layer reads, dropout off, `[n, D]`: the logits of a deterministic prediction are exactly `W h + b`.
   * Throws `E_MODEL_FORMAT` for an imported model whose logits do not come from a linear layer, `E_DATA`, `E_ABORTED`.
   */
  async *features(dataset: Dataset<Input>, options: FeatureOptions = {}): AsyncGenerator<Features> {
    const { chunkSize = DEFAULT_CHUNK_SIZE, tokensPerBatch = TOKENS_PER_BATCH, signal } = options;
    const run = await this.#outputs.features({ tokensPerBatch, signal });
    for (const examples of chunksOf(dataset, chunkSize)) {
      const data = await run(examples);
      const indices = examples.map((example) => example.index);
      yield features([examples.length, data.length / examples.length], data, indices);
    }
  }

  /**
   * Names what {@link features} computes: the layers in front of the last one and their current weights, not the last layer's own.
   * Models that give the same features of the same inputs share it. Reads all weights: about a second for 500 MB.
   */
  featureFingerprint(): string {
    return this.#outputs.featureFingerprint();
  }

  createLearner(options: LearnerOptions): Promise<Learner<Input>> {
    this.#keepInitialWeights();
    this.isMultiLabel = options.loss.name === "binaryCrossEntropy";
    const { graph, adapter, device, initialization } = this.parts;
    return createGraphLearner({
      ...options,
      graph,
      adapter,
      device,
      parameters: this.#parameters,
      classes: this.labels.length,
      paddingRows: initialization.paddingRows ?? new Map(),
    });
  }

  stateDict(): StateDict {
    return new Map(this.parts.weights);
  }

  loadStateDict(state: StateDict): void {
    const missing = [...this.parts.weights.keys()].filter((name) => !state.has(name));
    const unknown = [...state.keys()].filter((name) => !this.parts.weights.has(name));
    if (missing.length > 0 || unknown.length > 0) {
      throw new BaalError(
        "E_CHECKPOINT",
        `The weights are not this model's. Missing: ${list(missing)}; not in the model: ${list(unknown)}.`,
      );
    }
    for (const [name, { dims }] of this.parts.weights) {
      const given = state.get(name)!.dims;
      if (String(given) !== String(dims)) {
        throw new BaalError("E_CHECKPOINT", `Weight ${name} has the shape [${dims}] in the model and [${given}] in the table.`);
      }
    }
    this.#keepInitialWeights();
    for (const [name, { data }] of this.parts.weights) data.set(state.get(name)!.data);
  }

  resetWeights(options: { readonly seed?: number } = {}): void {
    const { weights, initialization } = this.parts;
    const initial = this.#keepInitialWeights();
    for (const [name, { dims, data }] of weights) {
      const redraw = options.seed !== undefined && this.#isFresh(name);
      data.set(redraw ? initialTensor(name, dims, { ...initialization, seed: options.seed! }) : initial.get(name)!);
    }
  }

  /** Makes the present weights those that {@link resetWeights} goes back to; of the fresh ones, only those of `isFresh` stay so. */
  protected adoptAsInitial(isFresh: (name: string) => boolean): void {
    const before = this.#isFresh;
    this.#isFresh = (name) => before(name) && isFresh(name);
    this.#initial = undefined;
    this.#keepInitialWeights();
  }

  abstract save(folder: string): Promise<void>;

  #keepInitialWeights(): ReadonlyMap<string, Float32Array> {
    this.#initial ??= new Map([...this.parts.weights].map(([name, { data }]) => [name, data.slice()]));
    return this.#initial;
  }
}

function* chunksOf<Input>(dataset: Dataset<Input>, chunkSize: number): Generator<Example<Input>[]> {
  if (!Number.isInteger(chunkSize) || chunkSize < 1)
    throw new BaalError("E_ARGUMENT", `chunkSize is a whole number of at least 1; ${chunkSize} came.`);
  for (let start = 0; start < dataset.length; start += chunkSize) {
    const examples: Example<Input>[] = [];
    for (let i = start; i < Math.min(start + chunkSize, dataset.length); i++) examples.push(dataset.at(i));
    yield examples;
  }
}

function list(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
}
