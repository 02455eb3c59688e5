import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeTargets, lossNormalizer } from "../../../src/engine/autodiff/targets.js";
import { trainingGraph } from "../../../src/engine/autodiff/training-graph.js";
import { readModel } from "../../../src/engine/onnx/decode.js";
import { cloneGraph, type Graph, typeOf } from "../../../src/engine/onnx/graph.js";
import { inferTypes } from "../../../src/engine/onnx/infer.js";
import { extractParameters, type Parameter } from "../../../src/engine/onnx/parameters.js";
import { optimizeImport } from "../../../src/engine/onnx/rewrite/optimize-import.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";

/** Made by vision-exports/make_exports.py; float32 arrays are in base64. */
interface Expected {
  readonly images: string;
  readonly labels: number[];
  readonly models: Record<string, ExpectedModel>;
}

interface ExpectedModel {
  readonly logits: number[][];
  readonly loss: number;
  readonly gradients: Record<string, string>;
  /** The names that the exporter gave to parameters, and whether it transposed them. */
  readonly aliases: Record<string, [string, boolean]>;
}

const [BATCH, CHANNELS, SIZE] = [3, 3, 32];
const path = (file: string) => fileURLToPath(new URL(`vision-exports/${file}`, import.meta.url));
const expected = JSON.parse(await readFile(path("expected.json"), "utf8")) as Expected;
const images = decoded(expected.images);

describe.each(Object.entries(expected.models))("%s", (name, model) => {
  let graph: Graph;
  let parameters: Map<string, Parameter>;
  let rewritten: Graph;
  beforeAll(async () => {
    ({ graph } = await readModel(path(`${name}.onnx`)));
    inferTypes(graph);
    parameters = extractParameters(graph);
    rewritten = cloneGraph(graph);
    optimizeImport(rewritten);
  });

  it("has PyTorch's parameters", () => {
    const isStatistic = (key: string) => /running_(mean|var)$/.test(key);
    const found = [...parameters.keys()].filter((key) => !isStatistic(key)).sort();
    const normalizations = graph.nodes.filter(({ opType }) => opType === "BatchNormalization").length;
    expect([...parameters.keys()].filter(isStatistic)).toHaveLength(2 * normalizations);
    const names = Object.keys(model.gradients).flatMap((key) => exportedName(key, model, parameters) ?? []);
    expect(found).toEqual(names.sort());
  });

  it.each(["as exported", "rewritten"])("gives PyTorch's logits and gradients %s", async (form) => {
    await expectGradients(form === "rewritten" ? rewritten : graph, parameters, model);
  });

  it("predicts for another batch size than it was exported for", async () => {
    const session = await createSession(rewritten, { threads: 1 });
    for (const count of [1, 5]) {
      const data = new Float32Array(count * CHANNELS * SIZE * SIZE);
      const order = Array.from({ length: count }, (_, i) => (i + 1) % BATCH);
      for (const [i, image] of order.entries()) data.set(imageAt(image), i * CHANNELS * SIZE * SIZE);
      const feeds = parameterFeeds(parameters).set("pixel_values", {
        dtype: "float32",
        dims: [count, CHANNELS, SIZE, SIZE],
        data,
      });
      const logits = (await session.run(feeds)).get("logits")!;
      expectLogits(
        logits,
        order.map((image) => model.logits[image]!),
      );
    }
  });

  it("keeps the batch axis up to the last layer, and knows every other size", () => {
    for (const form of [graph, rewritten]) {
      const unknown = form.nodes.flatMap(({ outputs }) => outputs.filter((output) => output !== "" && !isKnown(form, output)));
      expect(unknown).toEqual([]);
      expect(typeOf(form, "logits")?.shape).toEqual(["batch", model.logits[0]!.length]);
      const last = form.nodes.findLast((node) => node.opType === "Gemm");
      // SqueezeNet ends in a convolution and a mean over all positions.
      if (name.startsWith("squeezenet")) expect(last).toBeUndefined();
      else expect(typeOf(form, last!.inputs[0]!)?.shape).toEqual(["batch", expect.any(Number)]);
    }
  });
});

