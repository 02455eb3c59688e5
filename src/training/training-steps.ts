import type { Learner, StepResult } from "../core/bayesian-model.js";
import type { Example } from "../core/dataset.js";
import type { TrainingPlan } from "./training-plan.js";

export interface LearnOptions {
  /** Counted from 0 over the run. */
  readonly step: number;
  readonly learningRate: number;
}

export interface LearnResult extends StepResult {
  /** Of semi-supervised training. */
  readonly unlabelled?: {
    /** The part of the loss that the unlabelled items have, their weight included. */
    readonly loss: number;
    /** Items that taught something: their class was probable enough. */
    readonly used: number;
    /** Items of the step's unlabelled batch. */
    readonly seen: number;
  };
}

/** How the steps of a run learn, and from which batches. */
export interface TrainingSteps<Input> {
  /** The number of the labelled batch within its epoch that a step learns from; `undefined`: from none. */
  labelledBatch(step: number): number | undefined;
  /** Begins to read what a later `learn` gets. */
  prepare(microBatches: readonly (readonly Example<Input>[])[]): void;
  learn(microBatches: readonly (readonly Example<Input>[])[], options: LearnOptions): Promise<LearnResult>;
}

/** Every step learns from the next labelled batch. */
export function supervisedSteps<Input>(learner: Learner<Input>, { stepsPerEpoch }: TrainingPlan): TrainingSteps<Input> {
  return {
    labelledBatch: (step) => step % stepsPerEpoch,
    prepare: (microBatches) => learner.prepare?.(microBatches),
    learn: (microBatches, options) => learner.step(microBatches, options),
  };
}
