import { setImmediate } from "node:timers/promises";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { readClinc } from "../../src/data/rows/read-clinc.js";
import { loadTokenizer } from "../../src/data/text/load-tokenizer.js";
import { loadRecipe, modelFromRecipe } from "../../src/models/text/recipe.js";
import type { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { peakResidentMiB, resetPeakResident, residentMiB } from "../process-memory.js";
import { createBaseModel, textDataset } from "../text/base-model.js";

export interface PredictionMemory {
  readonly loadedMiB: number;
  /** Resident memory after each chunk. */
  readonly samplesMiB: readonly number[];
  /** The most at any moment of the prediction, within a chunk too. */
  readonly peakMiB: number;
  readonly seconds: number;
}

const { clinc, tokenizer, threads, shape, count, draws, chunkSize } = JSON.parse(process.argv[2]!) as {
  readonly clinc: string;
  readonly tokenizer: string;
  readonly threads: number;
  /** The DistilBERT-base shape, or the recipe of a small model. */
  readonly shape: "base" | "distilbert-mini";
  readonly count: number;
  readonly draws: number;
  readonly chunkSize: number;
};

const rows = await readClinc(clinc, { split: "train" });
const model = shape === "base" ? createBaseModel(await loadTokenizer(tokenizer), threads) : await smallModel(shape);
const texts = Array.from({ length: count }, (_, i) => rows[i % rows.length]!.text);
const dataset = textDataset(texts, model.tokenizer);
const collectGarbage = globalThis.gc;
if (!collectGarbage) throw new Error("This file is run with --expose-gc, so that garbage of loading does not count as memory.");
collectGarbage();

const loadedMiB = residentMiB();
resetPeakResident();
const samplesMiB: number[] = [];
const begin = performance.now();
for await (const _chunk of new BaalTrainer({ model }).predictOnDatasetGenerator(dataset, { iterations: draws, chunkSize })) {
  samplesMiB.push(residentMiB());
  await setImmediate();
}
const seconds = (performance.now() - begin) / 1000;
process.stdout.write(JSON.stringify({ loadedMiB, samplesMiB, peakMiB: peakResidentMiB(), seconds } satisfies PredictionMemory));

async function smallModel(name: string): Promise<TextClassifier> {
  const labels = [...new Set(rows.map(({ intent }) => intent))];
  const small = modelFromRecipe(await loadRecipe(name), { texts: rows.map(({ text }) => text), labels, seed: 0, threads });
  patchModule(small);
  return small;
}
