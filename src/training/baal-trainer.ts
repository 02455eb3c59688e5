import type { BayesianModel, FeatureOptions, Optimizer, PredictOptions, StateDict } from "../core/bayesian-model.js";
import { checkTargets } from "../core/check-targets.js";
import type { Dataset } from "../core/dataset.js";
import { DEFAULT_ITERATIONS } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Features } from "../core/features.js";
import { joinFeatures, joinPredictions } from "../core/join-chunks.js";
import type { Predictions } from "../core/predictions.js";
import { deriveSeed, SEED_PURPOSE } from "../core/random.js";
import { averageDraws, type ComputeMetrics, evaluationMetrics, type Metrics } from "./evaluation-metrics.js";
import { predictDraws } from "./predict-draws.js";
import { resolveTrainingArguments } from "./resolve-training-arguments.js";
import { runTraining, type TrainResult, type WorkOptions } from "./run-training.js";
import { resolveSemiSupervision, type SemiSupervision } from "./semi-supervised/methods.js";
import { semiSupervisedSteps } from "./semi-supervised/semi-supervised-steps.js";
import { trainableNames } from "./trainable-names.js";
import type { TrainerCallback } from "./trainer-callback.js";
import type { ResolvedTrainingArguments, TrainingArguments } from "./training-arguments.js";

export interface BaalTrainerOptions<Input> {
  readonly model: BayesianModel<Input>;
  readonly args?: TrainingArguments;
  readonly trainDataset?: Dataset<Input>;
  readonly evalDataset?: Dataset<Input>;
  readonly callbacks?: readonly TrainerCallback[];
  /** Metrics of evaluations, beside the loss. Accuracy by default. */
  readonly computeMetrics?: ComputeMetrics;
  /** Keeps its state from one `train` to the next. By default every `train` has a fresh one, as `args.optim` says. */
  readonly optimizer?: Optimizer;
}

export interface TrainOptions<Input> extends WorkOptions {
  /** Also learns from items without a label. Supervised by default. */
  readonly semiSupervised?: SemiSupervision<Input> | undefined;
}

export interface EvaluateOptions extends WorkOptions {
  /** Draws whose probabilities are averaged; `args.evalIterations` by default. 1: one pass with dropout off. */
  readonly iterations?: number;
  /** Names the draws; derived from `args.seed` by default. */
  readonly seed?: number;
}

/** `iterations` is 20 by default, or 1 for a model whose predictions are not random; `seed` is derived from `args.seed`. */
export interface TrainerPredictOptions extends PredictOptions, WorkOptions {}

/** Trains, evaluates and asks predictions of a {@link BayesianModel}. */
export class BaalTrainer<Input> {
  readonly model: BayesianModel<Input>;
  readonly args: ResolvedTrainingArguments;
  readonly #options: BaalTrainerOptions<Input>;
  #isTraining = false;

  /** Throws `E_ARGUMENT` for an unknown or unusable training argument. */
  constructor(options: BaalTrainerOptions<Input>) {
    this.model = options.model;
    this.args = resolveTrainingArguments(options.args);
    this.#options = options;
    const { classWeights } = this.args;
    const classes = options.model.labels.length;
    if (classWeights !== undefined && classWeights.length !== classes) {
      throw new BaalError(
        "E_ARGUMENT",
        `classWeights is expected to have ${classes} numbers, one per label; ${classWeights.length} came.`,
      );
    }
  }

  /**
   * Trains the model from its current weights on a data set of labelled items (an `ActiveLearningDataset` is one).
   *
   * Throws `E_DATA` for an empty data set, an unlabelled item or an unusable target; `E_ABORTED` between two steps once `signal`
   * has fired; `E_NOT_FINITE` with step and learning rate when a loss or gradient is NaN or infinite (after both the model
   * has the weights of the last completed step); `E_CHECKPOINT` when a checkpoint to resume from does not fit; `E_ARGUMENT` for
   * unusable settings of `semiSupervised` or a model that cannot learn from unlabelled items.
   */
  async train(
    dataset: Dataset<Input> | undefined = this.#options.trainDataset,
    options: TrainOptions<Input> = {},
  ): Promise<TrainResult> {
    const trainingSet = required(dataset, "train", "trainDataset");
    if (this.#isTraining) throw new BaalError("E_ARGUMENT", "This trainer is training already; wait for it to end or abort it.");
    this.#isTraining = true;
    try {
      return await this.#train(trainingSet, options);
    } finally {
      this.#isTraining = false;
    }
  }

  async #train(dataset: Dataset<Input>, { signal, onProgress, semiSupervised }: TrainOptions<Input>): Promise<TrainResult> {
    const { model, args } = this;
    const { optimizer, callbacks, evalDataset } = this.#options;
    if (args.evalStrategy !== "no") required(evalDataset, `evalStrategy "${args.evalStrategy}"`, "evalDataset");
    const { indices } = checkTargets(dataset, { loss: args.loss, classes: model.labels.length, what: "training" });
    const trainable = trainableNames(model, args);
    const semi = semiSupervised && resolveSemiSupervision(semiSupervised, { args, labelled: dataset.length });
    return runTraining({
      ...{ name: "Training", args, dataset, indices, model, semi, optimizer, callbacks, signal, onProgress },
      isTrainable: (name) => trainable.has(name),
      createLearner: (learning) =>
        model.createLearner({
          ...learning,
          loss: { name: args.loss, labelSmoothing: args.labelSmoothingFactor, classWeights: args.classWeights },
        }),
      stepsOf: semi && ((learner, plan) => semiSupervisedSteps({ semi, model, learner, args, plan, signal })),
      evaluate: () => this.evaluate(undefined, { signal, onProgress }),
    });
  }

