import type { ModelPatch } from "../../bayesian/model-patch.js";
import type { WeightSamples } from "../../bayesian/weight-samples.js";
import type { LastLayer } from "../../core/bayesian-model.js";
import { graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { createSession, type DeviceOptions, type Feed } from "../../engine/runtime/session.js";
import { lastLayer } from "./graph-layers.js";

/** All draws of a linear layer by one product: its samples of the weights stand below each other in one matrix. */
export interface StackedDraws {
  /** The value that the layer reads. */
  readonly input: string;
  /** C */
  readonly outputs: number;
  /** Whether the samples of so many draws are small enough to stand in one matrix. */
  fits(draws: number): boolean;
  /** Outputs `[n, C, K]` of inputs `[n, D]`, written to the beginning of `target`. The samples are stacked once for each prediction. */
  run(input: Feed, samples: WeightSamples, into: { readonly draws: number; readonly target: Float32Array }): Promise<void>;
  release(): Promise<void>;
}

/** Weights of all draws together: 64 MB. */
const MOST_WEIGHTS = 16 * 1024 * 1024;

const [INPUT, WEIGHTS, BIASES, LOGITS] = ["input", "weights", "biases", "logits"] as const;

/**
 * For a graph that is nothing but a linear layer, with a posterior over its weights: that is what is left of every classifier behind the cut
 * when the last layer alone is drawn. A product per draw would write its logits far apart, once more in another order; this one writes
 * `[n, C, K]` as it is asked for. `undefined` for other graphs and patches.
 */
export async function stackedDraws(
  graph: Graph,
  patch: ModelPatch | undefined,
  device: DeviceOptions,
): Promise<StackedDraws | undefined> {
  const layer = graph.nodes.length === 1 && graph.nodes[0]!.opType === "Gemm" ? lastLayer(graph) : undefined;
  const weight = layer && graph.parameters.get(layer.weight);
  if (patch?.kind !== "weights" || !layer?.bias || !weight || !graph.inputs.has(layer.input)) return undefined;
  const { weight: name, bias, layout, input } = layer;
  if (![name, bias].every((parameter) => patch.varying.includes(parameter))) return undefined;
  const [rows, columns] = weight.shape as readonly [number, number];
  const shape = layout === "out-in" ? { outputs: rows, inputs: columns } : { outputs: columns, inputs: rows };
  const session = await createSession(productGraph(shape), device);
  const stacks = new WeakMap<WeightSamples, Promise<ReadonlyMap<string, Feed>>>();

  return {
    input,
    outputs: shape.outputs,
    fits: (draws) => draws > 1 && draws * shape.outputs * (shape.inputs + 1) <= MOST_WEIGHTS,
    async run({ dims, data }, samples, { draws, target }) {
      const stack = stacks.get(samples) ?? stacked(samples, draws, { ...layer, ...shape });
      stacks.set(samples, stack);
      const width = shape.outputs * draws;
      const items = data.length / shape.inputs;
      const logits: Feed = { dtype: "float32", dims: [items, width], data: target.subarray(0, items * width) };
      const feeds = new Map([...(await stack), [INPUT, { dtype: "float32", dims, data } satisfies Feed] as const]);
      await session.run(feeds, new Map([[LOGITS, logits]]));
    },
    release: () => session.release(),
  };
}

interface LayerShape {
  readonly outputs: number;
  readonly inputs: number;
}

function productGraph({ inputs }: LayerShape): Graph {
  const b = graphBuilder(createGraph("stacked-draws"));
  const x = b.input(INPUT, { dtype: "float32", shape: ["batch", inputs] });
  const weights = b.input(WEIGHTS, { dtype: "float32", shape: ["rows", inputs] });
  const biases = b.input(BIASES, { dtype: "float32", shape: ["rows"] });
  b.output(b.gemm(x, weights, biases, { transB: true }), LOGITS);
  return b.graph;
}

/** Row `c K + k` is output c of draw k. */
async function stacked(
  samples: WeightSamples,
  draws: number,
  { weight, bias, layout, outputs, inputs }: LastLayer & LayerShape,
): Promise<ReadonlyMap<string, Feed>> {
  const weights = new Float32Array(outputs * draws * inputs);
  const biases = new Float32Array(outputs * draws);
  for (let k = 0; k < draws; k++) {
    const sample = await samples.at(k);
    const data = sample.get(weight)!.data;
    for (let c = 0; c < outputs; c++) {
      const row = c * draws + k;
      if (layout === "out-in") weights.set(data.subarray(c * inputs, (c + 1) * inputs), row * inputs);
      else for (let d = 0; d < inputs; d++) weights[row * inputs + d] = data[d * outputs + c]!;
      biases[row] = sample.get(bias!)!.data[c]!;
    }
  }
  return new Map<string, Feed>([
    [WEIGHTS, { dtype: "float32", dims: [outputs * draws, inputs], data: weights }],
    [BIASES, { dtype: "float32", dims: [outputs * draws], data: biases }],
  ]);
}
