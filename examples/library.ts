/** The library in 15 lines: label little, train, draw, choose, label, again. Run: npx tsx examples/library.ts [rounds] */
// In your own project: import { ... } from "baaljs";
import {
  ActiveLearningDataset,
  BaalTrainer,
  createRandom,
  entropy,
  HuggingFaceDatasets,
  loadEmbeddedIntents,
  loadRecipe,
  modelFromRecipe,
  patchModule,
  power,
} from "../src/index.js";

const rounds = Number(process.argv[2] ?? 3);

const { train, test, labels } = await loadEmbeddedIntents();
const recipe = await loadRecipe("distilbert-mini");
const model = modelFromRecipe(recipe, { texts: train.map(({ text }) => text), labels, seed: 1 });
const encoding = { tokenizer: model.tokenizer, labels, targetKey: "intent" };
const active = new ActiveLearningDataset(new HuggingFaceDatasets(train, encoding), { seed: 42 });
active.labelRandomly(200);
patchModule(model); // dropout stays on when predicting
const trainer = new BaalTrainer({ model, args: { ...recipe.training, seed: 42 } });
for (let round = 0; round < rounds; round++) {
  trainer.resetWeights();
  await trainer.train(active);
  console.log(active.length, "labels:", await trainer.evaluate(new HuggingFaceDatasets(test, encoding)));
  const predictions = await trainer.predictOnDataset(active.pool, { iterations: 20 }); // [N, C, 20] logits
  const pool = { indices: predictions.indices, predictions };
  active.label(power(entropy()).select(pool, 100, createRandom(round)).indices);
}
