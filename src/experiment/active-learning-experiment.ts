import { isDeepStrictEqual } from "node:util";
import type { ActiveLearningDataset } from "../active/active-learning-dataset.js";
import { ActiveLearningLoop, type LoopStep } from "../active/active-learning-loop.js";
import type { AdaptiveDraws } from "../active/adaptive-draws.js";
import type { StoppingCriterion } from "../active/stopping.js";
import type { Dataset } from "../core/dataset.js";
import { DEFAULT_ITERATIONS } from "../core/defaults.js";
import { BaalError, throwIfAborted } from "../core/errors.js";
import { asJson, differences } from "../core/json-values.js";
import { deriveSeed } from "../core/random.js";
import { predictedClass } from "../metrics/metric.js";
import { getStrategy } from "../strategies/registry.js";
import type { Strategy } from "../strategies/strategy.js";
import type { BaalTrainer } from "../training/baal-trainer.js";
import type { Metrics } from "../training/evaluation-metrics.js";
import type { ProgressListener } from "../training/trainer-callback.js";
import {
  type ExperimentStep,
  folderStepStore,
  type LogHeader,
  memoryStepStore,
  type StepDetails,
  type StepStore,
} from "./step-store.js";

/** What an {@link ActiveLearningExperiment} works with: trainer, data, strategy, and how far to go. */
export interface ActiveLearningExperimentOptions<Input> {
  /** Its model should be patched for strategies that need draws; its arguments hold for every step's training. */
  readonly trainer: BaalTrainer<Input>;
  readonly dataset: ActiveLearningDataset<Input>;
  readonly evalDataset: Dataset<Input>;
  /** A strategy, or its name: `"power:entropy"`. */
  readonly strategy: Strategy | string;
  /** Items to label per step. */
  readonly querySize: number;
  /** K, the number of draws per item; the trainer's default by default. */
  readonly iterations?: number | undefined;
  /** Spends most draws on the items that may be picked, see `ActiveLearningLoop`; all on all by default. */
  readonly draws?: AdaptiveDraws | undefined;
  /** Scores at most this many items, a new random part of the pool in each step. All by default. */
  readonly poolSize?: number | undefined;
  /** Most steps of training; until the pool is empty by default. */
  readonly steps?: number | undefined;
  readonly criterion?: StoppingCriterion | undefined;
  /** Items to label at random first, where the data set has no labels yet. `querySize` by default. */
  readonly initialLabels?: number | undefined;
  /** `"reset"`, as papers do: each step trains from the initial weights, heads drawn anew; `"keep"`: from the last step's. */
  readonly weights?: "reset" | "keep" | undefined;
  /** Names everything random beside the trainer's own seed. 0 by default. */
  readonly seed?: number | undefined;
  /** Items for strategies that need `"target"`. */
  readonly targetDataset?: Dataset<Input> | undefined;
  /** A fixed set whose predicted classes are recorded in each step, for `stabilisedPredictions`. */
  readonly stopSet?: Dataset<Input> | undefined;
  /** Chooses the items to label first, dataset indices, instead of `initialLabels`. Asked once: the log keeps them. */
  readonly chooseInitial?: (() => readonly number[] | Promise<readonly number[]>) | undefined;
  /** Trains the model in each step, from the weights that it begins with; `trainer.train(dataset)` by default. */
  readonly train?: ((work: Pick<ExperimentRunOptions, "signal" | "onProgress">) => Promise<void>) | undefined;
  /** Measures the model in each step; `trainer.evaluate(evalDataset)` by default. */
  readonly evaluate?: ((work: Pick<ExperimentRunOptions, "signal" | "onProgress">) => Promise<Metrics>) | undefined;
  /** Gives more to record with each step, as JSON values. The same model and picks must give the same; the last step picks nothing. */
  readonly details?:
    | ((step: Omit<ExperimentStep, "details">, picked: LoopStep | undefined) => StepDetails | Promise<StepDetails>)
    | undefined;
  /** Folder of the log `steps.jsonl`, with which a killed run continues. Without one, only this object can continue its run. */
  readonly outputDir?: string | undefined;
}

/** How a run of an {@link ActiveLearningExperiment} is watched and cancelled. */
export interface ExperimentRunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Told of each step as soon as it is recorded; steps of an earlier process are not told again. */
  readonly onStep?: ((step: ExperimentStep) => void) | undefined;
}

const EMPTY = "The pool is empty.";

