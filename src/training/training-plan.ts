import type { Optimizer } from "../core/bayesian-model.js";
import { AdamW } from "../engine/optimizers/adamw.js";
import { decays as decaysByName } from "../engine/optimizers/optimizer-state.js";
import { Sgd } from "../engine/optimizers/sgd.js";
import type { OptimizerName, ResolvedTrainingArguments } from "./training-arguments.js";

/** How many steps a run has. */
export interface TrainingPlan {
  /** Optimizer steps per pass over the data; the last one of a pass may be of fewer items. */
  readonly stepsPerEpoch: number;
  /** How many of them learn from labelled items: all but in semi-supervised training with alternating steps. */
  readonly labelledStepsPerEpoch: number;
  readonly totalSteps: number;
  readonly warmupSteps: number;
}

/**
 * Counts the steps of a run over `length` items as Hugging Face's trainer does. Where only a share of the steps is labelled, an epoch
 * has as many more, so that it still is one pass over the labelled items.
 */
export function planTraining(
  length: number,
  args: ResolvedTrainingArguments,
  { labelledShare = 1 }: { readonly labelledShare?: number | undefined } = {},
): TrainingPlan {
  const labelledStepsPerEpoch = Math.ceil(Math.ceil(length / args.batchSize) / args.gradientAccumulationSteps);
  const stepsPerEpoch = Math.ceil(labelledStepsPerEpoch / labelledShare);
  const fromEpochs = Math.max(args.minSteps, Math.ceil(args.numTrainEpochs * stepsPerEpoch));
  const totalSteps = args.maxSteps === -1 ? fromEpochs : args.maxSteps;
  const warmupSteps = args.warmupSteps > 0 ? args.warmupSteps : Math.ceil(totalSteps * args.warmupRatio);
  return { stepsPerEpoch, labelledStepsPerEpoch, totalSteps, warmupSteps };
}

/** The micro-batches of the `position`-th step of an epoch, as positions in the data set. */
export function stepBatches(
  order: readonly number[],
  position: number,
  { batchSize, gradientAccumulationSteps }: Pick<ResolvedTrainingArguments, "batchSize" | "gradientAccumulationSteps">,
): readonly (readonly number[])[] {
  const perStep = batchSize * gradientAccumulationSteps;
  const end = Math.min(order.length, (position + 1) * perStep);
  const batches: (readonly number[])[] = [];
  for (let start = position * perStep; start < end; start += batchSize) {
    batches.push(order.slice(start, start + batchSize));
  }
  return batches;
}

type Settings = Pick<
  ResolvedTrainingArguments,
  "weightDecay" | "adamBeta1" | "adamBeta2" | "adamEpsilon" | "sgdMomentum" | "sgdNesterov"
>;

type Decays = (name: string) => boolean;

/** The optimizers that training arguments can name. */
const OPTIMIZERS = {
  adamw: ({ adamBeta1, adamBeta2, adamEpsilon, weightDecay }: Settings, decays: Decays): Optimizer =>
    new AdamW({ beta1: adamBeta1, beta2: adamBeta2, epsilon: adamEpsilon, weightDecay, decays }),
  sgd: ({ sgdMomentum, sgdNesterov, weightDecay }: Settings, decays: Decays): Optimizer =>
    new Sgd({ momentum: sgdMomentum, nesterov: sgdNesterov, weightDecay, decays }),
} satisfies Readonly<Record<OptimizerName, (settings: Settings, decays: Decays) => Optimizer>>;

/** A fresh optimizer with the settings of a run. What decays goes by the names of parameters, and by what the model says of them. */
export function createOptimizer(
  args: Settings & { readonly optim: OptimizerName },
  { undecayed }: { readonly undecayed?: ReadonlySet<string> | undefined } = {},
): Optimizer {
  return OPTIMIZERS[args.optim](args, (name) => decaysByName(name) && !undecayed?.has(name));
}
