/**
 * A strategy against random sampling, from scratch at each step. Kill it and run it again: it goes on where it was.
 * Run: npx tsx examples/experiment.ts [folder] [--steps 4] [--strategy power:entropy]
 */
// In your own project: import { ... } from "baaljs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ActiveLearningExperiment } from "../src/entries/experiment.js";
import {
  ActiveLearningDataset,
  BaalTrainer,
  HuggingFaceDatasets,
  loadEmbeddedIntents,
  loadRecipe,
  modelFromRecipe,
  patchModule,
} from "../src/index.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { steps: { type: "string", default: "4" }, strategy: { type: "string", default: "power:entropy" } },
});
const folder = positionals[0] ?? "experiment-output";
const { train, test, labels } = await loadEmbeddedIntents();
const recipe = await loadRecipe("distilbert-mini");

for (const strategy of ["random", values.strategy]) {
  const model = modelFromRecipe(recipe, { texts: train.map(({ text }) => text), labels, seed: 1 });
  const encoding = { tokenizer: model.tokenizer, labels, targetKey: "intent" };
  patchModule(model); // dropout stays on when predicting
  const experiment = new ActiveLearningExperiment({
    trainer: new BaalTrainer({ model, args: { ...recipe.training, seed: 42 } }),
    dataset: new ActiveLearningDataset(new HuggingFaceDatasets(train, encoding), { seed: 42 }),
    evalDataset: new HuggingFaceDatasets(test, encoding),
    strategy,
    initialLabels: 200,
    querySize: 200,
    steps: Number(values.steps),
    poolSize: 1000,
    seed: 1,
    outputDir: join(folder, strategy.replace(":", "-")),
  });
  const steps = await experiment.run();
  console.log(
    strategy.padEnd(14),
    ...steps.map((step) => `${step.numLabelled}: ${(100 * step.metrics["accuracy"]!).toFixed(1)} %  `),
  );
}
