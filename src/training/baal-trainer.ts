import { shownPredictions, shownThresholds } from "../calibration/shown.js";
import type { BayesianModel, FeatureOptions, LossOptions, Optimizer, PredictOptions, StateDict } from "../core/bayesian-model.js";
import { checkTargets } from "../core/check-targets.js";
import type { Dataset, Items } from "../core/dataset.js";
import { DEFAULT_ITERATIONS } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Features } from "../core/features.js";
import { asDataset } from "../core/items.js";
import { joinFeatures, joinPredictions } from "../core/join-chunks.js";
import type { Predictions } from "../core/predictions.js";
import { deriveSeed, SEED_PURPOSE } from "../core/random.js";
import { KIND_OF_TASK, LOSS_OF_TASK, TASK_OF_LOSS } from "../core/task.js";
import { averageDraws, type ComputeMetrics, drawVariances, evaluationMetrics, type Metrics } from "./evaluation-metrics.js";
import { predictDraws } from "./predict-draws.js";
import { recommendTraining, remarkNearChance, type TrainingAdvice } from "./recommend-training.js";
import { resolveTrainingArguments } from "./resolve-training-arguments.js";
import { runTraining, type TrainResult, type WorkOptions } from "./run-training.js";
import { sampledOrder } from "./sampled-order.js";
import { type ResolvedSemiSupervision, resolveSemiSupervision, type SemiSupervision } from "./semi-supervised/methods.js";
import { semiSupervisedSteps } from "./semi-supervised/semi-supervised-steps.js";
import { trainableNames } from "./trainable-names.js";
import type { TrainerCallback } from "./trainer-callback.js";
import type { ResolvedTrainingArguments, TrainingArguments } from "./training-arguments.js";

/** What a {@link BaalTrainer} works with: a model, arguments, and data that may also be given call by call. */
export interface BaalTrainerOptions<Input> {
  readonly model: BayesianModel<Input>;
  readonly args?: TrainingArguments | undefined;
  readonly trainDataset?: Items<Input> | undefined;
  readonly evalDataset?: Items<Input> | undefined;
  readonly callbacks?: readonly TrainerCallback[] | undefined;
  /** Metrics of evaluations, beside the loss. By default the usual ones of the task. */
  readonly computeMetrics?: ComputeMetrics | undefined;
  /** Keeps its state from one `train` to the next. By default every `train` has a fresh one, as `args.optim` says. */
  readonly optimizer?: Optimizer | undefined;
}

/** How one call of `train` is watched, cancelled, and helped by unlabelled items. */
export interface TrainOptions<Input> extends WorkOptions {
  /** Also learns from items without a label. Supervised by default. */
  readonly semiSupervised?: SemiSupervision<Input> | undefined;
}

export interface EvaluateOptions extends WorkOptions {
  /** Draws whose probabilities are averaged; `args.evalIterations` by default. 1: one pass with dropout off. */
  readonly iterations?: number | undefined;
  /** Names the draws; derived from `args.seed` by default. */
  readonly seed?: number | undefined;
}

/** `iterations` is 20 by default, or 1 for a model whose predictions are not random; `seed` is derived from `args.seed`. */
export interface TrainerPredictOptions extends PredictOptions, WorkOptions {}

/**
 * Trains, evaluates and asks predictions of a {@link BayesianModel}. Wherever items are meant, a data set (an `ActiveLearningDataset` is
 * one), rows with the columns `text` (or `image`) and `label`, or without labels the texts alone (paths of images) can be given.
 *
 * @example
 * ```ts with=text
 * const own = new BaalTrainer({ model, args: { numTrainEpochs: 2, learningRate: 5e-4, batchSize: 16, seed: 1 } });
 * await own.train(active, { onProgress: (event) => console.log(event.type) });
 * const { accuracy } = await own.evaluate(dataset);
 * const predictions = await own.predictOnDataset(active.pool, { iterations: 4 }); // [N, C, 4] logits
 * ```
 */
export class BaalTrainer<Input> {
  readonly model: BayesianModel<Input>;
  #args: ResolvedTrainingArguments;
  readonly #options: BaalTrainerOptions<Input>;
  /** Made of the option when it is first wanted. */
  #evalSet: Dataset<Input> | undefined;
  #isTraining = false;

  /** Throws `E_ARGUMENT` for an unknown or unusable training argument. */
  constructor(options: BaalTrainerOptions<Input>) {
    this.model = options.model;
    this.#args = resolveTrainingArguments(options.args, options.model);
    this.#options = options;
    const classes = options.model.labels.length;
    for (const name of ["classWeights", "posWeight"] as const) {
      const weights = this.#args[name];
      if (weights !== undefined && weights.length !== classes) {
        throw new BaalError(
          "E_ARGUMENT",
          `${name} is expected to have ${classes} numbers, one per label; ${weights.length} came.`,
        );
      }
    }
  }

