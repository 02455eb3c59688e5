import type { Predictions } from "../predictions.js";

/**
 * What a heuristic or strategy must be given, so that callers prepare that and no more:
 * `"probabilities"` predictions of the pool, `"draws"` those with more than one draw per item, `"features"` an embedding per
 * item, `"target"` predictions for items of the distribution that the model will meet.
 */
export type Need = "draws" | "probabilities" | "features" | "target";

/** Scores items one by one from their draws. Implement it to bring your own. */
export interface Heuristic {
  /** Names it in {@link getHeuristic}, logs and result files. */
  readonly name: string;
  readonly needs: readonly Need[];
  /**
   * `scores_N`, one per item in the order of `predictions.indices`; **higher always means "label this sooner"**. An item's
   * score depends on that item alone, so a pool can be scored in chunks. The built-in scores are at least 0, and 0 says that
   * nothing is to be learnt. Throws `E_NOT_FINITE` with the dataset index of an item whose draws hold NaN or an infinity.
   */
  score(predictions: Predictions): Float64Array;
  /**
   * No score can be higher, for items of `classes` classes and (dense predictions) `positions` positions; `Infinity` where there
   * is no bound. `score / upperBound` is the uncertainty in [0, 1].
   */
  upperBound(classes: number, positions?: number): number;
}
