import { float, type GraphBuilder, graphBuilder, ints } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { adaptiveAveragePool, addDropout, linear } from "./layers.js";
import { LOGITS } from "./text-inputs.js";

/** Name of the graph's input, as transformers.js and Hugging Face's exporters have it: `[batch, channels, height, width]`. */
export const PIXEL_VALUES = "pixel_values";

/** A convolution (stride 1) with what follows it. */
export interface ConvolutionLayer {
  /** Prefix of its parameters' names. */
  readonly name: string;
  readonly channels: number;
  readonly kernel: number;
  readonly padding: number;
  /** Prefix of the parameters' names of a batch normalisation behind it; none without. */
  readonly batchNorm?: string | undefined;
  /** Size and stride of the max pooling behind it; none without. */
  readonly pool?: number | undefined;
  /** Dropout of whole channels behind it; none without. */
  readonly dropout?: { readonly name: string; readonly rate: number };
}

/** A linear layer; all but the last are followed by a ReLU. */
export interface DenseLayer {
  readonly name: string;
  readonly size: number;
  /** Dropout behind the ReLU; none without. */
  readonly dropout?: { readonly name: string; readonly rate: number };
}

/** Convolutions, then linear layers: VGG and small networks for digits. */
export interface ConvolutionalNetwork {
  readonly name: string;
  /** Of the pixels: `[channels, height, width]`. */
  readonly inputShape: readonly [number, number, number];
  readonly convolutions: readonly ConvolutionLayer[];
  /** Size to which the last feature map is averaged; as it is without. */
  readonly averagePool?: readonly [number, number] | undefined;
  /** The last one gives the logits. */
  readonly dense: readonly DenseLayer[];
}

/** The forward graph: `pixel_values [batch, channels, height, width]` to `logits [batch, C]`. */
export function convolutionalGraph(network: ConvolutionalNetwork): Graph {
  const b = graphBuilder(createGraph(network.name));
  let x = b.input(PIXEL_VALUES, { dtype: "float32", shape: ["batch", ...network.inputShape] });
  let [channels] = network.inputShape;
  for (const layer of network.convolutions) {
    x = convolutionLayer(b, x, layer, channels);
    channels = layer.channels;
  }
  if (network.averagePool) x = adaptiveAveragePool(b, x, network.averagePool);
  const flat = b.type(x)!.shape!.slice(1) as readonly number[];
  let size = flat.reduce((product, dim) => product * dim, 1);
  x = b.reshape(x, b.int64s([-1, size]));
  for (const [i, layer] of network.dense.entries()) {
    x = linear(b, x, layer.name, size, layer.size);
    size = layer.size;
    if (i < network.dense.length - 1) x = b.relu(x);
    if (layer.dropout) x = addDropout(b, x, { ...layer.dropout, place: "head" });
  }
  b.output(x, LOGITS);
  return b.graph;
}

/** ReLU behind the pooling, not in front of it: the maximum is the same, and there is a quarter to do. */
function convolutionLayer(b: GraphBuilder, input: string, layer: ConvolutionLayer, channels: number): string {
  const { name, kernel, padding, batchNorm, pool, dropout } = layer;
  const weight = b.parameter(`${name}.weight`, [layer.channels, channels, kernel, kernel]);
  const bias = b.parameter(`${name}.bias`, [layer.channels]);
  const attributes = { kernel_shape: ints([kernel, kernel]), pads: ints([padding, padding, padding, padding]) };
  let x = b.op("Conv", [input, weight, bias], attributes);
  if (batchNorm) {
    const statistics = ["weight", "bias", "running_mean", "running_var"];
    const parameters = statistics.map((statistic) => b.parameter(`${batchNorm}.${statistic}`, [layer.channels]));
    x = b.op("BatchNormalization", [x, ...parameters], { epsilon: float(1e-5), momentum: float(0.9) });
  }
  if (pool) x = b.op("MaxPool", [x], { kernel_shape: ints([pool, pool]), strides: ints([pool, pool]) });
  x = b.relu(x);
  return dropout ? addDropout(b, x, { ...dropout, place: "body", unit: "channel" }) : x;
}
