import { BaalTrainer, createRandom, fitThresholds, HeadClassifier, type TrainingArguments } from "../../src/index.js";

/**
 * Losses and samplers on labels of which most are rare: 20 labels of a half down to a hundredth of the items, which follow from made features and noise.
 * Prints the macro F1 at 0.5 and at thresholds tuned on held-out items, and the mean average precision, as means over five seeds:
 *
 *     npx tsx bench/several-labels/rare-labels.ts
 */
const LABELS = 20;
const WIDTH = 24;
const WAYS: Readonly<Record<string, TrainingArguments>> = {
  "binary cross-entropy": {},
  posWeight: { posWeight: Array.from({ length: LABELS }, (_, c) => Math.sqrt(1 / rateOf(c) - 1)) },
  "focal loss": { loss: "sigmoidFocal" },
  'sampler "squareroot"': { sampler: "squareroot" },
  'sampler "class"': { sampler: "class" },
};

function rateOf(label: number): number {
  return 0.5 * 0.02 ** (label / (LABELS - 1));
}

/** Items whose features are noise around the sum of their labels' directions. */
function itemsOf(count: number, seed: number) {
  const shared = createRandom(99);
  const directions = Array.from({ length: LABELS }, () => Array.from({ length: WIDTH }, () => shared.normal()));
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const label = directions.map((_, c) => Number(random.uniform() < rateOf(c)));
    const features = Array.from({ length: WIDTH }, (_, d) =>
      label.reduce((sum, there, c) => sum + there * directions[c]![d]!, 1.5 * random.normal()),
    );
    return { features, label };
  });
}

async function figuresOf(args: TrainingArguments, seed: number): Promise<readonly number[]> {
  const [training, heldOut, test] = [itemsOf(3000, 10 * seed + 1), itemsOf(1000, 10 * seed + 2), itemsOf(2000, 10 * seed + 3)];
  const labels = Array.from({ length: LABELS }, (_, c) => `label ${c}`);
  const head = HeadClassifier.fromConfig({ inputDim: WIDTH, hiddenSizes: [64] }, { labels, task: "multi", seed });
  const trainer = new BaalTrainer({
    model: head,
    args: { learningRate: 3e-3, batchSize: 64, numTrainEpochs: 10, seed, ...args },
  });
  await trainer.train(training);
  const before = await trainer.evaluate(test);
  await fitThresholds(head, heldOut);
  const after = await trainer.evaluate(test);
  return [before["macroF1"]!, after["macroF1"]!, before["meanAveragePrecision"]!];
}

for (const [name, args] of Object.entries(WAYS)) {
  const all: (readonly number[])[] = [];
  for (const seed of [1, 2, 3, 4, 5]) all.push(await figuresOf(args, seed));
  const means = [0, 1, 2].map((figure) => all.reduce((sum, figures) => sum + figures[figure]! / all.length, 0));
  console.log([name, ...means.map((mean) => mean.toFixed(3))].join(" | "));
}
