import { type DropoutSite, dropoutSites } from "../bayesian/dropout-sites.js";
import type { DropoutPatch, Patchable } from "../bayesian/patch-module.js";
import type { Dataset, Example } from "../data/dataset.js";
import { BaalError } from "../errors.js";
import { type Features, features } from "../features.js";
import { cloneGraph, type Graph, removeDeadNodes } from "../onnx/graph.js";
import { type Predictions, predictions } from "../predictions.js";
import type { DeviceOptions } from "../runtime/device.js";
import type { Feed } from "../runtime/session.js";
import type { BayesianModel, FeatureOptions, Learner, LearnerOptions, PredictOptions, StateDict } from "./bayesian-model.js";
import { createGraphLearner } from "./graph-learner.js";
import { createPredictor, type Predictor } from "./graph-predictor.js";
import { type InitialWeightsOptions, initialTensor } from "./initial-weights.js";
import type { InputAdapter } from "./input-adapter.js";
import { lastLayer } from "./last-layer.js";

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
  /** Which parameters were drawn afresh, not loaded; `resetWeights({seed})` draws just these anew. */
  readonly isFresh: (name: string) => boolean;
}

/** Fewer tokens leave the cores idle between operators, more push the activations out of the cache. */
const TOKENS_PER_BATCH = 2048;

/** A classifier that is an ONNX graph plus a table of parameters: what text and image classifiers share. */
export abstract class GraphClassifier<Input> implements BayesianModel<Input>, Patchable {
  readonly labels: readonly string[];
  readonly dropoutSites: readonly DropoutSite[];
  /** Which dropout sites are random at prediction time; set by `patchModule`. */
  patch: DropoutPatch | undefined;
  protected readonly parts: GraphClassifierParts<Input>;
  readonly #parameters: ReadonlyMap<string, Feed>;
  /** What {@link resetWeights} goes back to: copied just before the weights can first change. */
  #initial: ReadonlyMap<string, Float32Array> | undefined;
  readonly #predictors = new Map<string, Promise<Predictor<Input>>>();
  #features: Promise<Predictor<Input>> | undefined;

  protected constructor(parts: GraphClassifierParts<Input>) {
    this.parts = parts;
    this.labels = parts.labels;
    this.dropoutSites = dropoutSites(parts.graph);
    this.#parameters = new Map([...parts.weights].map(([name, { dims, data }]) => [name, { dtype: "float32", dims, data }]));
  }

  get isStochastic(): boolean {
    return this.patch !== undefined;
  }

  async *predict(dataset: Dataset<Input>, options: PredictOptions = {}): AsyncGenerator<Predictions> {
    const { seed = 0, chunkSize = 1024, tokensPerBatch = TOKENS_PER_BATCH, signal } = options;
    const mode = options.mode ?? (this.isStochastic ? "mc" : "deterministic");
    const draws = options.iterations ?? 1;
    if (!Number.isInteger(draws) || draws < 1)
      throw new BaalError("E_ARGUMENT", `iterations is a whole number of at least 1; ${draws} came.`);
    const patch = mode === "mc" ? this.patch : undefined;
    if (!patch && (draws > 1 || mode === "mc")) {
      throw new BaalError(
        "E_MODEL_DETERMINISTIC",
        `${draws} random draws were asked of a model whose dropout is off: they would all be the same. Call patchModule(model) first, or predict with iterations: 1.`,
      );
    }
    const predictor = await this.#predictor(patch);
    for (const examples of chunksOf(dataset, chunkSize)) {
      const data = await predictor.run(examples, { draws, seed, tokensPerBatch, signal });
      yield predictions(
        "logits",
        [examples.length, this.labels.length, draws],
        data,
        examples.map((example) => example.index),
      );
    }
  }

  /**
   * What the last linear layer reads, dropout off, `[n, D]`: the logits of a deterministic prediction are exactly `W h + b`.
   * Throws `E_MODEL_FORMAT` for an imported model whose logits do not come from a linear layer, `E_DATA`, `E_ABORTED`.
   */
  async *features(dataset: Dataset<Input>, options: FeatureOptions = {}): AsyncGenerator<Features> {
    const { chunkSize = 1024, tokensPerBatch = TOKENS_PER_BATCH, signal } = options;
    const predictor = await this.#featurePredictor();
    for (const examples of chunksOf(dataset, chunkSize)) {
      const data = await predictor.run(examples, { draws: 1, seed: 0, tokensPerBatch, signal });
      const indices = examples.map((example) => example.index);
      yield features([examples.length, data.length / examples.length], data, indices);
    }
  }

  createLearner(options: LearnerOptions): Promise<Learner<Input>> {
    this.#keepInitialWeights();
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
    const { weights, isFresh, initialization } = this.parts;
    const initial = this.#keepInitialWeights();
    for (const [name, { dims, data }] of weights) {
      const redraw = options.seed !== undefined && isFresh(name);
      data.set(redraw ? initialTensor(name, dims, { ...initialization, seed: options.seed! }) : initial.get(name)!);
    }
  }

  abstract save(folder: string): Promise<void>;

  #keepInitialWeights(): ReadonlyMap<string, Float32Array> {
    this.#initial ??= new Map([...this.parts.weights].map(([name, { data }]) => [name, data.slice()]));
    return this.#initial;
  }

  #featurePredictor(): Promise<Predictor<Input>> {
    const { graph, adapter, device } = this.parts;
    this.#features ??= createPredictor({
      graph: featureGraph(graph),
      outputName: "feature",
      patch: undefined,
      parameters: this.#parameters,
      adapter,
      device,
    });
    return this.#features;
  }

  #predictor(patch: DropoutPatch | undefined): Promise<Predictor<Input>> {
    const key = JSON.stringify([...(patch?.rates ?? [])]);
    let predictor = this.#predictors.get(key);
    if (!predictor) {
      const { graph, adapter, device } = this.parts;
      predictor = createPredictor({ graph, adapter, device, patch, parameters: this.#parameters });
      this.#predictors.set(key, predictor);
    }
    return predictor;
  }
}

/** The part of a classifier's graph in front of its last linear layer. */
function featureGraph(graph: Graph): Graph {
  const last = lastLayer(graph);
  if (!last)
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The logits of "${graph.name}" do not come from a linear layer with weights of its own, so it has no features; use a strategy that needs predictions alone.`,
    );
  const copy = cloneGraph(graph);
  copy.outputs = [last.input];
  removeDeadNodes(copy);
  return copy;
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
