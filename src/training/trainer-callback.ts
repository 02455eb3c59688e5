import type { DeepEnsemble } from "../bayesian/deep-ensemble.js";
import type { BayesianModel } from "../core/bayesian-model.js";
import { BaalError } from "../core/errors.js";
import { isBetter } from "./evaluation-metrics.js";
import type { LogEntry, TrainerState } from "./trainer-state.js";
import type { ResolvedTrainingArguments } from "./training-arguments.js";
import type { LearnResult } from "./training-steps.js";

/** A callback's wishes, which it sets to true. The trainer sets the last three before every `onStepEnd` from its strategies. */
export interface TrainerControl {
  /** Ends training after this step. */
  shouldStop: boolean;
  shouldLog: boolean;
  shouldEvaluate: boolean;
  shouldSave: boolean;
}

/** Details of one event. */
export interface CallbackDetails {
  readonly args: ResolvedTrainingArguments;
  /** In `onLog` and `onEvaluate`: the new entry of the log. */
  readonly entry?: LogEntry | undefined;
  /** In `onSave`: the checkpoint's folder. */
  readonly checkpoint?: string | undefined;
}

type Hook = (state: TrainerState, control: TrainerControl, details: CallbackDetails) => void | Promise<void>;

/**
 * Hooks with Hugging Face's names, awaited one after the other. After a step the order is: `onStepEnd`, `onEpochEnd` (when it
 * was the last of its epoch), `onLog`, `onEvaluate`, `onSave`, as far as each is due. An error that a hook throws ends training.
 */
export interface TrainerCallback {
  readonly onTrainBegin?: Hook | undefined;
  /** Also called when a resumed run continues within an epoch. */
  readonly onEpochBegin?: Hook | undefined;
  readonly onStepEnd?: Hook | undefined;
  readonly onEpochEnd?: Hook | undefined;
  readonly onLog?: Hook | undefined;
  readonly onEvaluate?: Hook | undefined;
  readonly onSave?: Hook | undefined;
  readonly onTrainEnd?: Hook | undefined;
}

/** A trainer's report while it works. */
export type TrainerProgress =
  | {
      readonly type: "train";
      /** Steps done, from 1. */
      readonly step: number;
      readonly totalSteps: number;
      /** Passes over the data done, with the fraction of the current one. */
      readonly epoch: number;
      readonly loss: number;
      /** Before clipping. */
      readonly gradientNorm: number;
      readonly learningRate: number;
      /** Of semi-supervised training: see {@link LearnResult}. */
      readonly unlabelled?: LearnResult["unlabelled"] | undefined;
    }
  | { readonly type: "evaluate" | "predict" /** Items done. */; readonly done: number; readonly total: number }
  | { readonly type: "save"; readonly step: number; readonly path: string }
  | { readonly type: "warning"; readonly message: string };

/** Is told how far a training is. */
export type ProgressListener = (event: TrainerProgress) => void;

export interface EarlyStoppingOptions {
  /** Training stops after this many evaluations in a row that did not improve on the best one before. 1 by default. */
  readonly patience?: number | undefined;
  /** An improvement is a change by more than this. 0 by default. */
  readonly threshold?: number | undefined;
}

/**
 * Stops training when `metricForBestModel` no longer improves (Prechelt 1998). It reads the log and keeps nothing itself, so a
 * resumed run stops where an uninterrupted one does.
 */
export class EarlyStoppingCallback implements TrainerCallback {
  readonly #patience: number;
  readonly #threshold: number;

  constructor({ patience = 1, threshold = 0 }: EarlyStoppingOptions = {}) {
    this.#patience = patience;
    this.#threshold = threshold;
  }

  readonly onEvaluate: NonNullable<TrainerCallback["onEvaluate"]> = (state, control, { args }) => {
    const { metricForBestModel, greaterIsBetter } = args;
    const values = state.logHistory.filter(isEvaluation).map((entry) => entry.values[metricForBestModel] ?? Number.NaN);
    if (evaluationsWithoutImprovement(values, { greaterIsBetter, threshold: this.#threshold }) >= this.#patience) {
      control.shouldStop = true;
    }
  };
}

function isEvaluation(entry: LogEntry): boolean {
  return entry.kind === "evaluate";
}

function evaluationsWithoutImprovement(
  values: readonly number[],
  options: { readonly greaterIsBetter: boolean; readonly threshold: number },
): number {
  let best: number | null = null;
  let waited = 0;
  for (const value of values) {
    waited = isBetter(value, best, options) ? 0 : waited + 1;
    if (isBetter(value, best, { greaterIsBetter: options.greaterIsBetter })) best = value;
  }
  return waited;
}

/** Options of {@link snapshotCallback}. */
export interface SnapshotOptions {
  /** A snapshot at the end of each epoch (the default), or after every so many optimizer steps. */
  readonly every?: "epoch" | number | undefined;
  /** Snapshots begin behind this many epochs (a fraction is fine): earlier weights have learnt too little. 0 by default. */
  readonly afterEpochs?: number | undefined;
}

/**
 * Adds the model's weights to an ensemble while it trains (snapshot ensembles, Huang et al. 2017, arXiv:1704.00109; they restart a
 * cosine schedule before each snapshot). A run that is resumed adds only what comes after: `ensemble.save` in `onSave` keeps the rest.
 * Throws `E_ARGUMENT` for options out of range.
 */
export function snapshotCallback(
  model: Pick<BayesianModel, "stateDict">,
  ensemble: DeepEnsemble,
  { every = "epoch", afterEpochs = 0 }: SnapshotOptions = {},
): TrainerCallback {
  if (every !== "epoch" && !(Number.isInteger(every) && every >= 1))
    throw new BaalError("E_ARGUMENT", `every is expected to be "epoch" or a whole number of steps; ${every} came.`);
  if (!(afterEpochs >= 0)) throw new BaalError("E_ARGUMENT", `afterEpochs is expected to be at least 0; ${afterEpochs} came.`);
  const snapshot: TrainerCallback["onStepEnd"] = ({ epoch, globalStep }) => {
    const isDue = every === "epoch" || globalStep % every === 0;
    if (isDue && epoch > afterEpochs) ensemble.add(model.stateDict());
  };
  return every === "epoch" ? { onEpochEnd: snapshot } : { onStepEnd: snapshot };
}
