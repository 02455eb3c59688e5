/**
 * A Keras model in TensorFlow.js learns actively: a small VGG on drawn shapes, of which one kind is rare.
 * Run: npx tsx examples/tfjs-keras.ts [rounds]     (in your own project: import from "baaljs"; with @tensorflow/tfjs-node it is faster)
 */
import * as tf from "@tensorflow/tfjs";
import type { ImagePixels } from "../src/entries/images.js";
import { TfjsModel } from "../src/entries/tfjs.js";
import {
  ActiveLearningDataset,
  ActiveLearningLoop,
  BaalTrainer,
  bald,
  createRandom,
  type Dataset,
  patchModule,
  type Random,
  topK,
} from "../src/index.js";

const rounds = Number(process.argv[2] ?? 3);
const SIZE = 12;
const LABELS = ["circle", "square", "cross"];

/** Grey pixels `[1, 12, 12]`: a shape somewhere, in some size, behind noise. */
function drawShape(label: number, random: Random): ImagePixels {
  const radius = 3 + 1.5 * random.uniform();
  const [x0, y0] = [radius + random.uniform() * (SIZE - 1 - 2 * radius), radius + random.uniform() * (SIZE - 1 - 2 * radius)];
  const covers = [
    (dx: number, dy: number) => Math.abs(Math.hypot(dx, dy) - radius + 0.7) < 0.9,
    (dx: number, dy: number) => Math.abs(Math.max(Math.abs(dx), Math.abs(dy)) - radius + 0.7) < 0.9,
    (dx: number, dy: number) => Math.min(Math.abs(dx), Math.abs(dy)) < 0.9 && Math.max(Math.abs(dx), Math.abs(dy)) < radius,
  ][label]!;
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const ink = covers((i % SIZE) - x0, Math.floor(i / SIZE) - y0) ? 1 : 0;
    return ink - 0.2 + 0.15 * random.normal();
  });
  return { shape: [1, SIZE, SIZE], data };
}

/** One in twelve is a cross. */
function shapes(count: number, seed: number): Dataset<ImagePixels> {
  const random = createRandom(seed);
  const items = Array.from({ length: count }, (_, index) => {
    const target = index % 12 === 0 ? 2 : index % 2;
    return { index, target, input: drawShape(target, random) };
  });
  return { length: count, at: (position) => items[position]! };
}

function smallVgg(): tf.Sequential {
  const convolution = (filters: number, seed: number) => {
    const kernelInitializer = tf.initializers.heNormal({ seed });
    return { filters, kernelSize: 3, padding: "same", activation: "relu", kernelInitializer } as const;
  };
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ name: "conv1", inputShape: [SIZE, SIZE, 1], ...convolution(4, 1) }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ name: "conv2", ...convolution(8, 2) }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ name: "fc1", units: 32, activation: "relu", kernelInitializer: tf.initializers.heNormal({ seed: 3 }) }),
      tf.layers.dropout({ name: "dropout", rate: 0.5 }),
      tf.layers.dense({
        name: "fc2",
        units: 3,
        activation: "softmax",
        kernelInitializer: tf.initializers.glorotNormal({ seed: 4 }),
      }),
    ],
  });
}

await tf.ready();
const model = new TfjsModel<ImagePixels>({ tf, model: smallVgg(), labels: LABELS, fresh: ["*"] });
patchModule(model); // dropout stays on when predicting; the convolutions still run once per image
const trainer = new BaalTrainer({ model, args: { learningRate: 0.01, batchSize: 16, numTrainEpochs: 20, seed: 1 } });
const active = new ActiveLearningDataset(shapes(360, 1), { seed: 2 });
active.labelRandomly(24);
const loop = new ActiveLearningLoop(active, (pool, options) => trainer.predictOnDatasetGenerator(pool, options), topK(bald()), {
  querySize: 24,
  iterations: 20,
});
const test = shapes(120, 3);
for (let round = 0; round < rounds; round++) {
  trainer.resetWeights({ seed: round });
  const labels = active.length;
  await trainer.train(active);
  const { accuracy } = await trainer.evaluate(test, { iterations: 20 });
  const step = await loop.step();
  const picked = LABELS.map((name, label) => {
    const count = step === false ? 0 : step.indices.filter((index) => (index % 12 === 0 ? 2 : index % 2) === label).length;
    return `${count} ${name}`;
  });
  console.log(`${labels} labels: accuracy ${(100 * accuracy!).toFixed(1)} %, picked ${picked.join(", ")}`);
}
