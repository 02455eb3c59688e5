import type { SoftLossName } from "../../models/bayesian-model.js";
import type { SemiSupervisedMethod } from "./semi-supervision.js";

interface Method {
  readonly loss: SoftLossName;
  /** Which pass gives the targets: dropout off, or training's dropout with masks of its own. */
  readonly teacher: "deterministic" | "dropout";
  /** The targets of items, `[n, C]`, from the teacher's probabilities. */
  readonly targets: (probs_N_C: Float32Array, classes: number) => Float32Array;
  /** What an item's loss is divided by, beside the number of items. */
  readonly divisor: (classes: number) => number;
  /** The augmentation of the pass that learns. */
  readonly student: "weak" | "strong";
  /** Share of the full weight after a share of the ramp. */
  readonly ramp: (progress: number) => number;
  readonly defaults: {
    readonly weight: (labelled: number, unlabelled: number) => number;
    readonly rampUp: number;
    readonly threshold: number;
    /** Unlabelled items per labelled one in a step. */
    readonly ratio: number;
  };
}

// Laine & Aila 2017, section 2.1
const gaussianRamp = (progress: number) => Math.exp(-5 * (1 - progress) ** 2);

export const METHODS: Readonly<Record<SemiSupervisedMethod, Method>> = {
  pseudoLabel: {
    loss: "crossEntropy",
    teacher: "deterministic",
    targets: mostProbable,
    divisor: () => 1,
    student: "weak",
    ramp: (progress) => progress,
    defaults: { weight: () => 1, rampUp: 0.25, threshold: 0, ratio: 1 },
  },
  piModel: {
    loss: "softmaxSquaredError",
    teacher: "dropout",
    // No gradient flows into the targets. By symmetry it is half of the gradient through both passes, on average.
    targets: (probs_N_C) => probs_N_C,
    divisor: (classes) => classes,
    student: "weak",
    ramp: gaussianRamp,
    defaults: {
      weight: (labelled, unlabelled) => (100 * labelled) / (labelled + unlabelled),
      rampUp: 0.3,
      threshold: 0,
      ratio: 1,
    },
  },
  fixMatch: {
    loss: "crossEntropy",
    teacher: "deterministic",
    targets: mostProbable,
    divisor: () => 1,
    student: "strong",
    ramp: gaussianRamp,
    defaults: { weight: () => 1, rampUp: 0, threshold: 0.95, ratio: 7 },
  },
};

/** One-hot rows; the first of equals. */
function mostProbable(probs_N_C: Float32Array, classes: number): Float32Array {
  const targets = new Float32Array(probs_N_C.length);
  for (let start = 0; start < probs_N_C.length; start += classes) {
    let best = start;
    for (let i = start + 1; i < start + classes; i++) if (probs_N_C[i]! > probs_N_C[best]!) best = i;
    targets[best] = 1;
  }
  return targets;
}
