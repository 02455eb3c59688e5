import * as tf from "@tensorflow/tfjs";
import type { PredictOptions } from "../../../src/core/bayesian-model.js";
import type { Example, Target } from "../../../src/core/dataset.js";
import { joinPredictions } from "../../../src/core/join-chunks.js";
import type { Predictions } from "../../../src/core/predictions.js";
import { createRandom } from "../../../src/core/random.js";
import { TfjsModel, type TfjsModelOptions } from "../../../src/models/tfjs/tfjs-model.js";
import { asDataset } from "../tiny.js";

await tf.setBackend("cpu");
await tf.ready();

export { tf };

export const LABELS = ["a", "b", "c"];

/** Two dense layers with dropout before each, softmax at the end. */
export function denseModel({ activation = "softmax" as const, rate = 0.4 } = {}): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dropout({ name: "drop1", rate, inputShape: [4] }),
      tf.layers.dense({ name: "hidden", units: 6, activation: "tanh", kernelInitializer: seeded(1), biasInitializer: seeded(2) }),
      tf.layers.dropout({ name: "drop2", rate }),
      tf.layers.dense({ name: "head", units: 3, activation, kernelInitializer: seeded(3), biasInitializer: seeded(4) }),
    ],
  });
}

/** A tiny VGG: convolutions with batch normalisation, pooling, two dense layers with dropout. Reads `[8, 8, 2]`. */
export function convolutionModel(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...{ name: "conv1", inputShape: [8, 8, 2], filters: 4, kernelSize: 3, padding: "same", activation: "relu" },
        kernelInitializer: seeded(11),
      }),
      tf.layers.batchNormalization({ name: "norm", betaInitializer: seeded(12), movingMeanInitializer: seeded(13) }),
      tf.layers.maxPooling2d({ name: "pool", poolSize: 2 }),
      tf.layers.flatten({ name: "flat" }),
      tf.layers.dense({ name: "fc1", units: 10, activation: "relu", kernelInitializer: seeded(14) }),
      tf.layers.dropout({ name: "drop", rate: 0.5 }),
      tf.layers.dense({ name: "fc2", units: 3, activation: "softmax", kernelInitializer: seeded(15) }),
    ],
  });
}

/** `count` rows (or images `[C, H, W]`) of random numbers, under dataset indices from 100 on. */
export function randomRows(
  count: number,
  size: number,
  target: (i: number) => Target = () => undefined,
): Example<Float32Array>[] {
  const random = createRandom(5);
  return Array.from({ length: count }, (_, i) => ({
    index: 100 + i,
    input: Float32Array.from({ length: size }, () => random.normal()),
    target: target(i),
  }));
}

export function wrap<Input>(
  model: tf.LayersModel,
  options: Partial<Omit<TfjsModelOptions<Input>, "model">> = {},
): TfjsModel<Input> {
  return new TfjsModel<Input>({ tf, model, labels: LABELS, ...options });
}

export function draws<Input>(
  model: TfjsModel<Input>,
  examples: readonly Example<Input>[],
  options: PredictOptions = {},
): Promise<Predictions> {
  return joinPredictions(model.predict(asDataset(examples), options), { total: examples.length });
}

/** What the model itself gives for a batch, through TensorFlow.js's own `predict`. */
export function ownPrediction(model: tf.LayersModel, rows: readonly ArrayLike<number>[], shape: number[]): Float32Array {
  return tf.tidy(() => {
    const batch = tf.tensor(
      rows.flatMap((row) => [...Array.from(row)]),
      [rows.length, ...shape],
    );
    return (model.predict(batch) as tf.Tensor).dataSync() as Float32Array;
  });
}

export function softmaxRows(logits: ArrayLike<number>, classes: number): number[] {
  const rows = Array.from({ length: logits.length / classes }, (_, i) =>
    Array.from({ length: classes }, (_, c) => Math.exp(logits[i * classes + c]!)),
  );
  return rows.flatMap((row) => row.map((value) => value / row.reduce((a, b) => a + b)));
}

function seeded(seed: number) {
  return tf.initializers.randomNormal({ mean: 0, stddev: 0.5, seed });
}