  /** The training arguments, checked and with their defaults; a loss that was not given is that of the model's task as it is now. */
  get args(): ResolvedTrainingArguments {
    const loss = this.#options.args?.loss ?? LOSS_OF_TASK[this.model.task ?? "single"];
    if (loss !== this.#args.loss) this.#args = resolveTrainingArguments(this.#options.args, this.model);
    return this.#args;
  }

  /**
   * How this trainer's model is best trained on these items, by how many of them have a label, and why: what `trainByRecipe` does. The trainer's
   * own arguments are not looked at, except for the loss. Throws `E_ARGUMENT` or `E_DATA` for what are no items.
   *
   * @example
   * ```ts with=text
   * const { recipe, why } = trainer.recommend(active);
   * ```
   */
  recommend(items: Items<Input> | undefined = this.#options.trainDataset): TrainingAdvice {
    const dataset = this.#labelled(required(items, "recommend", "trainDataset"), "recommend");
    return recommendTraining(this.model, dataset, { loss: this.args.loss });
  }

  /**
   * Trains the model from its current weights on labelled items: a data set (an `ActiveLearningDataset` is one) or rows.
   *
   * Throws `E_DATA` for no items, an unlabelled item or an unusable target; `E_ABORTED` between two steps once `signal`
   * has fired; `E_NOT_FINITE` with step and learning rate when a loss or gradient is NaN or infinite (after both the model
   * has the weights of the last completed step); `E_CHECKPOINT` when a checkpoint to resume from does not fit; `E_ARGUMENT` for
   * what are no items, unusable settings of `semiSupervised`, or a model that cannot learn from unlabelled items.
   *
   * @example
   * ```ts with=text
   * const { globalStep, trainingLoss } = await trainer.train(active, {
   *   signal: AbortSignal.timeout(3_600_000),
   *   onProgress: (event) => event.type === "train" && console.log(event.step, event.loss),
   * });
   * ```
   */
  async train(
    items: Items<Input> | undefined = this.#options.trainDataset,
    options: TrainOptions<Input> = {},
  ): Promise<TrainResult> {
    const trainingSet = this.#labelled(required(items, "train", "trainDataset"), "train");
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
    const { optimizer, callbacks } = this.#options;
    const evaluated = args.evalStrategy === "no" ? undefined : this.#evaluationSet(`evalStrategy "${args.evalStrategy}"`);
    const { indices, targets } = checkTargets(dataset, { loss: args.loss, classes: model.labels.length, what: "training" });
    model.prepareLoss?.(args.loss);
    const trainable = trainableNames(model, args);
    const semi = semiSupervised && this.#semiSupervision(semiSupervised, dataset.length);
    const result = await runTraining({
      ...{ name: "Training", args, dataset, indices, model, semi, optimizer, callbacks, signal, onProgress },
      order: sampledOrder(targets, { sampler: args.sampler, task: TASK_OF_LOSS[args.loss], seed: args.seed }),
      isTrainable: (name) => trainable.has(name),
      createLearner: (learning) =>
        model.createLearner({
          ...learning,
          loss: lossOptions(args),
        }),
      stepsOf: semi && ((learner, plan) => semiSupervisedSteps({ semi, model, learner, args, plan, signal })),
      evaluate: () => this.evaluate(evaluated, { signal, onProgress }),
    });
    const remark = remarkNearChance(model, args, result, targets);
    if (remark !== undefined) {
      process.emitWarning(remark, { type: "BaalWarning", code: "BAAL_NEAR_CHANCE" });
      onProgress?.({ type: "warning", message: remark });
    }
    return result;
  }

  /**
   * Metrics of the model on labelled items: `loss` and those of `computeMetrics`, all from probabilities averaged over the draws.
   * Throws `E_DATA` for no items or an unlabelled one, `E_MODEL_DETERMINISTIC` for several draws of a model without randomness, `E_ARGUMENT`.
   *
   * @example
   * ```ts with=text
   * const { accuracy, loss } = await trainer.evaluate(dataset, { iterations: 4 });
   * ```
   */
  async evaluate(items?: Items<Input>, options: EvaluateOptions = {}): Promise<Metrics> {
    const { model, args } = this;
    const evalSet = items === undefined ? this.#evaluationSet("evaluate") : this.#labelled(items, "evaluate");
    const classes = model.labels.length;
    const { indices, targets } = checkTargets(evalSet, { loss: args.loss, classes, what: "evaluation" });
    const iterations = options.iterations ?? args.evalIterations;
    const means = new Float64Array(evalSet.length * classes);
    const variances = new Float64Array(means.length);
    let [done, hasVariances] = [0, false];
    const chunks = predictDraws(model, evalSet, {
      ...options,
      seed: options.seed ?? deriveSeed(args.seed, SEED_PURPOSE.evaluate),
      iterations,
      mode: iterations === 1 ? "deterministic" : "mc",
      progressType: "evaluate",
    });
    for await (const chunk of chunks) {
      means.set(averageDraws(shownPredictions(model, chunk), args.loss), done * classes);
      const spread = drawVariances(chunk);
      if (spread) variances.set(spread, done * classes);
      hasVariances ||= spread !== undefined;
      done += chunk.indices.length;
    }
    const { labels } = model;
    const thresholds = shownThresholds(model);
    const outcome = {
      loss: args.loss,
      labels,
      means,
      targets,
      indices,
      thresholds,
      variances: hasVariances ? variances : undefined,
    };
    return evaluationMetrics(outcome, this.#options.computeMetrics);
  }

  /**
   * Draws for every item, `[N, C, K]` logits in the order of the items. Throws as {@link predictOnDatasetGenerator}.
   *
   * @example
   * ```ts with=text
   * import { bald } from "baaljs";
   *
   * patchModule(model);
   * const predictions = await trainer.predictOnDataset(active.pool, { iterations: 20 });
   * const scores_N = bald().score(predictions);
   * ```
   */
  async predictOnDataset(items: Items<Input>, options: TrainerPredictOptions = {}): Promise<Predictions> {
    const dataset = this.#unlabelled(items, "predictOnDataset");
    const iterations = this.#iterations(options);
    const chunks = this.predictOnDatasetGenerator(dataset, options);
    const { labels, task = "single" } = this.model;
    return joinPredictions(chunks, {
      total: dataset.length,
      itemShape: [labels.length, iterations],
      kind: KIND_OF_TASK[task],
    });
  }

  /**
   * The same chunk by chunk, `[n, C, K]` logits of `chunkSize` items (1024 by default), for data of any size in bounded memory.
   * Throws `E_MODEL_DETERMINISTIC` when several draws are asked of a model without randomness (call `patchModule(model)` first),
   * `E_NOT_FINITE` for an item with a NaN or infinite score, `E_ABORTED` once `signal` has fired, `E_ARGUMENT` for what are no items.
   *
   * @example
   * ```ts with=text
   * for await (const chunk of trainer.predictOnDatasetGenerator(active.pool, { iterations: 4, chunkSize: 64 }))
   *   console.log(chunk.indices, chunk.shape); // [n, C, 4]
   * ```
   */
  async *predictOnDatasetGenerator(items: Items<Input>, options: TrainerPredictOptions = {}): AsyncGenerator<Predictions> {
    yield* predictDraws(this.model, this.#unlabelled(items, "predictOnDatasetGenerator"), {
      ...options,
      seed: options.seed ?? deriveSeed(this.args.seed, SEED_PURPOSE.predict),
      iterations: this.#iterations(options),
      progressType: "predict",
    });
  }

  /**
   * The numbers that the model's last linear layer reads for every item, dropout off: `features_N_D` in the order of the items, for strategies that
   * need features. Throws `E_ARGUMENT` for a model that gives none, `E_ABORTED`.
   */
  async featuresOnDataset(items: Items<Input>, options: FeatureOptions = {}): Promise<Features> {
    if (!this.model.features)
      throw new BaalError(
        "E_ARGUMENT",
        "This model gives no features; use a strategy that needs predictions alone, or a model with features().",
      );
    const dataset = this.#unlabelled(items, "featuresOnDataset");
    return joinFeatures(this.model.features(dataset, options), { total: dataset.length });
  }

  /**
   * Writes a folder that loads back exactly.
   *
   * @example
   * ```ts with=text
   * await trainer.saveModel("my-model");
   * const again = await TextClassifier.fromPretrained("my-model");
   * ```
   */
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
  resetWeights(options: { readonly seed?: number | undefined } = {}): void {
    this.model.resetWeights(options);
  }

  #labelled(items: Items<Input>, name: string): Dataset<Input> {
    return asDataset(items, { model: this.model, name, loss: this.args.loss });
  }

