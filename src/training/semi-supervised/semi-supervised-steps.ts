import type { BayesianModel, Learner } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { createRandom, deriveSeed, SEED_PURPOSE } from "../../core/random.js";
import type { ResolvedTrainingArguments } from "../training-arguments.js";
import type { TrainingPlan } from "../training-plan.js";
import { supervisedSteps, type TrainingSteps } from "../training-steps.js";
import { METHODS, type ResolvedSemiSupervision, taskOf } from "./methods.js";
import { unlabelledBatches } from "./unlabelled-batches.js";

export interface SemiSupervisedStepsOptions<Input> {
  readonly semi: ResolvedSemiSupervision<Input>;
  readonly model: BayesianModel<Input>;
  readonly learner: Learner<Input>;
  readonly args: ResolvedTrainingArguments;
  readonly plan: TrainingPlan;
  readonly signal: AbortSignal | undefined;
}

/** Steps that also learn from unlabelled items. Throws `E_ARGUMENT` for a learner that cannot. */
export function semiSupervisedSteps<Input>(options: SemiSupervisedStepsOptions<Input>): TrainingSteps<Input> {
  const { semi, model, learner, args, plan, signal } = options;
  if (semi.unlabelled.length === 0) return supervisedSteps(learner, plan);
  const { soft } = learner;
  if (soft === undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      'This model\'s learner learns from labels alone (it has no "soft"); train without semiSupervised, or implement SoftLearner.',
    );
  }
  const { seed, batchSize } = args;
  const mix = semi.labelledShare === undefined ? togetherMix(plan) : alternatingMix(plan, { seed });
  const task = taskOf(args) ?? "single";
  const batchesOf = unlabelledBatches({ semi, model, learner: soft, task, seed, batchSize, signal });
  return {
    labelledBatch: (step) => mix(step).labelled,
    prepare: (microBatches) => learner.prepare?.(microBatches),
    async learn(microBatches, { step, learningRate }) {
      const { unlabelled } = mix(step);
      const weight = semi.weight * rampUp(semi, step / plan.totalSteps);
      const isTaught = unlabelled !== undefined && weight > 0;
      const softBatches = isTaught ? await batchesOf(unlabelled, { step, weight }) : [];
      const { loss, softLoss, gradientNorm } = await soft.step(microBatches, softBatches, { step, learningRate });
      const used = softBatches.reduce((sum, { examples }) => sum + examples.length, 0);
      const seen = isTaught ? semi.unlabelledBatchSize : 0;
      return { loss, gradientNorm, unlabelled: { loss: softLoss, used, seen } };
    },
  };
}

/** Share of the full weight when this share of the run is done. */
function rampUp<Input>({ method, rampUp: length }: ResolvedSemiSupervision<Input>, done: number): number {
  return done >= length ? 1 : METHODS[method].ramp(done / length);
}

/** The batches that a step learns from: the number of the labelled batch within its epoch, and the number of the unlabelled batch of the run. */
export interface StepContent {
  readonly labelled: number | undefined;
  readonly unlabelled: number | undefined;
}

/** Tells for each step of a run, counted from 0, what it learns from: a pure function, so that a resumed run needs no state. */
export type StepMix = (step: number) => StepContent;

/** Each step learns from the next labelled and the next unlabelled batch. */
export function togetherMix({ stepsPerEpoch }: TrainingPlan): StepMix {
  return (step) => ({ labelled: step % stepsPerEpoch, unlabelled: step });
}

/**
 * Labelled and unlabelled steps in turn: the plan says how many of an epoch's steps are labelled; their order is random for each
 * epoch. So the share is kept exactly and an epoch sees each labelled item once, where coin flips would do so on average.
 */
export function alternatingMix(
  { stepsPerEpoch, labelledStepsPerEpoch: labelledSteps }: TrainingPlan,
  { seed }: { readonly seed: number },
): StepMix {
  const unlabelledSteps = stepsPerEpoch - labelledSteps;
  let known: { readonly epoch: number; readonly contents: readonly StepContent[] } | undefined;
  function contentsOf(epoch: number): readonly StepContent[] {
    const random = createRandom(deriveSeed(seed, SEED_PURPOSE.mix, epoch));
    const kinds = random.shuffled(Array.from({ length: stepsPerEpoch }, (_, i) => i < labelledSteps));
    let [labelled, unlabelled] = [0, epoch * unlabelledSteps];
    return kinds.map((isLabelled) =>
      isLabelled ? { labelled: labelled++, unlabelled: undefined } : { labelled: undefined, unlabelled: unlabelled++ },
    );
  }
  return (step) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    if (known?.epoch !== epoch) known = { epoch, contents: contentsOf(epoch) };
    return known.contents[step % stepsPerEpoch]!;
  };
}
