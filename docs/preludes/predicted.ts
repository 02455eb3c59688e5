import {
  ActiveLearningDataset,
  BaalTrainer,
  createRandom,
  HuggingFaceDatasets,
  patchModule,
  readRows,
  TextClassifier,
} from "baaljs";

const rows = await readRows("requests.csv");
const labels = ["refund", "delivery", "cancel"];
const model = await TextClassifier.fromPretrained("distilbert-base-uncased", { labels });
const dataset = new HuggingFaceDatasets(rows, { tokenizer: model.tokenizer, labels, maxSeqLen: 32 });
const active = new ActiveLearningDataset(dataset, { seed: 42 });
active.labelRandomly(60);
patchModule(model);
const args = { maxSteps: 6, batchSize: 8, learningRate: 1e-3, seed: 42 };
const trainer = new BaalTrainer({ model, args });
await trainer.train(active);
const predictions = await trainer.predictOnDataset(active.pool, { iterations: 4 });
const random = createRandom(42);

export { active, args, dataset, labels, model, predictions, random, rows, trainer };