/** The purposes that seeds are derived for. */
const PURPOSE = { weights: 1, selection: 2, predictions: 3 } as const;

/**
 * Active learning from the first labels to the last: reset, train, evaluate, ask the criterion, predict, label, record; and again.
 *
 * A step's randomness is derived from the seed and the step alone, and a step counts once its line is in the log. A run that was
 * killed anywhere therefore continues, in a new process with the same options and a fresh data set, to the same log byte for byte.
 * With `weights: "keep"` a step needs the weights of the one before; the last step's are kept beside the log.
 *
 * @example
 * ```ts with=text
 * import { ActiveLearningExperiment } from "baaljs/experiment";
 *
 * const experiment = new ActiveLearningExperiment({
 *   ...{ trainer, dataset: active, evalDataset: dataset, strategy: "power:bald" },
 *   ...{ querySize: 10, steps: 2, outputDir: "runs/bald-1" },
 * });
 * const steps = await experiment.run({ onStep: ({ numLabelled, metrics }) => console.log(numLabelled, metrics["accuracy"]) });
 * ```
 */
export class ActiveLearningExperiment<Input> {
  readonly #options: ActiveLearningExperimentOptions<Input>;
  readonly #strategy: Strategy;
  readonly #store: StepStore;

  /** Throws `E_ARGUMENT` for sizes that are no whole numbers from 1 and for an unknown strategy. */
  constructor(options: ActiveLearningExperimentOptions<Input>) {
    for (const name of ["querySize", "iterations", "poolSize", "steps", "initialLabels"] as const) {
      const value = options[name];
      if (value === undefined || (Number.isInteger(value) && value >= 1)) continue;
      throw new BaalError("E_ARGUMENT", `${name} is a whole number from 1; ${value} came.`);
    }
    this.#options = options;
    this.#strategy = typeof options.strategy === "string" ? getStrategy(options.strategy) : options.strategy;
    this.#store = options.outputDir === undefined ? memoryStepStore() : folderStepStore(options.outputDir);
    this.#loop(0);
  }

  /**
   * Runs to the end, or from where an earlier run stopped, and gives all steps. Throws `E_ABORTED` once `signal` has fired, and
   * `E_CHECKPOINT` when the folder's log belongs to other settings or another state of the data set, or is damaged.
   */
  async run({ signal, onProgress, onStep }: ExperimentRunOptions = {}): Promise<readonly ExperimentStep[]> {
    const steps = await this.#resume();
    while (steps.at(-1)?.stopReason === undefined) {
      throwIfAborted(signal, `The experiment (after ${steps.length} steps)`);
      const step = await this.#step(steps, { signal, onProgress });
      await this.#store.append(step, this.#keepsWeights ? this.#options.trainer.model.stateDict() : undefined);
      steps.push(step);
      onStep?.(step);
    }
    return steps;
  }

