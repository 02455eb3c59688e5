import type { ActiveLearningDataset } from "../active/active-learning-dataset.js";
import { ActiveLearningLoop } from "../active/active-learning-loop.js";
import type { Dataset } from "../core/dataset.js";
import { createRandom } from "../core/random.js";
import type { BaalTrainer } from "../training/baal-trainer.js";
import type { InitialLabels } from "./experiment-config.js";
import { strategyOf } from "./strategy-spec.js";

export interface InitialLabelsOptions<Input> {
  readonly initial: InitialLabels;
  readonly dataset: ActiveLearningDataset<Input>;
  /** The class of an item, by dataset index. */
  readonly classOf: (index: number) => number;
  readonly labels: readonly string[];
  readonly trainer: BaalTrainer<Input>;
  readonly iterations: number;
  readonly seed: number;
  /** For a strategy that needs `"target"`. */
  readonly targetDataset?: Dataset<Input> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The items to label first: the same for all strategies of one seed, so that they start alike. Labels nothing. */
export async function chooseInitialLabels<Input>(options: InitialLabelsOptions<Input>): Promise<readonly number[]> {
  const { initial, dataset, trainer, iterations, seed, targetDataset, signal } = options;
  if (initial === "all") return dataset.poolIndices;
  const random = createRandom(seed);
  if (typeof initial === "number") return random.shuffled(dataset.poolIndices).slice(0, initial);
  if (!("strategy" in initial)) return perClass(options, random.shuffled(dataset.poolIndices));
  const { strategy, count } = initial;
  // Of the model as it is before any training.
  trainer.resetWeights({ seed });
  const loop = new ActiveLearningLoop<Input>(
    dataset,
    (items, { iterations: draws }) => trainer.predictOnDatasetGenerator(items, { iterations: draws, seed, signal }),
    strategyOf(strategy, { signal }),
    {
      ...{ querySize: count, iterations, seed },
      targetDataset,
      extractFeatures: (items, features) => trainer.featuresOnDataset(items, features),
    },
  );
  const picked = await loop.select({ signal });
  return picked === false ? [] : picked.indices;
}

function perClass<Input>({ initial, classOf, labels }: InitialLabelsOptions<Input>, order: readonly number[]): number[] {
  const wanted = (label: string): number => {
    if (typeof initial !== "object" || "strategy" in initial) return 0;
    return "perClass" in initial ? initial.perClass : (initial.classes[label] ?? 0);
  };
  const left = labels.map(wanted);
  return order.filter((index) => {
    const c = classOf(index);
    left[c]! -= 1;
    return left[c]! >= 0;
  });
}
