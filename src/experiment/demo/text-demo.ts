import { patchModule } from "../../bayesian/patch-module.js";
import type { Predictions } from "../../core/predictions.js";
import { loadEmbeddedIntents } from "../../data/embedded.js";
import { TextDataset } from "../../data/text/text-dataset.js";
import { bald } from "../../heuristics/bald.js";
import { entropy } from "../../heuristics/confidence.js";
import { loadRecipe, modelFromRecipe } from "../../models/text/recipe.js";
import type { TextClassifier } from "../../models/text/text-classifier.js";
import { BaalTrainer } from "../../training/baal-trainer.js";
import { compareStrategies, type DemoOptions, type StrategyCurve } from "./compare-strategies.js";

/** An unlabelled text that the model would have learned much from, with what its draws say. */
export interface InformativeText {
  readonly text: string;
  /** In nats. */
  readonly bald: number;
  /** In nats. */
  readonly entropy: number;
}

export interface TextDemoResult {
  readonly curves: readonly StrategyCurve[];
  readonly poolSize: number;
  readonly testSize: number;
  readonly labels: readonly string[];
  /** The items that the last strategy's model would most like to have labelled next, by BALD. */
  readonly mostInformative: readonly InformativeText[];
  /** The last strategy's last model. */
  readonly model: TextClassifier;
}

/** Active learning on the embedded intents. */
export async function runTextDemo(options: DemoOptions): Promise<TextDemoResult> {
  const { seed, iterations, signal } = options;
  const { train, test: testRows, labels } = await loadEmbeddedIntents();
  const recipe = await loadRecipe("distilbert-mini");
  const model = modelFromRecipe(recipe, { texts: train.map(({ text }) => text), labels, seed });
  patchModule(model);
  const encoding = { tokenizer: model.tokenizer, labels, targetKey: "intent", maxSeqLen: recipe.maxSeqLen };
  const pool = new TextDataset(train, encoding);
  const test = new TextDataset(testRows, encoding);
  const trainer = new BaalTrainer({ model, args: { ...recipe.training, seed } });
  const { curves, active } = await compareStrategies(trainer, { pool, test }, options);
  const draws = await trainer.predictOnDataset(active.pool, { iterations, signal });
  const mostInformative = rank(draws, (index) => train[index]!.text);
  return { curves, poolSize: pool.length, testSize: test.length, labels, mostInformative, model };
}

function rank(draws: Predictions, textOf: (index: number) => string): InformativeText[] {
  const balds = bald().score(draws);
  const entropies = entropy().score(draws);
  return draws.indices
    .map((index, i) => ({ text: textOf(index), bald: balds[i]!, entropy: entropies[i]! }))
    .sort((a, b) => b.bald - a.bald)
    .slice(0, 3);
}
