import { BaalError } from "../../errors.js";
import type { BayesianModel, Learner } from "../../models/bayesian-model.js";
import type { ResolvedTrainingArguments } from "../training-arguments.js";
import type { TrainingPlan } from "../training-plan.js";
import { supervisedSteps, type TrainingSteps } from "../training-steps.js";
import { METHODS } from "./methods.js";
import type { ResolvedSemiSupervision } from "./resolve-semi-supervision.js";
import { alternatingMix, togetherMix } from "./step-mix.js";
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
  const batchesOf = unlabelledBatches({ semi, model, learner: soft, seed, batchSize, signal });
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
