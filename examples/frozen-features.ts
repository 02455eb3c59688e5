/**
 * Without a GPU: a frozen encoder, its features cached on disk, and a Bayesian head on top that trains in a second.
 * Run it twice: npx tsx examples/frozen-features.ts [folder]. The second run finds encoder and features in the folder.
 */
// In your own project: import { ... } from "baaljs";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFeatures, featureStatistics } from "../src/entries/data.js";
import {
  ActiveLearningDataset,
  BaalTrainer,
  bald,
  createRandom,
  HeadClassifier,
  HuggingFaceDatasets,
  loadEmbeddedIntents,
  loadRecipe,
  modelFromRecipe,
  patchModule,
  power,
  TextClassifier,
} from "../src/index.js";

const folder = process.argv[2] ?? join(tmpdir(), "baaljs-frozen-features");
const { train, test, labels } = await loadEmbeddedIntents();

// The encoder: any model with features. Here one that learned from 400 labels, trained in the first run.
const path = join(folder, "encoder");
const encoder = existsSync(path) ? await TextClassifier.fromPretrained(path) : await trainEncoder();

const encoding = { tokenizer: encoder.tokenizer, labels, targetKey: "intent" };
const texts = { train: new HuggingFaceDatasets(train, encoding), test: new HuggingFaceDatasets(test, encoding) };
const [pool, evaluation] = [await featuresOf("train"), await featuresOf("test")];

const active = new ActiveLearningDataset(pool, { seed: 1 });
active.labelRandomly(150);
const shape = { inputDim: pool.width, hiddenSizes: [64], dropout: 0.3, normalise: featureStatistics(pool) };
const head = HeadClassifier.fromConfig(shape, { labels, seed: 1 });
patchModule(head); // dropout stays on when predicting
const trainer = new BaalTrainer({ model: head, args: { maxSteps: 300, batchSize: 32, learningRate: 0.003, seed: 1 } });
for (let round = 0; round < 3; round++) {
  const start = performance.now();
  trainer.resetWeights();
  await trainer.train(active);
  const seconds = (performance.now() - start) / 1000;
  const { accuracy = 0 } = await trainer.evaluate(evaluation);
  console.log(`${active.length} labels: accuracy ${accuracy.toFixed(3)}, head trained in ${seconds.toFixed(1)} s`);
  const predictions = await trainer.predictOnDataset(active.pool, { iterations: 20 });
  const candidates = { indices: predictions.indices, predictions };
  active.label(power(bald()).select(candidates, 100, createRandom(round)).indices);
}
await trainer.saveModel(join(folder, "head"));

async function featuresOf(split: keyof typeof texts) {
  let fromCache = 0;
  const dataset = await cachedFeatures(encoder, texts[split], {
    folder: join(folder, "features"),
    onProgress: ({ reused }) => {
      fromCache = reused;
    },
  });
  console.log(`${split}: ${dataset.length} texts, ${dataset.width} features each, ${fromCache} not computed again`);
  return dataset;
}

async function trainEncoder(): Promise<TextClassifier> {
  const recipe = await loadRecipe("distilbert-mini");
  const model = modelFromRecipe(recipe, { texts: train.map(({ text }) => text), labels, seed: 1 });
  const rows = new HuggingFaceDatasets(train.slice(0, 400), { tokenizer: model.tokenizer, labels, targetKey: "intent" });
  await new BaalTrainer({ model, args: { ...recipe.training, maxSteps: 200, seed: 1 } }).train(rows);
  await model.save(path);
  return model;
}
