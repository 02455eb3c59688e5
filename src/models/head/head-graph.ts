import type { FeatureStatistics } from "../../data/features/feature-statistics.js";
import { type GraphBuilder, graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { floatTensor } from "../../engine/onnx/tensor.js";
import { addDropout, linear } from "../architectures/layers.js";
import { LOGITS } from "../architectures/text-inputs.js";
import type { InitialWeightsOptions } from "../graph/initial-weights.js";
import { addConvnet, convnetWidth } from "./convnet.js";
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
  b.output(addHead(b, x, config, classes), LOGITS);
  return b.graph;
}

/**
 * Appends a head to a graph: `[batch, D]`, or with a `convnet` the map `[batch, C, H, W]`, to logits `[batch, classes]`. Parameters and sites begin with `prefix`.
 */
export function addHead(b: GraphBuilder, features: string, config: HeadConfig, classes: number, prefix = ""): string {
  let x = config.isUnitLength ? unitLength(b, features, config.inputDim) : features;
  let width = config.inputDim;
  const { convnet } = config;
  if (convnet) {
    x = addConvnet(b, b.reshape(x, b.int64s([-1, ...convnet.shape])), convnet, prefix);
    width = convnetWidth(convnet);
  }
  const site = (layer: string, rate: number) => ({ name: `${layer}.dropout`, rate, place: "head" }) as const;
  for (const [i, size] of config.hiddenSizes.entries()) {
    const layer = `${prefix}hidden.${i}`;
    const dropped = addDropout(b, x, site(layer, i === 0 ? config.inputDropout : config.dropout));
    x = ACTIVATIONS[config.activation](b, linear(b, dropped, layer, width, size));
    width = size;
  }
  const rate = config.hiddenSizes.length === 0 ? config.inputDropout : config.dropout;
  return linear(b, addDropout(b, x, site(`${prefix}classifier`, rate)), `${prefix}classifier`, width, classes);
}

/** `x / max(|x|, 1e-9)` of each row. */
function unitLength(b: GraphBuilder, x: string, width: number): string {
  const flat = b.reshape(x, b.int64s([-1, width]));
  const squares = b.reduceSum(b.mul(flat, flat), b.int64s([1]));
  return b.div(flat, b.sqrt(b.add(squares, b.scalar(1e-18))));
}

/** As PyTorch's `nn.Linear` and `nn.Conv2d`: weights uniform between -1/sqrt(inputs) and 1/sqrt(inputs), and so the linear layers' biases. */
export function headInitialization(config: HeadConfig, seed: number): InitialWeightsOptions {
  const { inputDim, hiddenSizes, convnet } = config;
  const widths = [convnet ? convnetWidth(convnet) : inputDim, ...hiddenSizes];
  return {
    seed,
    distribution(name, dims) {
      if (/\.norm\.(weight|running_var)$/.test(name)) return { kind: "constant", value: 1 };
      if (/\.norm\.|convnet\..*\.bias$/.test(name)) return { kind: "constant", value: 0 };
      if (dims.length === 4) return { kind: "uniform", bound: 1 / Math.sqrt(dims[1]! * dims[2]! * dims[3]!) };
      const hidden = /hidden\.(\d+)\./.exec(name)?.[1];
      return { kind: "uniform", bound: 1 / Math.sqrt(hidden === undefined ? widths.at(-1)! : widths[Number(hidden)]!) };
    },
  };
}
