import type { FeatureStatistics } from "../../data/features/feature-statistics.js";
import { type GraphBuilder, graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { floatTensor } from "../../engine/onnx/tensor.js";
import { addDropout, linear } from "../architectures/layers.js";
import { LOGITS } from "../architectures/text-inputs.js";
import type { InitialWeightsOptions } from "../graph/initial-weights.js";
import type { HeadConfig } from "./head-config.js";

/** Name of the graph's input, float32 `[batch, D]`. */
export const FEATURES = "features";

const ACTIVATIONS: Readonly<Record<HeadConfig["activation"], (b: GraphBuilder, x: string) => string>> = {
  relu: (b, x) => b.relu(x),
  gelu: (b, x) => b.gelu(x),
};

/**
 * The forward graph of a classifier over feature vectors: `features [batch, D]` to `logits [batch, C]`, a `Dropout` node in front of
 * each linear layer. All of it lies behind the pooled features, so every site is one of the head. With `normalise`, for an export that
 * stands alone, the graph standardises the features itself.
 */
export function headGraph(config: HeadConfig, classes: number, normalise?: FeatureStatistics): Graph {
  const b = graphBuilder(createGraph("head-classifier"));
  let x = b.input(FEATURES, { dtype: "float32", shape: ["batch", config.inputDim] });
  if (normalise) {
    const vector = (data: Float32Array, name: string) => b.constant(floatTensor([...data], [config.inputDim]), name);
    x = b.div(b.sub(x, vector(normalise.mean, "mean")), vector(normalise.deviation, "deviation"));
  }
  let width = config.inputDim;
  for (const [i, size] of config.hiddenSizes.entries()) {
    const layer = `hidden.${i}`;
    const dropped = addDropout(b, x, site(layer, i === 0 ? config.inputDropout : config.dropout));
    x = ACTIVATIONS[config.activation](b, linear(b, dropped, layer, width, size));
    width = size;
  }
  const dropped = addDropout(b, x, site("classifier", config.hiddenSizes.length === 0 ? config.inputDropout : config.dropout));
  b.output(linear(b, dropped, "classifier", width, classes), LOGITS);
  return b.graph;
}

function site(layer: string, rate: number) {
  return { name: `${layer}.dropout`, rate, place: "head" } as const;
}

/** PyTorch's `nn.Linear`: weights and biases uniform between -1/sqrt(inputs) and 1/sqrt(inputs). */
export function headInitialization({ inputDim, hiddenSizes }: HeadConfig, seed: number): InitialWeightsOptions {
  const widths = [inputDim, ...hiddenSizes];
  return {
    seed,
    distribution(name) {
      const hidden = /^hidden\.(\d+)\./.exec(name)?.[1];
      return { kind: "uniform", bound: 1 / Math.sqrt(hidden === undefined ? widths.at(-1)! : widths[Number(hidden)]!) };
    },
  };
}
