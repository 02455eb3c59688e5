import type { BayesianModel, Learner, LearnerOptions, Optimizer } from "../core/bayesian-model.js";
import type { Dataset } from "../core/dataset.js";
import type { Metrics } from "./evaluation-metrics.js";
import { prepareOutput, resumeRun, runIdentity } from "./resume-run.js";
import { type EpochOrder, shuffledOrder } from "./sampled-order.js";
import type { ResolvedSemiSupervision } from "./semi-supervised/methods.js";
import { EarlyStoppingCallback, type ProgressListener, type TrainerCallback } from "./trainer-callback.js";
import { initialTrainerState, type TrainerState } from "./trainer-state.js";
import type { ResolvedTrainingArguments } from "./training-arguments.js";
import { createOptimizer, planTraining, type TrainingPlan } from "./training-plan.js";
import { TrainingRun } from "./training-run.js";
import { supervisedSteps, type TrainingSteps } from "./training-steps.js";

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** What a training came to. */
export interface TrainResult {
  /** Optimizer steps done, those before a resumption included. */
  readonly globalStep: number;
  /** Mean loss over all steps. */
  readonly trainingLoss: number;
  /** `trainLoss`, `epoch`, and of this call alone: `trainRuntime` in seconds, `trainStepsPerSecond`. */
  readonly metrics: Metrics;
  /** With the log of the run and the best metric. */
  readonly state: TrainerState;
}

/** A model, its data and its settings: all that the one training loop needs to know of a kind of training. */
export interface TrainingWork<Input> extends WorkOptions {
  /** The work's name in errors: `"Training"`. */
  readonly name: string;
  readonly args: ResolvedTrainingArguments;
  readonly dataset: Dataset<Input>;
  /** Dataset indices of the items. */
  readonly indices: readonly number[];
  /** Whose weights checkpoints hold. */
  readonly model: Pick<BayesianModel, "stateDict" | "loadStateDict" | "undecayed">;
  readonly createLearner: (options: Omit<LearnerOptions, "loss">) => Promise<Learner<Input>>;
  readonly isTrainable?: ((name: string) => boolean) | undefined;
  /** Which items an epoch trains on; each once by default, in random order. */
  readonly order?: EpochOrder | undefined;
  /** Keys dropout; `args.seed` by default. */
  readonly dropoutSeed?: number | undefined;
  /** Keeps its state from run to run; a fresh one as `args.optim` says by default. */
  readonly optimizer?: Optimizer | undefined;
  /** Settings that a resumed run must share, beside those of `args`. */
  readonly settings?: string | undefined;
  readonly semi?: ResolvedSemiSupervision<Input> | undefined;
  /** How a step learns; from the next batch of the data set by default. */
  readonly stepsOf?: ((learner: Learner<Input>, plan: TrainingPlan) => TrainingSteps<Input>) | undefined;
  readonly callbacks?: readonly TrainerCallback[] | undefined;
  readonly evaluate: () => Promise<Metrics>;
}

/**
 * Trains, with everything around it: a run that goes on from a checkpoint or begins, its optimizer, early stopping, and then the steps.
 * Throws as `BaalTrainer.train` says.
 */
export async function runTraining<Input>(work: TrainingWork<Input>): Promise<TrainResult> {
  const { name, args, dataset, indices, model, semi, settings, evaluate, signal, onProgress } = work;
  const plan = planTraining(dataset.length, args, { labelledShare: semi?.labelledShare });
  const optimizer = work.optimizer ?? createOptimizer(args, work.model);
  const optim = work.optimizer === undefined ? args.optim : "custom";
  const identity = runIdentity(args, indices, { optim, semi, task: settings });
  const warn = (message: string) => {
    process.emitWarning(message, { code: "BAAL_CHECKPOINT" });
    onProgress?.({ type: "warning", message });
  };
  const resumed = await resumeRun({ args, model, optimizer, identity, warn });
  await prepareOutput(args, { isResumed: resumed !== undefined });
  const state = { ...(resumed ?? initialTrainerState(plan)), maxSteps: plan.totalSteps };
  const learner = await work.createLearner({
    ...{ optimizer, maxGradNorm: args.maxGradNorm, seed: work.dropoutSeed ?? args.seed, dropout: args.dropout },
    ...{ batchNormalization: args.batchNormalization, isTrainable: work.isTrainable },
  });
  const steps = work.stepsOf?.(learner, plan) ?? supervisedSteps(learner, plan);
  const callbacks = [...earlyStopping(args), ...(work.callbacks ?? [])];
  const firstStep = state.globalStep;
  const begin = performance.now();
  const run = new TrainingRun({
    ...{ name, model, args, dataset, plan, identity, steps, optimizer, callbacks, state, evaluate, signal, onProgress },
    order: work.order ?? shuffledOrder(dataset.length, args.seed),
  });
  try {
    return trainResult(await run.run(), { firstStep, seconds: (performance.now() - begin) / 1000 });
  } finally {
    await learner.release?.();
  }
}

function earlyStopping(args: ResolvedTrainingArguments): TrainerCallback[] {
  const { earlyStoppingPatience: patience, earlyStoppingThreshold: threshold } = args;
  return patience === undefined ? [] : [new EarlyStoppingCallback({ patience, threshold })];
}

function trainResult(
  state: TrainerState,
  { firstStep, seconds }: { readonly firstStep: number; readonly seconds: number },
): TrainResult {
  const { globalStep, epoch } = state;
  const trainingLoss = globalStep === 0 ? Number.NaN : state.lossSum / globalStep;
  const metrics = {
    trainLoss: trainingLoss,
    epoch,
    trainRuntime: seconds,
    trainStepsPerSecond: seconds === 0 ? 0 : (globalStep - firstStep) / seconds,
  };
  return { globalStep, trainingLoss, metrics, state };
}
