import { loadTokenizer } from "../../src/data/text/load-tokenizer.js";
import { AdamW } from "../../src/engine/optimizers/adamw.js";
import { peakResidentMiB, residentMiB } from "../process-memory.js";
import { createBaseModel, fixedLengthDataset } from "../text/base-model.js";

export interface TrainingMemory {
  readonly loadedMiB: number;
  readonly peakMiB: number;
}

const { tokenizer, threads, rows, length, steps } = JSON.parse(process.argv[2]!) as {
  readonly tokenizer: string;
  readonly threads: number;
  readonly rows: number;
  readonly length: number;
  readonly steps: number;
};
const model = createBaseModel(await loadTokenizer(tokenizer), threads);
const loadedMiB = residentMiB();
const learner = await model.createLearner({
  loss: { name: "crossEntropy" },
  optimizer: new AdamW({ weightDecay: 0.01 }),
  maxGradNorm: 1,
  seed: 0,
});
const dataset = fixedLengthDataset(rows, length);
const examples = Array.from({ length: rows }, (_, i) => dataset.at(i));
for (let step = 0; step < steps; step++) await learner.step([examples], { step, learningRate: 1e-5 });
process.stdout.write(JSON.stringify({ loadedMiB, peakMiB: peakResidentMiB() } satisfies TrainingMemory));
