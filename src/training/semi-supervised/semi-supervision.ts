import type { Dataset } from "../../data/dataset.js";
import type { Random } from "../../random.js";

/**
 * How items without a label teach the model:
 * - `"pseudoLabel"`: cross-entropy against the class that the model itself gives (Lee 2013, "Pseudo-Label: The Simple and Efficient
 *   Semi-Supervised Learning Method for Deep Neural Networks");
 * - `"piModel"`: the squared difference of the probabilities of two passes with other dropout and augmentation (Laine & Aila 2017,
 *   arXiv:1610.02242);
 * - `"fixMatch"`: cross-entropy of a strongly augmented item against the class of the weakly augmented one, where the model is
 *   confident (Sohn et al. 2020, arXiv:2001.07685).
 */
export type SemiSupervisedMethod = "pseudoLabel" | "piModel" | "fixMatch";

/** A changed copy of an input that means the same. All chance comes from `random`, which is keyed by seed, step and item. */
export type Augment<Input> = (input: Input, random: Random) => Input;

export interface SemiSupervision<Input> {
  readonly method: SemiSupervisedMethod;
  /**
   * The items without a label, such as the pool; their targets are not read. The Pi-model of the paper counts the labelled items too:
   * give all items for that. With no items at all training is supervised.
   */
  readonly unlabelled: Dataset<Input>;
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
   * Items whose most probable class has less than this probability teach nothing. 0.95 for `"fixMatch"` and 0 for the
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