  get #keepsWeights(): boolean {
    return this.#options.weights === "keep";
  }

  async #step(history: readonly ExperimentStep[], work: Omit<ExperimentRunOptions, "onStep">): Promise<ExperimentStep> {
    const { trainer, dataset, evalDataset, stopSet, criterion, seed = 0 } = this.#options;
    const step = history.length;
    if (!this.#keepsWeights) trainer.resetWeights({ seed: deriveSeed(seed, PURPOSE.weights, step) });
    await (this.#options.train?.(work) ?? trainer.train(dataset, work));
    const metrics = await (this.#options.evaluate?.(work) ?? trainer.evaluate(evalDataset, work));
    const predictedClasses = stopSet && (await this.#predictedClasses(stopSet, work));
    const record = {
      ...{ step, numLabelled: dataset.length, poolSize: dataset.numUnlabelled, metrics: { ...metrics } },
      predictedClasses,
    };
    const ended = this.#endsBefore(record.poolSize, step);
    if (ended !== undefined) return this.#detailed({ ...record, selected: [], scores: [], stopReason: ended }, undefined);
    const { signal, onProgress } = work;
    const picked = await this.#loop(step, onProgress).step({ signal });
    if (picked === false) return this.#detailed({ ...record, selected: [], scores: [], stopReason: EMPTY }, undefined);
    const { indices: selected, scores, uncertainties } = picked;
    const complete = { ...record, meanScore: uncertainties && mean(uncertainties), selected, scores };
    const reason = criterion?.reasonToStop([...history, complete]);
    return this.#detailed(reason === undefined ? complete : { ...complete, stopReason: `${criterion!.name}: ${reason}` }, picked);
  }

  async #detailed(step: ExperimentStep, picked: LoopStep | undefined): Promise<ExperimentStep> {
    const details = await this.#options.details?.(step, picked);
    return details === undefined ? step : { ...step, details };
  }

  #endsBefore(poolSize: number, step: number): string | undefined {
    const { steps = Number.POSITIVE_INFINITY } = this.#options;
    if (poolSize === 0) return EMPTY;
    return step + 1 >= steps ? `The last of ${steps} steps is done.` : undefined;
  }

  /** A loop for one step, whose generator is the step's own: nothing has to be carried from step to step. */
  #loop(step: number, onProgress?: ProgressListener): ActiveLearningLoop<Input> {
    const { trainer, dataset, querySize, iterations, draws, poolSize, targetDataset, seed = 0 } = this.#options;
    const drawSeed = deriveSeed(seed, PURPOSE.predictions, step);
    return new ActiveLearningLoop<Input>(
      dataset,
      (items, options) => trainer.predictOnDatasetGenerator(items, { ...options, seed: drawSeed, onProgress }),
      this.#strategy,
      {
        ...{ querySize, draws },
        seed: deriveSeed(seed, PURPOSE.selection, step),
        iterations:
          iterations ??
          (trainer.model.isStochastic ? Math.min(DEFAULT_ITERATIONS, trainer.model.maxIterations ?? DEFAULT_ITERATIONS) : 1),
        extractFeatures: (items, options) => trainer.featuresOnDataset(items, options),
        maxPoolSize: poolSize,
        targetDataset,
      },
    );
  }

  async #predictedClasses(stopSet: Dataset<Input>, { signal, onProgress }: ExperimentRunOptions): Promise<number[]> {
    const { data, shape } = await this.#options.trainer.predictOnDataset(stopSet, {
      ...{ mode: "deterministic", iterations: 1 },
      signal,
      onProgress,
    });
    const [items = 0, classes = 0] = shape;
    return Array.from({ length: items }, (_, item) => predictedClass(data, { start: item * classes, classes }));
  }

  /** The steps that are recorded, their labels given anew; or the first labels, recorded as the log's header. */
  async #resume(): Promise<ExperimentStep[]> {
    const { dataset, querySize, initialLabels = querySize, chooseInitial, outputDir, trainer } = this.#options;
    const log = await this.#store.read();
    if (!log) {
      if (dataset.length === 0) {
        if (chooseInitial) dataset.label(await chooseInitial());
        else dataset.labelRandomly(Math.min(initialLabels, dataset.numUnlabelled));
      }
      await this.#store.begin(this.#header(dataset.labelledIndices));
      return [];
    }
    if (dataset.length === 0) dataset.label(log.header.initial);
    const recorded = [...log.header.initial, ...log.steps.flatMap(({ selected }) => selected)];
    const isReplayed = isDeepStrictEqual([...dataset.labelledIndices], recorded);
    const header = this.#header(isReplayed ? log.header.initial : dataset.labelledIndices);
    const changed = differences(log.header, header);
    if (changed.length > 0) {
      const list = changed.map(({ field, before, now }) => `${field} was ${JSON.stringify(before)}, now ${JSON.stringify(now)}`);
      throw new BaalError(
        "E_CHECKPOINT",
        `${outputDir ?? "This experiment"} holds the run of another experiment: ${list.join("; ")}. Use another folder, or the same options and a data set without later labels.`,
      );
    }
    const last = log.steps.at(-1);
    if (this.#keepsWeights) {
      if (last) trainer.model.loadStateDict(await this.#store.weightsOf(last.step));
      else trainer.resetWeights();
    }
    if (!isReplayed) for (const { selected } of log.steps) dataset.label(selected);
    return [...log.steps];
  }

  #header(initial: readonly number[]): LogHeader {
    const { querySize, iterations, draws, poolSize, steps, initialLabels, weights, seed, criterion, trainer, dataset } =
      this.#options;
    const { sampler, ...args } = trainer.args;
    const settings = {
      ...{ querySize, iterations, draws, poolSize, steps, initialLabels, weights, seed },
      ...{ strategy: this.#strategy.name, criterion: criterion?.name },
      // A run from before there were samplers goes on.
      trainer: sampler === "instance" ? args : { ...args, sampler },
      items: dataset.numItems,
    };
    return asJson({ version: 1, settings, initial }) as LogHeader;
  }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
