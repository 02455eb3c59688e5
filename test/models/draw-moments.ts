import type { PredictOptions } from "../../src/core/bayesian-model.js";
import type { EncodedText, Example } from "../../src/core/dataset.js";
import { joinFeatures, joinPredictions } from "../../src/core/join-chunks.js";
import type { Predictions } from "../../src/core/predictions.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { asDataset, tinyConfig } from "./tiny.js";

export function tinyModel(seed = 5): TextClassifier {
  const model = TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b", "c"], seed });
  model.stateDict().get("classifier.bias")!.data.set([0.5, -1, 2]);
  return model;
}

/** All draws of the examples, `[n, 3, K]`. */
export function draws(
  model: TextClassifier,
  examples: readonly Example<EncodedText>[],
  options: PredictOptions = {},
): Promise<Predictions> {
  return joinPredictions(model.predict(asDataset(examples), options), { total: examples.length });
}

/** What the last layer reads, one array per example. */
export async function featureRows(model: TextClassifier, examples: readonly Example<EncodedText>[]): Promise<Float32Array[]> {
  const { shape, data } = await joinFeatures(model.features(asDataset(examples)), { total: examples.length });
  return examples.map((_, n) => data.subarray(n * shape[1], (n + 1) * shape[1]));
}

/** The K draws of logit `c` of item `n`. */
export function drawsAt({ shape, data }: Predictions, n: number, c: number): Float32Array {
  const [, classes, K] = shape as [number, number, number];
  return data.subarray((n * classes + c) * K, (n * classes + c + 1) * K);
}

/** Sample covariance, with the standard error it has for K draws of roughly normal numbers. */
export function covariance(a: Float32Array, b: Float32Array): { readonly value: number; readonly error: number } {
  const K = a.length;
  const mean = (x: Float32Array) => x.reduce((sum, value) => sum + value, 0) / K;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [aa, bb, ab] = [0, 0, 0];
  for (let k = 0; k < K; k++) {
    aa += (a[k]! - meanA) ** 2 / (K - 1);
    bb += (b[k]! - meanB) ** 2 / (K - 1);
    ab += ((a[k]! - meanA) * (b[k]! - meanB)) / (K - 1);
  }
  return { value: ab, error: Math.sqrt((aa * bb + ab * ab) / K) };
}

/** Expects draws a and b to have this covariance, within 4.5 standard errors. */
export function expectCovariance(a: Float32Array, b: Float32Array, expected: number): void {
  const { value, error } = covariance(a, b);
  if (!(Math.abs(value - expected) < 4.5 * error + 1e-7)) {
    throw new Error(`The covariance of the draws is ${value} (standard error ${error}); ${expected} was expected.`);
  }
}
