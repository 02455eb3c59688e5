import type { Features } from "../core/features.js";
import type { Predictions } from "../core/predictions.js";
import type { Random } from "../core/random.js";
import type { Heuristic, LabelledItems, Need } from "../heuristics/heuristic.js";

/** The items that may be picked, and what is known about them. */
export interface CandidatePool {
  /** Dataset indices, each once. */
  readonly indices: readonly number[];
  /** Draws for exactly these items, in the same order. May be left out for a strategy whose `needs` name no predictions. */
  readonly predictions?: Predictions | undefined;
  /** An embedding of exactly these items, in the same order, for a strategy that needs `"features"`. */
  readonly features?: Features | undefined;
  /** The items labelled so far, for a strategy that needs `"labelled"`; left out (or empty) where there are none. */
  readonly labelled?: LabelledItems | undefined;
  /** Draws for items of the distribution that the model will meet, for a strategy that needs `"target"`. */
  readonly target?: Predictions | undefined;
}

/**
 * The items that a strategy picks from: a pool, or in its place the predictions (or the features) of its items, where the strategy needs nothing
 * beside them.
 */
export type Candidates = CandidatePool | (Predictions & Alone) | (Features & Alone);

/** So that a strategy of your own may read a pool's fields of whatever comes. */
type Alone = { readonly [Field in Exclude<keyof CandidatePool, "indices">]?: undefined };

/** The pool that the candidates are. */
export function candidatePool(candidates: Candidates): CandidatePool {
  if (!("data" in candidates)) return candidates;
  const { indices } = candidates;
  return "kind" in candidates ? { indices, predictions: candidates } : { indices, features: candidates };
}

/** A picked batch, best first. */
export interface Selection {
  /** Dataset indices in pick order. */
  readonly indices: number[];
  /** The score of each picked item: the heuristic's, not the noisy keys that a random strategy ranks by. */
  readonly scores: number[];
}

/** Picks a batch of items to label. Implement it to bring your own. */
export interface Strategy {
  /** `getStrategy(name)` makes it again, default options assumed. */
  readonly name: string;
  readonly needs: readonly Need[];
  /**
   * Picks `count` items of a pool, or of predictions (features) alone where these meet the needs; the whole pool where it holds fewer, so that the last step of a loop needs no special case.
   * The same pool and state of `random` give the same picks, in whatever order the pool lists its items.
   * Throws `E_POOL_EMPTY` when there is nothing to pick from, `E_ARGUMENT` when a need is not met or an index comes twice.
   */
  select(candidates: Candidates, count: number, random: Random): Selection | Promise<Selection>;
  /**
   * The items worth predicting at all, of all that could be picked: a caller that has not predicted yet asks this first and
   * gives `select` only these. All where it is missing. `count` is how many are then to be picked.
   */
  preselect?(indices: readonly number[], random: Random, count?: number): readonly number[];
}

/** A strategy that picks at once, where others may give a promise. */
export interface ImmediateStrategy extends Strategy {
  select(candidates: Candidates, count: number, random: Random): Selection;
}

/** A strategy that looks at one number per item, so that a pool too large to hold as draws can be scored chunk by chunk. */
export interface ScoreStrategy extends ImmediateStrategy {
  /** Scores item by item; give it to `scoreChunks`. */
  readonly heuristic: Heuristic;
  /** {@link Strategy.select} from ready-made scores, higher is sooner: `scores[i]` is that of dataset item `indices[i]`. */
  selectFromScores(indices: readonly number[], scores: ArrayLike<number>, count: number, random: Random): Selection;
}

/** Whether a strategy can pick from scores alone. */
export function isScoreStrategy(strategy: Strategy): strategy is ScoreStrategy {
  return "selectFromScores" in strategy;
}

/** Events that a strategy which takes its time reports while it picks. */
export type SelectionProgress =
  /** Before all else, where a run could take more than a second: about how long at most. */
  | { readonly type: "estimate"; readonly seconds: number }
  | { readonly type: "select" /** Picks made. */; readonly done: number; readonly total: number };

/** The options of a strategy that takes its time. */
export interface SelectionWorkOptions {
  /** Makes `select` throw `E_ABORTED` when it fires. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: SelectionProgress) => void) | undefined;
}