  /**
   * Metrics of the model on labelled items: `loss` and those of `computeMetrics`, all from probabilities averaged over the draws.
   * Throws `E_DATA` for an empty data set or an unlabelled item, `E_MODEL_DETERMINISTIC` for several draws of a model without randomness.
   */
  async evaluate(
    dataset: Dataset<Input> | undefined = this.#options.evalDataset,
    options: EvaluateOptions = {},
  ): Promise<Metrics> {
    const { model, args } = this;
    const evalSet = required(dataset, "evaluate", "evalDataset");
    const classes = model.labels.length;
    const { indices, targets } = checkTargets(evalSet, { loss: args.loss, classes, what: "evaluation" });
    const iterations = options.iterations ?? args.evalIterations;
    const means = new Float64Array(evalSet.length * classes);
    let done = 0;
    const chunks = predictDraws(model, evalSet, {
      seed: deriveSeed(args.seed, SEED_PURPOSE.evaluate),
      ...options,
      iterations,
      mode: iterations === 1 ? "deterministic" : "mc",
      progressType: "evaluate",
    });
    for await (const chunk of chunks) {
      means.set(averageDraws(chunk, args.loss), done * classes);
      done += chunk.indices.length;
    }
    const outcome = { loss: args.loss, labels: model.labels, means, targets, indices };
    return evaluationMetrics(outcome, this.#options.computeMetrics);
  }

  /** Draws for every item, `[N, C, K]` logits in the data set's order. Throws as {@link predictOnDatasetGenerator}. */
  async predictOnDataset(dataset: Dataset<Input>, options: TrainerPredictOptions = {}): Promise<Predictions> {
    const iterations = this.#iterations(options);
    const chunks = this.predictOnDatasetGenerator(dataset, options);
    return joinPredictions(chunks, { total: dataset.length, itemShape: [this.model.labels.length, iterations] });
  }

  /**
   * The same chunk by chunk, `[n, C, K]` logits of `chunkSize` items (1024 by default), for data of any size in bounded memory.
   * Throws `E_MODEL_DETERMINISTIC` when several draws are asked of a model without randomness (call `patchModule(model)` first),
   * `E_NOT_FINITE` for an item with a NaN or infinite score, `E_ABORTED` once `signal` has fired.
   */
  predictOnDatasetGenerator(dataset: Dataset<Input>, options: TrainerPredictOptions = {}): AsyncGenerator<Predictions> {
    return predictDraws(this.model, dataset, {
      seed: deriveSeed(this.args.seed, SEED_PURPOSE.predict),
      ...options,
      iterations: this.#iterations(options),
      progressType: "predict",
    });
  }

  /**
   * What the model's last linear layer reads for every item, dropout off: `features_N_D` in the data set's order, for strategies that
   * need features. Throws `E_ARGUMENT` for a model that gives none, `E_ABORTED`.
   */
  async featuresOnDataset(dataset: Dataset<Input>, options: FeatureOptions = {}): Promise<Features> {
    if (!this.model.features)
      throw new BaalError(
        "E_ARGUMENT",
        "This model gives no features; use a strategy that needs predictions alone, or a model with features().",
      );
    return joinFeatures(this.model.features(dataset, options), { total: dataset.length });
  }

  /** Writes a folder that loads back exactly. */
  async saveModel(folder: string): Promise<void> {
    await this.model.save(folder);
  }

  /** The current weights; the arrays are the model's own. */
  stateDict(): StateDict {
    return this.model.stateDict();
  }

  /** Copies weights in. Throws `E_CHECKPOINT` when names or shapes are not the model's. */
  loadStateDict(state: StateDict): void {
    this.model.loadStateDict(state);
  }

  /** Back to the weights that the model was made or loaded with; a fresh head is drawn anew from `seed` where given. */
  resetWeights(options: { readonly seed?: number } = {}): void {
    this.model.resetWeights(options);
  }

  #iterations({ iterations, mode }: TrainerPredictOptions): number {
    const { isStochastic, maxIterations = DEFAULT_ITERATIONS } = this.model;
    return iterations ?? (isStochastic && mode !== "deterministic" ? Math.min(DEFAULT_ITERATIONS, maxIterations) : 1);
  }
}

function required<T>(dataset: T | undefined, what: string, name: string): T {
  if (dataset === undefined)
    throw new BaalError("E_ARGUMENT", `${what} needs a data set: give it to the call or as the trainer's ${name}.`);
  return dataset;
}
