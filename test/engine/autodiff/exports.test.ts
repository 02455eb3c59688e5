import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { encodeTargets, lossNormalizer } from "../../../src/engine/autodiff/targets.js";
import { trainingGraph } from "../../../src/engine/autodiff/training-graph.js";
import { readModel } from "../../../src/engine/onnx/decode.js";
import { extractParameters } from "../../../src/engine/onnx/parameters.js";
import { optimizeImport } from "../../../src/engine/onnx/rewrite/optimize-import.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";

/** Made by exports/make_exports.py. */
interface Expected {
  readonly inputs: Record<string, number[][]>;
  readonly labels: number[];
  readonly logits: number[][];
  readonly loss: number;
  /** Norm, and sum weighted with cos(1), cos(2), ... */
  readonly gradients: Record<string, [number, number]>;
}

const path = (file: string) => fileURLToPath(new URL(`exports/${file}`, import.meta.url));
const table = JSON.parse(await readFile(path("expected.json"), "utf8")) as Record<string, Expected>;

async function gradientsOf(name: string, expected: Expected, rewritten: boolean) {
  const { graph } = await readModel(path(`${name}.onnx`));
  const parameters = extractParameters(graph);
  if (rewritten) optimizeImport(graph);
  const training = trainingGraph(graph, { logits: "logits", loss: "crossEntropy", trainable: [...parameters.keys()] });
  const feeds = new Map<string, Feed>();
  for (const [key, { dims, data }] of parameters) feeds.set(key, { dtype: "float32", dims, data });
  for (const [key, rows] of Object.entries(expected.inputs)) {
    feeds.set(key, { dtype: "int64", dims: [rows.length, rows[0]!.length], data: BigInt64Array.from(rows.flat(), BigInt) });
  }
  const classes = expected.logits[0]!.length;
  const loss = { name: "crossEntropy" } as const;
  for (const [key, data] of encodeTargets(expected.labels, loss, classes, lossNormalizer(expected.labels, loss))) {
    feeds.set(key, { dtype: "float32", dims: [expected.labels.length, classes], data });
  }
  const results = await (await createSession(training.graph, { threads: 1 })).run(feeds);
  const floats = (value: string) => results.get(value)!.data as Float32Array;
  const gradients = new Map<string, number[]>();
  for (const [key, { dense, rows }] of training.gradients) {
    const { dims, data } = parameters.get(key)!;
    const sum = dense === undefined ? Array<number>(data.length).fill(0) : [...floats(dense)];
    for (const { ids, values } of rows) {
      const width = dims[1]!;
      floats(values).forEach((value, i) => {
        const row = Number(results.get(ids)!.data[Math.floor(i / width)]);
        sum[row * width + (i % width)]! += value;
      });
    }
    gradients.set(key, sum);
  }
  return { training, gradients, logits: floats(training.logits), loss: floats(training.loss)[0]! };
}

describe("gradients of BERT's and RoBERTa's forms of export are PyTorch's", () => {
  const cases = Object.entries(table).flatMap(([name, expected]) =>
    [false, true].map((rewritten) => ({ name, expected, rewritten })),
  );
  it.each(cases)("$name, rewritten: $rewritten", async ({ name, expected, rewritten }) => {
    const { training, gradients, logits, loss } = await gradientsOf(name, expected, rewritten);
    expected.logits.flat().forEach((logit, i) => {
      expect(Math.abs(logits[i]! - logit)).toBeLessThan(1e-5);
    });
    expect(loss).toBeCloseTo(expected.loss, 5);
    expect([...gradients.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
    for (const [key, [norm, weighted]] of Object.entries(expected.gradients)) {
      const found = gradients.get(key)!;
      const isZero = key.endsWith("key.bias");
      const scale = isZero ? expected.gradients["layer.key.weight"]![0] : norm;
      expect(Math.abs(Math.hypot(...found) - norm) / scale, `norm of ${key}`).toBeLessThan(1e-5);
      const sum = found.reduce((total, value, i) => total + value * Math.cos(i + 1), 0);
      expect(Math.abs(sum - weighted) / scale, `weighted sum of ${key}`).toBeLessThan(1e-5);
    }
    // Inferred shapes prove every axis that is summed over: nothing is looked up at run time.
    expect(training.graph.nodes.filter((node) => node.opType === "NonZero")).toEqual([]);
  });
});
