import type { ResolvedTrainingArguments } from "./training-arguments.js";

/** How many steps a run has. */
export interface TrainingPlan {
  /** Optimizer steps per pass over the data; the last one of a pass may be of fewer items. */
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly warmupSteps: number;
}

/** Counts the steps of a run over `length` items as Hugging Face's trainer does. */
export function planTraining(length: number, args: ResolvedTrainingArguments): TrainingPlan {
  const stepsPerEpoch = Math.ceil(Math.ceil(length / args.batchSize) / args.gradientAccumulationSteps);
  const fromEpochs = Math.max(args.minSteps, Math.ceil(args.numTrainEpochs * stepsPerEpoch));
  const totalSteps = args.maxSteps === -1 ? fromEpochs : args.maxSteps;
  const warmupSteps = args.warmupSteps > 0 ? args.warmupSteps : Math.ceil(totalSteps * args.warmupRatio);
  return { stepsPerEpoch, totalSteps, warmupSteps };
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
