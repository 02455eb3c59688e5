import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeModel } from "../../src/engine/onnx/decode.js";
import { cloneGraph } from "../../src/engine/onnx/graph.js";
import { bakeParameters, extractParameters } from "../../src/engine/onnx/parameters.js";
import type { Feed } from "../../src/engine/runtime/session.js";
import {
  AdamW,
  createSession,
  encodeModel,
  type Graph,
  gradients,
  graphBuilder,
  optimizeImport,
  type Parameter,
  readModel,
} from "../../src/entries/engine.js";
import { runBytes } from "../engine/onnx/raw-model.js";

/** Made by make_matrix.py. */
interface Expected {
  readonly inputs: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: readonly number[] }>>;
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly number[];
  /** Before the first step of AdamW and after each of three. */
  readonly losses: readonly number[];
  /** Norms. */
  readonly gradients: Readonly<Record<string, number>>;
  readonly batchNorms: number;
}

/** The whole matrix where it was made, the few models that are kept here otherwise. */
const folder = process.env["BAALJS_MATRIX"] ?? fileURLToPath(new URL("matrix", import.meta.url));
const cases = readdirSync(folder)
  .filter((file) => file.endsWith(".onnx"))
  .map((file) => file.slice(0, -".onnx".length));

/** The graph with the mean cross-entropy of its logits as another output. */
function withLoss(graph: Graph, labels: readonly number[], classes: number): { graph: Graph; targets: Float32Array } {
  const b = graphBuilder(graph);
  const targets = Float32Array.from({ length: labels.length * classes }, (_, i) =>
    Number(labels[Math.floor(i / classes)] === i % classes),
  );
  const wanted = b.input("targets", { dtype: "float32", shape: ["batch", classes] });
  const terms = b.mul(wanted, b.logSoftmax("logits"));
  b.output(b.mul(b.reduceSum(terms, undefined, { keepDims: false }), b.scalar(-1 / labels.length)), "loss");
  return { graph, targets };
}

function feedsOf({ inputs }: Expected): Record<string, { data: Float32Array | BigInt64Array; dims: readonly number[] }> {
  const entries = Object.entries(inputs).map(([name, { dims, data }]) => {
    const array = name === "pixel_values" ? Float32Array.from(data) : BigInt64Array.from(data, BigInt);
    return [name, { dims, data: array }] as const;
  });
  return Object.fromEntries(entries);
}

function expectClose(found: ArrayLike<number>, expected: readonly number[], tolerance: number, what: string): void {
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => {
    expect(Math.abs(found[i]! - value) / scale, `${what} ${i}: ${found[i]}, PyTorch has ${value}`).toBeLessThan(tolerance);
  });
}

describe.each(cases)("%s", (name) => {
  it("gives PyTorch's logits and gradients, and its losses over three steps of AdamW; the same after saving", async () => {
    const expected = JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")) as Expected;
    const { graph } = await readModel(join(folder, `${name}.onnx`));
    const parameters: Map<string, Parameter> = extractParameters(graph);
    optimizeImport(graph);
    const forward = cloneGraph(graph);
    const classes = expected.logits[0]!.length;
    const { targets } = withLoss(graph, expected.labels, classes);
    // Where the exporter has multiplied normalizations into the convolutions before them, the weights are others than PyTorch's.
    const isFolded = graph.nodes.filter(({ opType }) => opType === "BatchNormalization").length < expected.batchNorms;
    const step = gradients(graph, { loss: "loss", outputs: ["logits"] });
    const session = await createSession(step.graph, { threads: 1 });
    const optimizer = new AdamW({ weightDecay: 0 });
    const feeds = Object.fromEntries(Object.entries(feedsOf(expected)).filter(([input]) => graph.inputs.has(input)));
    const losses: number[] = [];
    for (let i = 0; i < expected.losses.length; i++) {
      const outputs = await session.run({ ...feeds, targets }, { parameters });
      losses.push((outputs["loss"]!.data as Float32Array)[0]!);
      const slopes = step.collect(outputs);
      if (i === 0) {
        // Some files of opset 23 are beyond ONNX Runtime itself.
        const own = await readFile(join(folder, `${name}.onnx`))
          .then((bytes) => runBytes(bytes, feedsFor(feeds)))
          .catch(() => undefined);
        const rounding = own ? distance(own.get("logits")!.data as Float32Array, expected.logits.flat()) : 0;
        expectClose(outputs["logits"]!.data as Float32Array, expected.logits.flat(), Math.max(1e-5, 2 * rounding), "logit");
        const largest = Math.max(...Object.values(expected.gradients));
        for (const [parameter, norm] of Object.entries(expected.gradients)) {
          const slope = slopes.get(parameter) as { readonly data?: Float32Array } | undefined;
          if (slope?.data && !isFolded) expect(Math.abs(normOf(slope.data) - norm) / largest, parameter).toBeLessThan(1e-4);
        }
        await expectSame(forward, parameters, feeds, outputs["logits"]!.data as Float32Array);
      }
      optimizer.apply(parameters, slopes, { learningRate: 1e-3 });
    }
    expectClose(losses, isFolded ? expected.losses.slice(0, 1) : expected.losses, 1e-4, "loss");
  });
});

/** The largest difference, in parts of the largest value: of the file as ONNX Runtime runs it, what the exporter's float32 constants cost. */
function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(found[i]! - value))) / Math.max(...expected.map(Math.abs));
}

function feedsFor(feeds: ReturnType<typeof feedsOf>): Record<string, Feed> {
  const entries = Object.entries(feeds).map(([name, { dims, data }]) => {
    const dtype = data instanceof Float32Array ? "float32" : "int64";
    return [name, { dtype, dims, data } as Feed] as const;
  });
  return Object.fromEntries(entries);
}

function normOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** What is saved gives the same logits when it is read again. */
async function expectSame(
  graph: Graph,
  parameters: Map<string, Parameter>,
  feeds: ReturnType<typeof feedsOf>,
  logits: Float32Array,
): Promise<void> {
  const saved = decodeModel(encodeModel(bakeParameters(graph, parameters))).graph;
  const outputs = await (await createSession(saved, { threads: 1 })).run(feeds);
  expectClose(outputs["logits"]!.data as Float32Array, [...logits], 1e-6, "saved logit");
}
