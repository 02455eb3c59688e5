import { createRandom } from "../../random.js";
import { deriveSeed, SEED_PURPOSE } from "../derive-seed.js";
import type { TrainingPlan } from "../training-plan.js";

/** What a step learns from: the number of the labelled batch within its epoch, and the number of the unlabelled batch of the run. */
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
