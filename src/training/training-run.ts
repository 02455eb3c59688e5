import type { BayesianModel, Optimizer, StateDict } from "../core/bayesian-model.js";
import type { Dataset, Example } from "../core/dataset.js";
import { BaalError, throwIfAborted } from "../core/errors.js";
import { prepareAhead } from "../core/prepare-ahead.js";
import { checkpointPath, pruneCheckpoints, type RunIdentity, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { isBetter, type Metrics } from "./evaluation-metrics.js";
import type { EpochOrder } from "./sampled-order.js";
import { createSchedule, type ScheduleFunction } from "./schedules.js";
import type { CallbackDetails, ProgressListener, TrainerCallback, TrainerControl } from "./trainer-callback.js";
import type { LogEntry, MutableTrainerState, TrainerState } from "./trainer-state.js";
import type { IntervalStrategy, ResolvedTrainingArguments } from "./training-arguments.js";
import { stepBatches, type TrainingPlan } from "./training-plan.js";
import type { LearnResult, TrainingSteps } from "./training-steps.js";

export interface TrainingRunOptions<Input> {
  /** The work's name in errors. */
  readonly name: string;
  readonly model: Pick<BayesianModel, "stateDict" | "loadStateDict">;
  readonly args: ResolvedTrainingArguments;
  readonly dataset: Dataset<Input>;
  readonly plan: TrainingPlan;
  readonly order: EpochOrder;
  readonly identity: RunIdentity;
  readonly steps: TrainingSteps<Input>;
  readonly optimizer: Optimizer;
  readonly callbacks: readonly TrainerCallback[];
  /** The state to start from; changed while the run goes on. */
  readonly state: MutableTrainerState;
  readonly evaluate: () => Promise<Metrics>;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ProgressListener | undefined;
}

/** Runs the steps that are left: order, schedule, log, evaluation, checkpoints and callbacks. */
export class TrainingRun<Input> {
  readonly #options: TrainingRunOptions<Input>;
  readonly #state: MutableTrainerState;
  readonly #schedule: ScheduleFunction;
  readonly #best: BestWeights;
  readonly #control: TrainerControl = { shouldStop: false, shouldLog: false, shouldEvaluate: false, shouldSave: false };

  constructor(options: TrainingRunOptions<Input>) {
    this.#options = options;
    this.#state = options.state;
    this.#schedule = createSchedule(options.args.lrSchedulerType, options.plan);
    this.#best = createBestWeights(options.model, this.#checkpoints);
  }

  async run(): Promise<TrainerState> {
    const { plan, args } = this.#options;
    await this.#call("onTrainBegin");
    while (this.#state.globalStep < plan.totalSteps && !this.#control.shouldStop) await this.#runEpoch();
    if (args.loadBestModelAtEnd && this.#state.bestStep !== null) await this.#best.restore(this.#state.bestStep);
    await this.#call("onTrainEnd");
    return this.#state;
  }

  async #runEpoch(): Promise<void> {
    const { name, plan, signal } = this.#options;
    const epoch = Math.floor(this.#state.globalStep / plan.stepsPerEpoch);
    const order = this.#options.order(epoch);
    await this.#call("onEpochBegin");
    const end = Math.min(plan.totalSteps, (epoch + 1) * plan.stepsPerEpoch);
    const stepsLeft = Array.from({ length: end - this.#state.globalStep }, (_, i) => this.#state.globalStep + i);
    for await (const [, batches] of prepareAhead(stepsLeft, (step) => this.#batchesOf(step, order))) {
      if (this.#control.shouldStop) break;
      throwIfAborted(signal, `${name} (after step ${this.#state.globalStep} of ${plan.totalSteps})`);
      await this.#takeStep(batches);
      this.#setControl(this.#state.globalStep === end);
      await this.#call("onStepEnd");
      if (this.#state.globalStep === end) await this.#call("onEpochEnd");
      await this.#act();
    }
  }

  /** The labelled micro-batches of a step, none for one that learns from unlabelled items alone; their inputs begin to be read. */
  #batchesOf(step: number, order: readonly number[]): readonly (readonly Example<Input>[])[] {
    const { plan, args, dataset, steps } = this.#options;
    this.#checkLength();
    const labelled = steps.labelledBatch(step);
    const positions = labelled === undefined ? [] : stepBatches(order, labelled, args);
    const items = dataset.inEpoch?.(Math.floor(step / plan.stepsPerEpoch)) ?? dataset;
    const batches = positions.map((batch) => batch.map((position) => items.at(position)));
    steps.prepare(batches);
    return batches;
  }

  #checkLength(): void {
    const { dataset, identity } = this.#options;
    if (dataset.length === identity.items) return;
    throw new BaalError(
      "E_DATA",
      `The training data had ${identity.items} items when training began and has ${dataset.length} now. Label between two calls of train.`,
    );
  }

  async #takeStep(batches: readonly (readonly Example<Input>[])[]): Promise<void> {
    const { plan, args, onProgress } = this.#options;
    this.#checkLength();
    const step = this.#state.globalStep;
    const learningRate = args.learningRate * this.#schedule(step);
    const { loss, gradientNorm, unlabelled } = await this.#learn(batches, step, learningRate);
    this.#state.globalStep = step + 1;
    this.#state.epoch = this.#state.globalStep / plan.stepsPerEpoch;
    this.#state.lossSum += loss;
    this.#state.unloggedLossSum += loss;
    this.#state.unloggedSteps += 1;
    const { epoch } = this.#state;
    const event = {
      type: "train",
      step: step + 1,
      totalSteps: plan.totalSteps,
      epoch,
      loss,
      gradientNorm,
      learningRate,
    } as const;
    onProgress?.(unlabelled === undefined ? event : { ...event, unlabelled });
  }

  async #learn(batches: readonly (readonly Example<Input>[])[], step: number, learningRate: number): Promise<LearnResult> {
    const stopped = (cause: string, weights: string, options: { readonly cause?: unknown | undefined } = {}) => {
      const where = `step ${step + 1} of ${this.#state.maxSteps} with the learning rate ${learningRate}`;
      const remedy = "Lower learningRate or maxGradNorm, warm up longer, or look at the data.";
      return new BaalError("E_NOT_FINITE", `${this.#options.name} stopped at ${where}: ${cause} ${weights} ${remedy}`, options);
    };
    const result = await this.#options.steps.learn(batches, { step, learningRate }).catch((error: unknown) => {
      if (!(error instanceof BaalError && error.code === "E_NOT_FINITE")) throw error;
      throw stopped(error.message, "The model keeps its weights from before this step.", { cause: error });
    });
    if (Number.isFinite(result.loss)) return result;
    throw stopped(`the model's learner gave the loss ${result.loss}.`, "Its weights may be broken: load the last checkpoint.");
  }

  #setControl(isEpochEnd: boolean): void {
    const { args, plan } = this.#options;
    const { globalStep } = this.#state;
    const isLast = globalStep === plan.totalSteps;
    const due = (strategy: IntervalStrategy, steps: number) =>
      (strategy === "epoch" && isEpochEnd) || (strategy === "steps" && globalStep % steps === 0);
    this.#control.shouldLog = isLast || globalStep % args.loggingSteps === 0;
    this.#control.shouldEvaluate = due(args.evalStrategy, args.evalSteps);
    this.#control.shouldSave = due(args.saveStrategy, args.saveSteps) || (args.saveStrategy === "steps" && isLast);
  }

  /** Logs, evaluates and saves, as far as each is due. The checkpoint comes last: it holds the evaluation's outcome. */
  async #act(): Promise<void> {
    if (this.#control.shouldLog) await this.#log();
    if (this.#control.shouldEvaluate) await this.#evaluate();
    if (this.#control.shouldSave) await this.#save();
  }

  async #log(): Promise<void> {
    const { unloggedLossSum, unloggedSteps, globalStep } = this.#state;
    const learningRate = this.#options.args.learningRate * this.#schedule(globalStep - 1);
    this.#state.unloggedLossSum = 0;
    this.#state.unloggedSteps = 0;
    await this.#call("onLog", { entry: this.#addEntry("train", { loss: unloggedLossSum / unloggedSteps, learningRate }) });
  }

  async #evaluate(): Promise<void> {
    const { args } = this.#options;
    const metrics = await this.#options.evaluate();
    const entry = this.#addEntry("evaluate", metrics);
    const value = metrics[args.metricForBestModel];
    if (value === undefined) {
      const known = Object.keys(metrics).join(", ");
      throw new BaalError("E_ARGUMENT", `metricForBestModel is "${args.metricForBestModel}"; the evaluation gives ${known}.`);
    }
    if (isBetter(value, this.#state.bestMetric, args)) {
      this.#state.bestMetric = value;
      this.#state.bestStep = this.#state.globalStep;
      if (args.loadBestModelAtEnd) this.#best.remember();
      // The best weights must be on disk, so that a resumed run can end with them as well.
      if (args.loadBestModelAtEnd && this.#checkpoints !== undefined) this.#control.shouldSave = true;
    }
    await this.#call("onEvaluate", { entry });
  }

  async #save(): Promise<void> {
    const { model, optimizer, args, identity, onProgress } = this.#options;
    if (args.outputDir === undefined)
      throw new BaalError("E_ARGUMENT", "A callback asked for a checkpoint; set outputDir to write it to.");
    const { globalStep, bestStep } = this.#state;
    const path = await writeCheckpoint(args.outputDir, {
      weights: model.stateDict(),
      optimizer: optimizer.stateDict(),
      state: this.#state,
      run: identity,
    });
    if (args.saveTotalLimit !== undefined) {
      const best = args.loadBestModelAtEnd ? bestStep : null;
      await pruneCheckpoints(args.outputDir, { limit: args.saveTotalLimit, current: globalStep, best });
    }
    onProgress?.({ type: "save", step: globalStep, path });
    await this.#call("onSave", { checkpoint: path });
  }

  get #checkpoints(): string | undefined {
    const { saveStrategy, outputDir } = this.#options.args;
    return saveStrategy === "no" ? undefined : outputDir;
  }

  #addEntry(kind: LogEntry["kind"], values: Metrics): LogEntry {
    const { globalStep: step, epoch } = this.#state;
    const entry: LogEntry = { kind, step, epoch, values };
    this.#state.logHistory.push(entry);
    return entry;
  }

  async #call(hook: keyof TrainerCallback, details: Omit<CallbackDetails, "args"> = {}): Promise<void> {
    for (const callback of this.#options.callbacks) {
      await callback[hook]?.(this.#state, this.#control, { args: this.#options.args, ...details });
    }
  }
}

/** The weights that evaluated best: in their checkpoint where checkpoints are written, in memory otherwise. */
export interface BestWeights {
  /** Called while the model has the new best weights. */
  remember(): void;
  /** Puts the best weights of `step` into the model. Throws `E_CHECKPOINT` when their checkpoint is damaged. */
  restore(step: number): Promise<void>;
}

function createBestWeights(model: TrainingRunOptions<never>["model"], checkpoints: string | undefined): BestWeights {
  let copy: StateDict | undefined;
  return {
    remember() {
      if (checkpoints !== undefined) return;
      copy ??= new Map(
        [...model.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: new Float32Array(data.length) }]),
      );
      for (const [name, { data }] of model.stateDict()) copy.get(name)?.data.set(data);
    },
    async restore(step) {
      if (copy !== undefined) model.loadStateDict(copy);
      else if (checkpoints !== undefined) model.loadStateDict((await readCheckpoint(checkpointPath(checkpoints, step))).weights);
    },
  };
}