function isKnown(graph: Graph, value: string): boolean {
  const shape = typeOf(graph, value)?.shape;
  return shape?.every((dim) => typeof dim === "number" || /^(\d+\*)?batch$/.test(dim)) ?? false;
}

async function expectGradients(graph: Graph, parameters: ReadonlyMap<string, Parameter>, model: ExpectedModel): Promise<void> {
  const training = trainingGraph(graph, { logits: "logits", loss: "crossEntropy", trainable: [...parameters.keys()] });
  const feeds = parameterFeeds(parameters).set("pixel_values", {
    dtype: "float32",
    dims: [BATCH, CHANNELS, SIZE, SIZE],
    data: images,
  });
  const classes = model.logits[0]!.length;
  const loss = { name: "crossEntropy" } as const;
  for (const [key, data] of encodeTargets(expected.labels, loss, classes, lossNormalizer(expected.labels, loss))) {
    feeds.set(key, { dtype: "float32", dims: [BATCH, classes], data });
  }
  const results = await (await createSession(training.graph, { threads: 1 })).run(feeds);
  const floats = (value: string) => results.get(value)!.data as Float32Array;
  expectLogits(results.get(training.logits)!, model.logits);
  expect(floats(training.loss)[0]).toBeCloseTo(model.loss, 5);
  for (const [key, encoded] of Object.entries(model.gradients)) {
    const name = exportedName(key, model, parameters);
    if (name === undefined) continue;
    const { dims, data } = parameters.get(name)!;
    const { dense, rows } = training.gradients.get(name)!;
    const sum = dense === undefined ? new Float32Array(data.length) : floats(dense).slice();
    for (const { ids, values } of rows) {
      const width = data.length / dims[0]!;
      floats(values).forEach((value, i) => {
        sum[Number(results.get(ids)!.data[Math.floor(i / width)]) * width + (i % width)]! += value;
      });
    }
    const isTransposed = name !== key && model.aliases[key]![1];
    const found = isTransposed ? transposed(sum, dims[0]!, dims[1]!) : sum;
    expectClose(found, decoded(encoded), scaleOf(key, model), `gradient of ${key}`);
  }
  // Inferred shapes prove every axis that is summed over: nothing is looked up at run time.
  expect(training.graph.nodes.filter((node) => node.opType === "NonZero")).toEqual([]);
}

/** The export's name for a parameter; `undefined` where constant folding left only what is gathered from it (Swin's bias tables). */
function exportedName(key: string, { aliases }: ExpectedModel, parameters: ReadonlyMap<string, Parameter>): string | undefined {
  return parameters.has(key) ? key : aliases[key]?.[0];
}

function expectLogits({ data, dims }: Feed, logits: readonly number[][]): void {
  expect(dims).toEqual([logits.length, logits[0]!.length]);
  logits.flat().forEach((logit, i) => {
    expect(Math.abs(Number(data[i]) - logit), `logit ${i}`).toBeLessThan(1e-5);
  });
}

/** By the distance of the two gradients, relative to the length of PyTorch's. */
function expectClose(found: Float32Array, wanted: Float32Array, scale: number, what: string): void {
  expect(found.length, what).toBe(wanted.length);
  const distance = Math.hypot(...found.map((value, i) => value - wanted[i]!));
  expect(distance / scale, what).toBeLessThan(3e-5);
}

function scaleOf(key: string, { gradients }: ExpectedModel): number {
  return Math.hypot(...decoded(gradients[key]!));
}

function parameterFeeds(parameters: ReadonlyMap<string, Parameter>): Map<string, Feed> {
  return new Map(Array.from(parameters, ([key, { dims, data }]) => [key, { dtype: "float32", dims, data }]));
}

function imageAt(index: number): Float32Array {
  const size = CHANNELS * SIZE * SIZE;
  return images.subarray(index * size, (index + 1) * size);
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!);
}

function decoded(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
