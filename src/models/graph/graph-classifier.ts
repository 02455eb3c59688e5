import { type DropoutSite, dropoutSites } from "../../bayesian/dropout-sites.js";
import type { LinearWeight, ModelPatch } from "../../bayesian/model-patch.js";
import { ownDropout, type Patchable } from "../../bayesian/patch-module.js";
import type { Calibrator } from "../../calibration/calibrator.js";
import type {
  BayesianModel,
  FeatureOptions,
  LastLayer,
  Learner,
  LearnerOptions,
  LossName,
  Optimizer,
  PredictOptions,
  StateDict,
} from "../../core/bayesian-model.js";
import type { Dataset } from "../../core/dataset.js";
import { createDataset } from "../../core/dataset-view.js";
import { drawRequest, featuresInChunks, predictInChunks } from "../../core/draws.js";
import type { Features } from "../../core/features.js";
import { ParameterTable } from "../../core/parameter-table.js";
import type { Predictions } from "../../core/predictions.js";
import { KIND_OF_TASK, TASK_OF_LOSS, type Task } from "../../core/task.js";
import type { Graph } from "../../engine/onnx/graph.js";
import type { DeviceOptions, Feed } from "../../engine/runtime/session.js";
import { type Classification, type ClassifyOptions, checkTopK, classifications } from "../classification.js";
import { checkAsked, type Estimate, type EstimateOptions, estimates } from "../estimation.js";
import { beyondScope, type OutOfScopeRule, scopeEvidence } from "../out-of-scope/rule.js";
import { OUT_OF_SCOPE_SCORES } from "../out-of-scope/scores.js";
import type { ClassMates, ContrastiveLearnerOptions } from "./contrastive-learner.js";
import { lastLayer, linearWeights, parameterLayers, undecayed } from "./graph-layers.js";
import { type GraphOutputs, graphOutputs } from "./graph-outputs.js";
import { type ImportReport, importReport } from "./import-report.js";
import { type InitialWeightsOptions, initialTensor } from "./initial-weights.js";
import type { InputAdapter } from "./input-adapter.js";
import { type VarianceHead, varianceHead, withVariances } from "./variance-head.js";

/** Where a model's graph and weights came from: drawn from a configuration, or read from files. */
export type ModelSource = "config" | "safetensors" | "onnx";

export interface GraphClassifierOptions<Input> {
  /** The name of the network's form: "distilbert", "small-cnn", ... */
  readonly architecture: string;
  readonly source: ModelSource;
  /** The forward graph: data inputs, parameters, `Dropout` nodes, one output `[batch, C]` of logits. */
  readonly graph: Graph;
  /** Becomes the model's own: the arrays are changed in place by training. */
  readonly weights: StateDict;
  readonly adapter: InputAdapter<Input>;
  readonly labels: readonly string[];
  readonly device: DeviceOptions;
  /** Where it is trained; as {@link device} by default. */
  readonly learnerDevice?: DeviceOptions | undefined;
  /** How fresh weights are drawn. */
  readonly initialization: InitialWeightsOptions;
  /** See {@link GraphClassifier.task}; `"single"` by default. */
  readonly task?: Task | undefined;
  /** Tensors of the files that the model has no place for. */
  readonly unused?: readonly string[] | undefined;
  /** Dropout sites of the source that the graph could not be given. */
  readonly unplacedDropout?: readonly string[] | undefined;
  /** Which parameters were drawn afresh, not loaded; `resetWeights({seed})` draws just these anew. */
  readonly isFresh: (name: string) => boolean;
}

/** What an encoder is trained with to bring the items of a class together. */
export type ContrastiveOptions = Omit<LearnerOptions, "loss"> & Pick<ContrastiveLearnerOptions<unknown>, "loss" | "temperature">;

/** Fewer tokens leave the cores idle between operators, more push the activations out of the cache. */
const TOKENS_PER_BATCH = 2048;

