import type { Dataset } from "../../core/dataset.js";
import { datasetView } from "../../core/dataset-view.js";
import { DEFAULT_ITERATIONS } from "../../core/defaults.js";
import { createRandom } from "../../core/random.js";
import type { StrategyOptions, StrategyRecord } from "../../strategies/registry.js";
import type { ActiveLearningDataset } from "../active-learning-dataset.js";
import { ActiveLearningLoop, type ActiveLearningLoopOptions } from "../active-learning-loop.js";
import type { PredictPool } from "../gather-evidence.js";

/** Items, a strategy, and what it asks about them. */
export interface StrategyWork<Input> extends Pick<ActiveLearningLoopOptions<Input>, "extractFeatures"> {
  readonly record: StrategyRecord;
  /** What the strategy is made with. */
  readonly options?: StrategyOptions | undefined;
  readonly dataset: Dataset<Input>;
  /** Which of the items are labelled, and which may be picked. */
  readonly active: ActiveLearningDataset<Input>;
  readonly predict: PredictPool<Input>;
  readonly count: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Inputs like those that the model will meet, for strategies that ask for them: so many of the pool. */
const MOST_TARGETS = 500;

/** Whether a strategy asks how a model's draws differ. */
export function comparesDraws({ needs }: StrategyRecord): boolean {
  return needs.some((need) => need === "draws" || need === "consistentDraws" || need === "target");
}

/** Picks once, of a pool that has an item at least: dataset indices, the best first, and their scores. */
export async function pickByStrategy<Input>({
  record,
  options,
  dataset,
  active,
  predict,
  extractFeatures,
  count,
  seed,
  signal,
}: StrategyWork<Input>): Promise<{ readonly indices: readonly number[]; readonly scores: ArrayLike<number> }> {
  const targets = createRandom(seed).shuffled(active.poolIndices).slice(0, MOST_TARGETS);
  const loop = new ActiveLearningLoop(active, predict, record.make(options), {
    ...{ querySize: count, seed, iterations: comparesDraws(record) ? DEFAULT_ITERATIONS : 1, extractFeatures },
    targetDataset: datasetView(dataset, targets, () => undefined),
  });
  const picked = await loop.select({ signal });
  return picked === false ? { indices: [], scores: [] } : picked;
}
