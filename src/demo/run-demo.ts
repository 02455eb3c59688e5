import { ActiveLearningDataset } from "../active/active-learning-dataset.js";
import { ActiveLearningLoop } from "../active/active-learning-loop.js";
import { patchModule } from "../bayesian/patch-module.js";
import { loadEmbeddedIntents } from "../data/embedded.js";
import { HuggingFaceDatasets } from "../data/hugging-face-datasets.js";
import { bald } from "../heuristics/bald.js";
import { entropy } from "../heuristics/entropy.js";
import { loadRecipe, modelFromRecipe } from "../models/recipe.js";
import type { TextClassifier } from "../models/text-classifier.js";
import type { Predictions } from "../predictions.js";
import { getStrategy } from "../strategies/registry.js";
import { BaalTrainer } from "../training/baal-trainer.js";

export interface DemoOptions {
  readonly seed: number;
  /** The strategies to compare, each from the same initial labels. */
  readonly strategies: readonly string[];
  readonly initialLabels: number;
  /** Labels added per round. */
  readonly querySize: number;
  readonly rounds: number;
  /** Draws per unlabelled text. */
  readonly iterations: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: DemoProgress) => void;
}

export interface DemoProgress {
  readonly strategy: string;
  /** From 1. */
  readonly round: number;
  readonly phase: "train" | "evaluate" | "predict";
  /** Share of the whole demo that is done, in [0, 1]. */
  readonly done: number;
  /** Accuracy on the test texts, once a round has been evaluated. */
  readonly accuracy?: number;
}

export interface CurvePoint {
  readonly labels: number;
  readonly accuracy: number;
}

/** An unlabelled text that the model would have learned much from, with what its draws say. */
export interface InformativeText {
  readonly text: string;
  /** In nats. */
  readonly bald: number;
  /** In nats. */
  readonly entropy: number;
}

export interface DemoResult {
  readonly curves: readonly { readonly strategy: string; readonly points: readonly CurvePoint[] }[];
  readonly poolSize: number;
  readonly testSize: number;
  readonly labels: readonly string[];
  /** What the last strategy's model would most like to have labelled next, by BALD. */
  readonly mostInformative: readonly InformativeText[];
  /** The last strategy's last model. */
  readonly model: TextClassifier;
}

/**
 * Active learning on the embedded intents: for each strategy, train from scratch on the labels so far, measure, draw
 * predictions for the unlabelled texts with dropout on, choose, label, again.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { seed, strategies, rounds, signal } = options;
  const intents = await loadEmbeddedIntents();
  const recipe = await loadRecipe("distilbert-mini");
  const model = modelFromRecipe(recipe, { texts: intents.train.map(({ text }) => text), labels: intents.labels, seed });
  patchModule(model);
  const encoding = { tokenizer: model.tokenizer, labels: intents.labels, targetKey: "intent", maxSeqLen: recipe.maxSeqLen };
  const pool = new HuggingFaceDatasets(intents.train, encoding);
  const test = new HuggingFaceDatasets(intents.test, encoding);
  const trainer = new BaalTrainer({ model, args: { ...recipe.training, seed } });

  const curves: { strategy: string; points: CurvePoint[] }[] = [];
  let mostInformative: InformativeText[] = [];
  for (const [s, strategy] of strategies.entries()) {
    const points: CurvePoint[] = [];
    const report = (round: number, phase: DemoProgress["phase"], part: number, accuracy?: number) =>
      options.onProgress?.({
        strategy,
        round,
        phase,
        done: (s * rounds + round - 1 + part) / (strategies.length * rounds),
        ...(accuracy === undefined ? {} : { accuracy }),
      });
    const active = new ActiveLearningDataset(pool, { seed });
    active.labelRandomly(options.initialLabels);
    const loop = new ActiveLearningLoop(
      active,
      (items, { iterations }) => trainer.predictOnDatasetGenerator(items, { iterations, signal }),
      getStrategy(strategy),
      {
        querySize: options.querySize,
        iterations: options.iterations,
        seed,
      },
    );
    for (let round = 1; round <= rounds; round++) {
      report(round, "train", 0);
      trainer.resetWeights({ seed });
      await trainer.train(active, { signal });
      report(round, "evaluate", 0.6);
      const { accuracy } = await trainer.evaluate(test, { signal });
      points.push({ labels: active.length, accuracy: accuracy! });
      report(round, "predict", 0.65, accuracy);
      if (round < rounds) await loop.step(signal ? { signal } : {});
    }
    curves.push({ strategy, points });
    if (s === strategies.length - 1) {
      const draws = await trainer.predictOnDataset(active.pool, { iterations: options.iterations, signal });
      mostInformative = rank(draws, (index) => intents.train[index]!.text);
    }
  }
  return { curves, poolSize: pool.length, testSize: test.length, labels: intents.labels, mostInformative, model };
}

function rank(draws: Predictions, textOf: (index: number) => string): InformativeText[] {
  const balds = bald().score(draws);
  const entropies = entropy().score(draws);
  return draws.indices
    .map((index, i) => ({ text: textOf(index), bald: balds[i]!, entropy: entropies[i]! }))
    .sort((a, b) => b.bald - a.bald)
    .slice(0, 3);
}
