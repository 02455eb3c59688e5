import type { SoftLossName } from "../../core/bayesian-model.js";
import type { Dataset, Items } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Random } from "../../core/random.js";
import { TASK_OF_LOSS, type Task } from "../../core/task.js";
import type { ResolvedTrainingArguments } from "../training-arguments.js";

/** What differs between tasks. */
interface TaskTerms {
  readonly loss: SoftLossName;
  /** The targets of items, `[n, C]`, from the teacher's probabilities. */
  readonly targets: (probs_N_C: Float32Array, classes: number) => Float32Array;
  /** Divides an item's loss, beside the number of items. */
  readonly divisor: (classes: number) => number;
}

interface Method {
  /** One class an item, or labels by themselves. */
  readonly terms: Readonly<Record<SemiSupervisedTask, TaskTerms>>;
  /** Which pass gives the targets: dropout off, or training's dropout with masks of its own. */
  readonly teacher: "deterministic" | "dropout";
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

const all = (classes: number) => classes;
const asTheyAre = (probs_N_C: Float32Array) => probs_N_C;

/** Cross-entropy against the labels that the teacher gives: one an item, or a yes or no for each. */
const HARD: Method["terms"] = {
  single: { loss: "crossEntropy", targets: mostProbable, divisor: () => 1 },
  multi: { loss: "binaryCrossEntropy", targets: (probs_N_C) => probs_N_C.map((prob) => Number(prob > 0.5)), divisor: all },
};

export const METHODS: Readonly<Record<SemiSupervisedMethod, Method>> = {
  pseudoLabel: {
    terms: HARD,
    teacher: "deterministic",
    student: "weak",
    ramp: (progress) => progress,
    defaults: { weight: () => 1, rampUp: 0.25, threshold: 0, ratio: 1 },
  },
  piModel: {
    // No gradient flows into the targets. By symmetry it is half of the gradient through both passes, on average.
    terms: {
      single: { loss: "softmaxSquaredError", targets: asTheyAre, divisor: all },
      multi: { loss: "sigmoidSquaredError", targets: asTheyAre, divisor: all },
    },
    teacher: "dropout",
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
    terms: HARD,
    teacher: "deterministic",
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

/**
 * How items without a label teach the model:
 * - `"pseudoLabel"`: cross-entropy against the class that the model itself gives (Lee 2013, "Pseudo-Label: The Simple and Efficient
 *   Semi-Supervised Learning Method for Deep Neural Networks");
 * - `"piModel"`: the squared difference of the probabilities of two passes with other dropout and augmentation (Laine & Aila 2017,
 *   arXiv:1610.02242);
 * - `"fixMatch"`: cross-entropy of a strongly augmented item against the class of the weakly augmented one, where the model is
 *   confident (Sohn et al. 2020, arXiv:2001.07685).
 *
 * Of labels that are each predicted by itself every entry is a yes or no of its own, with binary cross-entropy, and the mean is over items and labels.
 */
export type SemiSupervisedMethod = "pseudoLabel" | "piModel" | "fixMatch";

/** The tasks that items without a label can teach. */
export type SemiSupervisedTask = Exclude<Task, "regression">;

/** The task of a run; `undefined` for one that learns numbers. */
export function taskOf({ loss }: Pick<ResolvedTrainingArguments, "loss">): SemiSupervisedTask | undefined {
  const task = TASK_OF_LOSS[loss];
  return task === "regression" ? undefined : task;
}

/** A changed copy of an input that means the same. All chance comes from `random`, which is keyed by seed, step and item. */
export type Augment<Input> = (input: Input, random: Random) => Input;

/** How a training also learns from items without labels. */
export interface SemiSupervision<Input> {
  readonly method: SemiSupervisedMethod;
  /**
   * The items without a label, such as the pool; their targets are not read. The Pi-model of the paper counts the labelled items too:
   * give all items for that. With no items at all training is supervised.
   */
  readonly unlabelled: Items<Input>;
  /**
   * Factor of the unlabelled loss. By default 1; for `"piModel"` 100 times the labelled share of all items, as in the paper.
   * 0 is supervised training.
   */
  readonly weight?: number | undefined;
  /**
   * The share of the run's steps in which the factor grows to its full size: linearly for pseudo-labels, as `e^(-5 (1 - t)^2)` for the
   * others. By default 0.25 for `"pseudoLabel"`, 0.3 for `"piModel"`, 0 for `"fixMatch"`, whose threshold does the same.
   */
  readonly rampUp?: number | undefined;
  /**
   * Items whose most probable class has less than this probability teach nothing; of labels by themselves those entries whose yes and no both have
   * less. 0.95 for `"fixMatch"` and 0 for the
   * others by default.
   */
  readonly threshold?: number | undefined;
  /**
   * By default every step learns from labelled and unlabelled items together, as in the papers. With a share in (0, 1) the two kinds
   * of steps alternate instead, in random order, and this share of an epoch's steps is labelled. An epoch still is one pass over
   * the labelled items, so it has more steps.
   */
  readonly labelledShare?: number | undefined;
  /** Unlabelled items of a step; by default 7 times `batchSize` for `"fixMatch"` (the paper's mu), `batchSize` for the others. */
  readonly unlabelledBatchSize?: number | undefined;
  readonly augment?:
    | {
        /** Of the pass that gives the targets, and of the one that learns except for FixMatch. None by default. */
        readonly weak?: Augment<Input> | undefined;
        /** Of FixMatch's pass that learns. By default tokens of texts are deleted, see `perturbTokens`; inputs of another kind need one. */
        readonly strong?: Augment<Input> | undefined;
      }
    | undefined;
}

/** A {@link SemiSupervision} with its defaults filled in. */
export type ResolvedSemiSupervision<Input> = Required<
  Omit<
    SemiSupervision<Input>,
    "unlabelled" | "augment" | "labelledShare" | "weight" | "rampUp" | "threshold" | "unlabelledBatchSize"
  >
> & {
  readonly unlabelled: Dataset<Input>;
  readonly weight: number;
  readonly rampUp: number;
  readonly threshold: number;
  readonly unlabelledBatchSize: number;
  readonly labelledShare: number | undefined;
  readonly augment: NonNullable<SemiSupervision<Input>["augment"]>;
};

/** Checks the options and fills in the method's defaults. Throws `E_ARGUMENT` naming the option, what was expected and what came. */
export function resolveSemiSupervision<Input>(
  given: SemiSupervision<Input> & { readonly unlabelled: Dataset<Input> },
  { args, labelled }: { readonly args: ResolvedTrainingArguments; readonly labelled: number },
): ResolvedSemiSupervision<Input> {
  const { method, unlabelled, augment = {} } = given;
  const labelledShare = unlabelled.length === 0 ? undefined : given.labelledShare;
  const known = Object.keys(METHODS).map((name) => `"${name}"`);
  if (!Object.hasOwn(METHODS, method)) {
    throw new BaalError("E_ARGUMENT", `semiSupervised.method is expected to be one of ${known.join(", ")}; "${method}" came.`);
  }
  if (taskOf(args) === undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      `Semi-supervised training is for labels, and the loss "${args.loss}" is of numbers; train without semiSupervised.`,
    );
  }
  if (method === "piModel" && !args.dropout && augment.weak === undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      "The Pi-model compares two random passes; with dropout: false and no augment.weak both are the same. Leave dropout on or give augment.weak.",
    );
  }
  const { defaults } = METHODS[method];
  const resolved = {
    method,
    unlabelled,
    augment,
    labelledShare,
    weight: given.weight ?? defaults.weight(labelled, unlabelled.length),
    rampUp: given.rampUp ?? defaults.rampUp,
    threshold: given.threshold ?? defaults.threshold,
    unlabelledBatchSize: given.unlabelledBatchSize ?? defaults.ratio * args.batchSize,
  };
  const { weight, rampUp, threshold, unlabelledBatchSize } = resolved;
  const rules: readonly (readonly [string, unknown, boolean, string])[] = [
    ["weight", weight, weight >= 0 && Number.isFinite(weight), "a number of at least 0"],
    ["rampUp", rampUp, rampUp >= 0 && rampUp <= 1, "a share of the steps from 0 to 1"],
    ["threshold", threshold, threshold >= 0 && threshold <= 1, "a probability from 0 to 1"],
    [
      "labelledShare",
      labelledShare,
      labelledShare === undefined || (labelledShare > 0 && labelledShare < 1),
      "above 0 and below 1; leave it out to learn from both in each step",
    ],
    [
      "unlabelledBatchSize",
      unlabelledBatchSize,
      Number.isInteger(unlabelledBatchSize) && unlabelledBatchSize >= 1,
      "an integer of at least 1",
    ],
  ];
  for (const [name, value, isFine, expected] of rules) {
    if (!isFine) throw new BaalError("E_ARGUMENT", `semiSupervised.${name} is expected to be ${expected}; ${value} came.`);
  }
  return resolved;
}
