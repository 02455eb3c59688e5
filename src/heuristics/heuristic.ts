import type { Features } from "../core/features.js";
import type { Predictions } from "../core/predictions.js";

/**
 * Something that a heuristic or strategy must be given; callers prepare that and no more:
 * - `"probabilities"`: predictions of the pool; `"draws"`: those with more than one draw per item;
 *   `"consistentDraws"`: draws of which each is one sample of the parameters for all items alike;
 * - `"features"`: an embedding per item of the pool;
 * - `"target"`: predictions for items of the distribution that the model will meet, draw by draw of the same samples;
 * - `"labelled"`: the labelled items, their classes and the evidence of the other needs for them too. There may be none yet.
 */
export type Need = "draws" | "probabilities" | "consistentDraws" | "features" | "target" | "labelled";

/** The fewest draws per item that meet the needs: 2 where draws are compared, 1 for predictions, else 0. */
export function fewestDraws(needs: readonly Need[]): number {
  if (needs.includes("draws")) return 2;
  return needs.includes("probabilities") || needs.includes("consistentDraws") ? 1 : 0;
}

/** The items that have a label, and what is known about them. */
export interface LabelledItems {
  /** Dataset indices. */
  readonly indices: readonly number[];
  /** Class indices, in the order of `indices`; empty where items have {@link targetLists}. */
  readonly targets: readonly number[];
  /** Of items with several labels (1, 0, or `null`: unknown) or numbers: a list for each, in the order of `indices`. */
  readonly targetLists?: readonly (readonly (number | null)[])[] | undefined;
  /** For a strategy that needs features; in the order of `indices`. */
  readonly features?: Features | undefined;
  /** For a strategy that needs predictions; in the order of `indices`. */
  readonly predictions?: Predictions | undefined;
}

/** Evidence that some scores need beside the item's own draws. */
export interface ScoreContext {
  readonly target?: Predictions | undefined;
  readonly labelled?: LabelledItems | undefined;
}

/** Scores items one by one from their features. Implement it to bring your own. */
export interface FeatureHeuristic {
  readonly name: string;
  /** Contains `"features"`. */
  readonly needs: readonly Need[];
  /** As {@link Heuristic.score}, in the order of `features.indices`. */
  scoreFeatures(features: Features, context?: ScoreContext): Promise<Float64Array>;
}

/** Scores items one by one from their draws, those of a classifier where nothing else is said. Implement it to bring your own. */
export interface Heuristic<Output = Predictions> {
  /** Names it in {@link getHeuristic}, logs and result files. */
  readonly name: string;
  readonly needs: readonly Need[];
  /**
   * `scores_N`, one per item in the order of `predictions.indices`; **higher always means "label this sooner"**. An item's
   * score depends on that item alone, so a pool can be scored in chunks. The built-in scores are at least 0, and 0 says that
   * nothing is to be learnt (the energy, and the entropy of a regression, may be negative). Throws `E_NOT_FINITE` with the dataset index of an item whose draws hold NaN or an infinity,
   * `E_ARGUMENT` when the context lacks what `needs` names.
   */
  score(predictions: Output, context?: ScoreContext): Float64Array;
  /**
   * No score can be higher, for items of `classes` classes and (dense predictions) `positions` positions; `Infinity` where there
   * is no bound. `score / upperBound` is the uncertainty in [0, 1]. Of `labels` labels that are each predicted by itself the classes are 2, no and yes.
   */
  upperBound(classes: number, positions?: number, labels?: number): number;
  /**
   * The highest scores `[N]` that these items can have once they have `draws` draws each, of which these are the first, whatever the others are.
   * Missing where nothing better than {@link upperBound} is known.
   */
  highestAfter?: ((predictions: Output, draws: number) => Float64Array) | undefined;
}