/** A classifier that is an ONNX graph plus a table of parameters: what text and image classifiers share. */
export abstract class GraphClassifier<Input> implements BayesianModel<Input>, Patchable {
  readonly labels: readonly string[];
  /** The name of the network's form: "distilbert", "small-cnn", ...; "unknown" where the files do not tell. */
  readonly architecture: string;
  /** Where the graph and the weights came from. */
  readonly source: ModelSource;
  readonly dropoutSites: readonly DropoutSite[];
  readonly linearWeights: readonly LinearWeight[];
  /**
   * What the model says of an item: one of its labels, each of them by itself, or a number for each: config.json's `problem_type`. Training makes it
   * the loss's (`TASK_OF_LOSS`).
   */
  task: Task;
  /** When the model does not answer; set by `fitOutOfScope`, dropped with any change of the weights. None by default. */
  outOfScope: OutOfScopeRule | undefined;
  /**
   * Where each label is predicted by itself: the probability from which on it is, in the order of the labels. Set by `fitThresholds`, dropped with any
   * change of the weights; 0.5 by default.
   */
  thresholds: readonly number[] | undefined;
  /**
   * Makes the probabilities that are shown right: those of `classify`, of evaluations, of `baal predict` and of servers. {@link predict} gives draws as they
   * are, for strategies and rules. Set it to what `temperatureScaling` and the like have fitted (`solveLastLayer` with `isCalibrated` does), and it is saved
   * with the model; dropped with any change of the weights. None by default.
   */
  calibrator: Calibrator | undefined;
  /** Makes predictions random; set by `patchModule`. */
  patch: ModelPatch | undefined;
  protected readonly parts: GraphClassifierOptions<Input>;
  readonly #table: ParameterTable;
  /** The same arrays as feeds. */
  readonly #parameters: Map<string, Feed>;
  #outputs: GraphOutputs<Input>;
  /** What predicts a variance beside each number; see {@link prepareLoss}. */
  #variance: VarianceHead | undefined;
  #isFresh: (name: string) => boolean;
  /** How often the weights may have changed. */
  #changes = 0;

  protected constructor(parts: GraphClassifierOptions<Input>) {
    this.parts = parts;
    this.#isFresh = parts.isFresh;
    this.task = parts.task ?? "single";
    this.labels = parts.labels;
    this.architecture = parts.architecture;
    this.source = parts.source;
    this.dropoutSites = dropoutSites(parts.graph);
    this.linearWeights = linearWeights(parts.graph);
    this.#table = new ParameterTable(parts.weights);
    this.#parameters = new Map([...parts.weights].map(([name, { dims, data }]) => [name, { dtype: "float32", dims, data }]));
    this.#outputs = graphOutputs({ ...parts, parameters: this.#parameters, changes: () => this.#changes });
  }

