import type { ModelPatch } from "../../bayesian/model-patch.js";
import type { WeightSamples } from "../../bayesian/weight-samples.js";
import type { LastLayer } from "../../core/bayesian-model.js";
import { sumOfSizes } from "../../core/finite.js";
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
  /**
   * Outputs `[n, C, K]` of inputs `[n, D]`, written to the beginning of `target`. The samples are stacked once for each prediction. Tells
   * whether all outputs are finite beyond doubt.
   */
  run(input: Feed, samples: WeightSamples, into: { readonly draws: number; readonly target: Float32Array }): Promise<boolean>;
  release(): Promise<void>;
}

/** Weights of all draws together: 64 MB. */
const MOST_WEIGHTS = 16 * 1024 * 1024;

/** Well below the largest number of single precision, 3.4e38. */
const LARGEST = 1e38;

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
  const layer = isLayerAlone(graph) ? lastLayer(graph) : undefined;
  const weight = layer && graph.parameters.get(layer.weight);
  if (patch?.kind !== "weights" || !layer?.bias || !weight || !graph.inputs.has(layer.input)) return undefined;
  const { weight: name, bias, layout, input } = layer;
  if (![name, bias].every((parameter) => patch.varying.includes(parameter))) return undefined;
  const [rows, columns] = weight.shape as readonly [number, number];
  const shape = layout === "out-in" ? { outputs: rows, inputs: columns } : { outputs: columns, inputs: rows };
  const session = await createSession(productGraph(shape), { ...device, withSpinning: false });
  const stacks = new WeakMap<WeightSamples, Promise<Stack>>();

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
      const { feeds, size } = await stack;
      const read: Feed = { dtype: "float32", dims, data };
      await session.run(new Map([...feeds, [INPUT, read]]), new Map([[LOGITS, logits]]));
      // No output is larger than this, and there are many times more outputs to look at than inputs and weights.
      return (sumOfSizes(data as Float32Array) + 1) * size < LARGEST;
    },
    release: () => session.release(),
  };
}

/** Beside the layer there may be what gives its output another name. */
function isLayerAlone({ nodes }: Graph): boolean {
  const others = nodes.filter(({ opType }) => opType !== "Identity");
  return others.length === 1 && others[0]!.opType === "Gemm";
}

interface LayerShape {
  readonly outputs: number;
  readonly inputs: number;
}

function productGraph({ inputs }: LayerShape): Graph {
  const b = graphBuilder(createGraph("stacked-draws"));
  const x = b.input(INPUT, { dtype: "float32", shape: ["batch", inputs] });
  // As the product reads them: turned round on the way it would take a third longer.
  const weights = b.input(WEIGHTS, { dtype: "float32", shape: [inputs, "columns"] });
  const biases = b.input(BIASES, { dtype: "float32", shape: ["columns"] });
  b.output(b.gemm(x, weights, biases), LOGITS);
  return b.graph;
}

/** The weights of all draws as feeds, and the sum of their sizes. */
interface Stack {
  readonly feeds: ReadonlyMap<string, Feed>;
  readonly size: number;
}

/** Column `c K + k` is output c of draw k. */
async function stacked(
  samples: WeightSamples,
  draws: number,
  { weight, bias, layout, outputs, inputs }: LastLayer & LayerShape,
): Promise<Stack> {
  const columns = outputs * draws;
  const weights = new Float32Array(inputs * columns);
  const biases = new Float32Array(columns);
  const drawn: Float32Array[] = [];
  for (let k = 0; k < draws; k++) {
    const sample = await samples.at(k);
    drawn.push(sample.get(weight)!.data.slice());
    for (let c = 0; c < outputs; c++) biases[c * draws + k] = sample.get(bias!)!.data[c]!;
  }
  const [perOutput, perInput] = layout === "out-in" ? [inputs, 1] : [1, outputs];
  for (let d = 0, at = 0; d < inputs; d++) {
    for (let c = 0, from = d * perInput; c < outputs; c++, from += perOutput) {
      for (let k = 0; k < draws; k++) weights[at++] = drawn[k]![from]!;
    }
  }
  const feeds = new Map<string, Feed>([
    [WEIGHTS, { dtype: "float32", dims: [inputs, columns], data: weights }],
    [BIASES, { dtype: "float32", dims: [columns], data: biases }],
  ]);
  return { feeds, size: sumOfSizes(weights) + sumOfSizes(biases) };
}
