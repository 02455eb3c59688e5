/**
 * Active learning on CLINC-OOS (Larson et al. 2019): 150 intents and out-of-scope texts.
 * Run: npx tsx examples/clinc-oos.ts data_full.json [--strategy power:entropy] [--rounds 6] [--query-size 500] [--seed 1]
 * The file is data_full.json, data_small.json, ... of the data set. With --model distilbert-base-uncased the pretrained model
 * is fine-tuned (from a local folder, the Hugging Face cache, or a download) instead of a small one from random weights.
 */
import { parseArgs } from "node:util";
import { readClinc } from "../src/entries/data.js";
import { auroc } from "../src/entries/metrics.js";
import {
  ActiveLearningDataset,
  ActiveLearningLoop,
  BaalTrainer,
  entropy,
  getStrategy,
  HuggingFaceDatasets,
  loadRecipe,
  meanProbabilities,
  modelFromRecipe,
  patchModule,
  TextClassifier,
} from "../src/index.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    strategy: { type: "string", default: "power:entropy" },
    model: { type: "string" },
    rounds: { type: "string", default: "6" },
    "initial-labels": { type: "string", default: "500" },
    "query-size": { type: "string", default: "500" },
    "max-steps": { type: "string" },
    "test-items": { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const path = positionals[0] ?? "../shared/data/clinc_oos/data_full.json";
const seed = Number(values.seed);

const train = await readClinc(path, { split: "train" });
// Every k-th item, so that a shorter test set still holds all intents and out-of-scope texts.
const allTest = await readClinc(path, { split: "test" });
const step = values["test-items"] ? Math.ceil(allTest.length / Number(values["test-items"])) : 1;
const test = allTest.filter((_, i) => i % step === 0);
const labels = [...new Set(train.map(({ intent }) => intent))].sort();

const recipe = await loadRecipe("distilbert-small");
const model = values.model
  ? await TextClassifier.fromPretrained(values.model, { labels, seed })
  : modelFromRecipe(recipe, { texts: train.map(({ text }) => text), labels, seed });
const pretrainedArgs = { numTrainEpochs: 10, minSteps: 300, learningRate: 5e-5, batchSize: 32, warmupRatio: 0.1 };
const args = {
  ...(values.model ? pretrainedArgs : recipe.training),
  ...(values["max-steps"] && { maxSteps: Number(values["max-steps"]) }),
  seed,
};

const encoding = { tokenizer: model.tokenizer, labels, targetKey: "intent", maxSeqLen: 64 };
const active = new ActiveLearningDataset(new HuggingFaceDatasets(train, encoding), { seed });
const testSet = new HuggingFaceDatasets(test, encoding);
const inScope = test.map(({ intent }) => intent !== "oos");
active.labelRandomly(Number(values["initial-labels"]));
patchModule(model);
const trainer = new BaalTrainer({ model, args });
const loop = new ActiveLearningLoop(
  active,
  (pool, { iterations }) => trainer.predictOnDatasetGenerator(pool, { iterations }),
  getStrategy(values.strategy),
  {
    querySize: Number(values["query-size"]),
    seed,
  },
);

console.log("labels  in-scope accuracy  out-of-scope recall  out-of-scope AUROC (entropy)");
for (let round = 0; round < Number(values.rounds); round++) {
  trainer.resetWeights({ seed });
  await trainer.train(active);
  const draws = await trainer.predictOnDataset(testSet, { iterations: 20 });
  const { correct, recall } = score(meanProbabilities(draws));
  const separation = auroc(
    entropy().score(draws),
    inScope.map((is) => !is),
  );
  console.log(
    `${String(active.length).padStart(6)}  ${percent(correct)}  ${percent(recall).padStart(19)}  ${separation.toFixed(3).padStart(18)}`,
  );
  if ((await loop.step()) === false) break;
}

/** As Larson et al. report them: accuracy over the in-scope texts, recall over the out-of-scope ones. */
function score(probs_N_C: Float64Array | Float32Array): { readonly correct: number; readonly recall: number } {
  let correct = 0;
  let found = 0;
  test.forEach(({ intent }, n) => {
    const probs_C = probs_N_C.subarray(n * labels.length, (n + 1) * labels.length);
    const isRight = labels[probs_C.indexOf(Math.max(...probs_C))] === intent;
    if (isRight && inScope[n]) correct++;
    else if (isRight) found++;
  });
  const scoped = inScope.filter(Boolean).length;
  return { correct: correct / scoped, recall: found / (test.length - scoped) };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`.padStart(17);
}