  /** Whether each label is predicted by itself, its probability the sigmoid of its logit: the {@link task} is `"multi"`. */
  get isMultiLabel(): boolean {
    return this.task === "multi";
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

  /** Whether the last layer's weights were drawn at random when the model was made, not loaded. */
  get hasFreshHead(): boolean {
    const layer = this.lastLayer;
    return layer !== undefined && this.#isFresh(layer.weight);
  }

  get undecayed(): ReadonlySet<string> {
    return undecayed(this.#variance?.graph ?? this.parts.graph);
  }

  /**
   * What each tensor of the files became (learned, running, constant, unused, drawn at random), and which dropout sites the model has, or
   * lacks.
   *
   * @example
   * ```ts with=text
   * const { parameters, constants, dropoutSites, unplacedDropout } = model.importReport;
   * console.log(parameters.length, constants.length, dropoutSites.length, unplacedDropout);
   * ```
   */
  get importReport(): ImportReport {
    const { graph, weights, unused, unplacedDropout } = this.parts;
    return importReport(graph, weights, { unused, unplacedDropout, isFresh: this.#isFresh });
  }

  get parameterLayers(): readonly (readonly string[])[] {
    const layers = parameterLayers(this.parts.graph);
    const more = [...(this.#variance?.state.keys() ?? [])];
    return more.length === 0 ? layers : [...layers.slice(0, -1), [...layers.at(-1)!, ...more]];
  }

  predict(dataset: Dataset<Input>, options: PredictOptions = {}): AsyncGenerator<Predictions> {
    return this.#draw(dataset, this.patch, options);
  }

  /** Draws as under `patch`, whatever the model's own is. */
  async *#draw(dataset: Dataset<Input>, given: ModelPatch | undefined, options: PredictOptions): AsyncGenerator<Predictions> {
    const { tokensPerBatch = TOKENS_PER_BATCH, signal } = options;
    const maxIterations = given?.kind === "weights" ? given.maxIterations : undefined;
    const { draws, firstDraw, seed, isRandom } = drawRequest({ isStochastic: given !== undefined, maxIterations }, options);
    const patch = isRandom ? given : undefined;
    const run = await this.#outputs.logits(patch, { draws, firstDraw, seed, tokensPerBatch, signal });
    const isConsistent = patch?.kind === "weights" || patch?.isConsistent;
    const columns = this.#variance ? 2 * this.labels.length : this.labels.length;
    const form = { kind: KIND_OF_TASK[this.task], classes: columns, draws, isConsistent };
    const chunks = predictInChunks(dataset, run, form, options);
    if (this.#variance) {
      for await (const chunk of chunks) yield withVariances(chunk);
      return;
    }
    const { outOfScope: rule } = this;
    if (!rule) {
      yield* chunks;
      return;
    }
    // The score is of the model itself, not of a draw; where its logits are what is predicted, they are enough.
    const isEnough = patch === undefined && draws === 1 && OUT_OF_SCOPE_SCORES[rule.score].reads === "logits";
    const vectors = isEnough ? undefined : this.features(dataset, options);
    const none = { shape: [0, 0] as const, data: new Float32Array(0), indices: [] };
    for await (const chunk of chunks) {
      const read = (await vectors?.next())?.value as Features | undefined;
      const evidence = read
        ? await scopeEvidence(read, this.lastLayer!, this.stateDict())
        : { classes: this.labels.length, logits_N_C: chunk.data, features: none };
      yield { ...chunk, beyondScope_N: await beyondScope(rule, evidence) };
    }
  }

  /** Labels with probabilities for inputs as the graph's adapter takes them: what the classifiers' `classify` is made of. */
  protected async classifyInputs(inputs: readonly Input[], options: ClassifyOptions): Promise<Classification[]> {
    const { topK, ...rest } = options;
    checkAsked(this.task === "regression", "classify");
    checkTopK(topK);
    const { labels, thresholds, calibrator } = this;
    const answers: Classification[] = [];
    for await (const draws of this.#drawInputs(inputs, rest)) {
      answers.push(...classifications(draws, { labels, topK, thresholds, calibrator, outOfScopeLabel: this.outOfScope?.label }));
    }
    return answers;
  }

  /** Numbers with their spread: what the models' `estimate` is made of. */
  protected async estimateInputs(inputs: readonly Input[], options: EstimateOptions): Promise<Estimate[]> {
    checkAsked(this.task === "regression", "estimate");
    const answers: Estimate[] = [];
    for await (const draws of this.#drawInputs(inputs, options)) answers.push(...estimates(draws, this.labels));
    return answers;
  }

  #drawInputs(inputs: readonly Input[], { iterations = 1, ...options }: EstimateOptions): AsyncGenerator<Predictions> {
    const patch = iterations === 1 ? undefined : (this.patch ?? ownDropout(this));
    // All of the same number, which keys the draws: an answer does not depend on its place in the list.
    const dataset = createDataset(inputs.length, (i) => ({ index: 0, input: inputs[i]!, target: undefined }));
    return this.#draw(dataset, patch, { iterations, ...options });
  }

  /**
   * The inputs of the last linear layer, dropout off, `[n, D]`: the logits of a deterministic prediction are exactly `W h + b`.
   * Throws `E_MODEL_FORMAT` for an imported model whose logits do not come from a linear layer, `E_DATA`, `E_ABORTED`.
   */
  async *features(dataset: Dataset<Input>, options: FeatureOptions = {}): AsyncGenerator<Features> {
    const { tokensPerBatch = TOKENS_PER_BATCH, signal } = options;
    yield* featuresInChunks(dataset, await this.#outputs.features({ tokensPerBatch, signal }), options);
  }

  /**
   * Names what {@link features} computes: the layers in front of the last one and their current weights, not the last layer's own.
   * Models that give the same features of the same inputs share it. Reads all weights: about a second for 500 MB.
   */
  featureFingerprint(): Promise<string> {
    return this.#outputs.featureFingerprint();
  }

  async createLearner(options: LearnerOptions): Promise<Learner<Input>> {
    this.prepareLoss(options.loss.name);
    this.#table.keepInitial();
    this.#dropRules();
    this.task = TASK_OF_LOSS[options.loss.name];
    const { adapter, device, learnerDevice = device, initialization } = this.parts;
    const optimizer = this.#counted(options.optimizer);
    const graph = this.#variance?.graph ?? this.parts.graph;
    // Who only predicts does not load the rules of differentiation.
    const { createGraphLearner } = await import("./graph-learner.js");
    return createGraphLearner({
      ...options,
      optimizer,
      graph,
      adapter,
      device: { ...learnerDevice, precision: undefined },
      parameters: this.#parameters,
      classes: this.labels.length,
      paddingRows: initialization.paddingRows ?? new Map(),
    });
  }

  /**
   * Trains what is in front of the last layer by comparing the {@link features} of items; the last layer stays as it is, and has to be solved
   * or trained anew. Throws `E_MODEL_FORMAT` as {@link features}, `E_ARGUMENT`.
   */
  async createContrastiveLearner(options: ContrastiveOptions): Promise<Learner<ClassMates<Input>>> {
    this.#table.keepInitial();
    const { graph, adapter, device, initialization } = this.parts;
    const { createContrastiveLearner } = await import("./contrastive-learner.js");
    return createContrastiveLearner({
      ...options,
      optimizer: this.#counted(options.optimizer),
      graph,
      adapter,
      device: { ...device, precision: undefined },
      parameters: this.#parameters,
      paddingRows: initialization.paddingRows ?? new Map(),
    });
  }

  /**
   * The loss `"gaussianNll"` learns a variance beside each number: this gives the model a second linear layer over the {@link features} for its logarithm,
   * which starts at 0. Other losses take it away again, for what it says would no longer be true. Throws `E_MODEL_FORMAT` where there are no features.
   */
  prepareLoss(name: LossName): void {
    if ((name === "gaussianNll") === (this.#variance !== undefined)) return;
    if (name === "gaussianNll") this.adoptVariance();
    else {
      for (const parameter of this.#variance!.state.keys()) {
        this.#table.remove(parameter);
        this.#parameters.delete(parameter);
      }
      this.#variance = undefined;
      this.#outputs = graphOutputs({ ...this.parts, parameters: this.#parameters, changes: () => this.#changes });
    }
  }

  /** The weights of the layer that predicts a variance beside each number, if there is one. */
  get varianceWeights(): StateDict | undefined {
    return this.#variance && new Map(this.#variance.state);
  }

  /** Gives the model a layer for the variance, with these weights or fresh ones. Throws `E_MODEL_FORMAT`. */
  protected adoptVariance(saved?: StateDict | undefined): void {
    const { parts } = this;
    const head = varianceHead(parts.graph, { outputs: this.labels.length, weights: parts.weights, saved });
    for (const [name, tensor] of head.state) {
      this.#table.add(name, tensor);
      this.#parameters.set(name, { dtype: "float32", ...tensor });
    }
    this.#variance = head;
    const weights = new Map([...parts.weights, ...head.state]);
    this.#outputs = graphOutputs({
      ...{ ...parts, graph: head.joined, linear: parts.graph, weights, parameters: this.#parameters },
      changes: () => this.#changes,
    });
  }

  /** The forward graph, with `Dropout` nodes at the {@link dropoutSites}. The model's own: clone it to change it. */
  get graph(): Graph {
    return this.parts.graph;
  }

  /** How many numbers the parameters have together. */
  get parameterCount(): number {
    return this.#table.count;
  }

  stateDict(): StateDict {
    return this.#table.stateDict();
  }

  loadStateDict(state: StateDict): void {
    this.#dropRules();
    this.#changes++;
    this.#table.load(state);
  }

  resetWeights({ seed }: { readonly seed?: number | undefined } = {}): void {
    const { initialization } = this.parts;
    this.#dropRules();
    this.#changes++;
    this.#table.reset((name, { dims }) =>
      seed !== undefined && this.#isFresh(name) ? initialTensor(name, dims, { ...initialization, seed }) : undefined,
    );
  }

  /** An optimizer whose steps are known to change the weights. */
  #counted(optimizer: Optimizer): Optimizer {
    return {
      step: (updates, options) => {
        this.#changes++;
        optimizer.step(updates, options);
      },
      stateDict: () => optimizer.stateDict(),
      loadStateDict: (state) => optimizer.loadStateDict(state),
    };
  }

  /** What was found on the predictions of weights that are no more. */
  #dropRules(): void {
    this.outOfScope = undefined;
    this.thresholds = undefined;
    this.calibrator = undefined;
  }

  /** Makes the present weights those that {@link resetWeights} goes back to; of the fresh ones, only those of `isFresh` stay so. */
  protected adoptAsInitial(isFresh: (name: string) => boolean): void {
    const before = this.#isFresh;
    this.#isFresh = (name) => before(name) && isFresh(name);
    this.#changes++;
    this.#table.adoptAsInitial();
  }

  abstract save(folder: string): Promise<void>;

  /**
   * Gives back what predicting took: ONNX Runtime's sessions, with the memory of their activations. The weights stay, and whatever is
   * asked of the model later makes its sessions anew; nothing may be running meanwhile. A model that is forgotten without it is
   * cleaned up with the garbage.
   *
   * @example
   * ```ts with=text
   * await using scorer = await TextClassifier.fromPretrained("distilbert-base-uncased", { labels }); // disposed of at the end of the block
   * ```
   */
  dispose(): Promise<void> {
    return this.#outputs.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
