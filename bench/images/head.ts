import type { Dataset } from "../../src/core/dataset.js";
import { createRandom } from "../../src/core/random.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { interleave, seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { median, showSamples } from "../statistics.js";

const ROWS = 1000;
const CLASSES = 10;
const ARGS = { numTrainEpochs: 20, batchSize: 64, learningRate: 1e-3, seed: 1 };
const MOST_SECONDS = 1.5;

interface Case {
  readonly what: string;
  readonly inputDim: number;
  readonly hiddenSizes: readonly number[];
}

const CASES: readonly Case[] = [
  { what: "linear, 768 features", inputDim: 768, hiddenSizes: [] },
  { what: "MLP 768-256", inputDim: 768, hiddenSizes: [256] },
  { what: "linear, 4,096 features (VGG16's)", inputDim: 4096, hiddenSizes: [] },
];

/** What is left to train when the features are there: from fresh weights each time. */
export const head: Measurement = {
  name: "head",
  about: `training a head on ${ROWS} cached feature rows, ${ARGS.numTrainEpochs} epochs: seconds`,
  async run(context) {
    const rows: Row[] = [];
    for (const { what, inputDim, hiddenSizes } of CASES) {
      const labels = Array.from({ length: CLASSES }, (_, i) => `class ${i}`);
      const model = HeadClassifier.fromConfig({ inputDim, hiddenSizes }, { labels, seed: 1 });
      const trainer = new BaalTrainer({ model, args: ARGS });
      const [train, test] = [featureRows(inputDim, 2), featureRows(inputDim, 3)];
      const times = await interleave(
        {
          ours: () => {
            trainer.resetWeights();
            return seconds(() => trainer.train(train));
          },
        },
        { rounds: context.rounds },
      );
      const { accuracy = 0 } = await trainer.evaluate(test);
      rows.push({
        what: `head, ${what}: ${ARGS.numTrainEpochs} epochs of ${ROWS} rows`,
        ours: showSamples(times.ours, { unit: "s", decimals: 2 }),
        comparedWith: "-",
        target: `about 1 s: <= ${MOST_SECONDS} s`,
        met: median(times.ours) <= MOST_SECONDS,
        notes: [
          `Batches of ${ARGS.batchSize}, AdamW, dropout on. Features drawn around one centre per class, as many again to test.`,
        ],
        samples: { oursSeconds: times.ours, accuracy },
      });
    }
    return rows;
  },
};

/** Normal around one centre per class; `seed` draws the rows, the centres stay. */
function featureRows(width: number, seed: number): Dataset<Float32Array> {
  const places = createRandom(0);
  const centres = Array.from({ length: CLASSES }, () => Float32Array.from({ length: width }, () => 0.15 * places.normal()));
  const random = createRandom(seed);
  const inputs = Array.from({ length: ROWS }, (_, i) => centres[i % CLASSES]!.map((centre) => centre + random.normal()));
  return { length: ROWS, at: (index) => ({ index, input: inputs[index]!, target: index % CLASSES }) };
}
