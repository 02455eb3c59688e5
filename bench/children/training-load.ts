import { readClinc } from "../../src/data/rows/read-clinc.js";
import { TextDataset } from "../../src/data/text/text-dataset.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";

/** Trains until it is ended; says on stdout when the first step is done. */
const { clinc, folder, threads } = JSON.parse(process.argv[2]!) as {
  readonly clinc: string;
  readonly folder: string;
  readonly threads: number;
};
const model = await TextClassifier.fromPretrained(folder, { threads });
const rows = (await readClinc(clinc, { split: "train" })).map(({ text, intent }) => ({ text, label: intent }));
const known = new Set(model.labels);
const dataset = new TextDataset(
  rows.filter(({ label }) => known.has(label)),
  { tokenizer: model.tokenizer, labels: model.labels },
);
let isRunning = false;
await new BaalTrainer({ model, args: { numTrainEpochs: 1_000_000, batchSize: 32, learningRate: 1e-5 } }).train(dataset, {
  onProgress() {
    if (!isRunning) process.stdout.write("training\n");
    isRunning = true;
  },
});