  #unlabelled(items: Items<Input>, name: string): Dataset<Input> {
    return asDataset(items, { model: this.model, name });
  }

  /** The trainer's own evaluation data. */
  #evaluationSet(name: string): Dataset<Input> {
    this.#evalSet ??= this.#labelled(required(this.#options.evalDataset, name, "evalDataset"), name);
    return this.#evalSet;
  }

  #semiSupervision(given: SemiSupervision<Input>, labelled: number): ResolvedSemiSupervision<Input> {
    const unlabelled = this.#unlabelled(given.unlabelled, "semiSupervised.unlabelled");
    return resolveSemiSupervision({ ...given, unlabelled }, { args: this.args, labelled });
  }

  #iterations({ iterations, mode }: TrainerPredictOptions): number {
    const { isStochastic, maxIterations = DEFAULT_ITERATIONS } = this.model;
    return iterations ?? (isStochastic && mode !== "deterministic" ? Math.min(DEFAULT_ITERATIONS, maxIterations) : 1);
  }
}

/** What the arguments say of the loss. */
function lossOptions(args: ResolvedTrainingArguments): LossOptions {
  const { loss: name, labelSmoothingFactor: labelSmoothing, classWeights, posWeight, focalGamma, focalAlpha, huberDelta } = args;
  return { name, labelSmoothing, classWeights, posWeight, focalGamma, focalAlpha, huberDelta };
}

function required<T>(items: T | undefined, what: string, name: string): T {
  if (items === undefined)
    throw new BaalError(
      "E_ARGUMENT",
      `${what} needs items (a data set or rows): give them to the call or as the trainer's ${name}.`,
    );
  return items;
}
