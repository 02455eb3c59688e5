import { float, type GraphBuilder, int, ints } from "../../engine/onnx/builder.js";
import { addDropout } from "../architectures/layers.js";
import { readConvnet } from "./convnet-string.js";

/** How a feature map becomes a vector: the maximum or the mean of each channel, or all of its numbers. */
export type MapPooling = "max" | "average" | "flatten";

/** A network over feature maps, as it is written down. */
export interface ConvnetConfig {
  /** Of the map that goes in: `[channels, height, width]`. */
  readonly shape: readonly [number, number, number];
  /** As `readConvnet` reads it: `"128,p,d,128"`. */
  readonly layers: string;
  /** Height and width of convolutions; maps keep their size. */
  readonly kernel: number;
  /** Batch normalisation in front of each ReLU behind a convolution. */
  readonly batchNorm: boolean;
  /** Each convolution is one of each channel by itself, then one of 1 x 1 over all. */
  readonly separable: boolean;
  /** Rate of `d`. */
  readonly dropout: number;
  /** At the end. */
  readonly pooling: MapPooling;
}

/** What comes out behind a network's pooling: numbers per item. */
export function convnetWidth({ shape, layers, pooling }: ConvnetConfig): number {
  let [channels, height, width] = shape;
  for (const layer of readConvnet(layers, shape)) {
    if (layer.kind === "convolution") channels = layer.channels;
    else if (layer.kind === "pool") [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
  }
  return pooling === "flatten" ? channels * height * width : channels;
}

/** Appends the network to a graph: `maps [batch, C, H, W]` to `[batch, D]`. Parameters and sites begin with `prefix`. Throws `E_ARGUMENT`. */
export function addConvnet(b: GraphBuilder, maps: string, config: ConvnetConfig, prefix = ""): string {
  let x = maps;
  let [channels] = config.shape;
  for (const [i, layer] of readConvnet(config.layers, config.shape).entries()) {
    const name = `${prefix}convnet.${i}`;
    switch (layer.kind) {
      case "convolution":
        x = b.relu(convolution(b, x, { name, inputs: channels, outputs: layer.channels, config }));
        channels = layer.channels;
        break;
      case "pool":
        x = b.op("MaxPool", [x], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) });
        break;
      case "dropout":
        x = addDropout(b, x, { name: `${name}.dropout`, rate: config.dropout, place: "head", unit: "channel" });
        break;
      case "residual": {
        const size = { inputs: channels, outputs: channels, config };
        const inner = b.relu(convolution(b, b.relu(x), { name: `${name}.0`, ...size }));
        x = b.relu(b.add(x, convolution(b, inner, { name: `${name}.1`, ...size })));
        break;
      }
    }
  }
  return poolMaps(b, x, config.pooling);
}

/** `[batch, C, H, W]` to `[batch, D]`. */
export function poolMaps(b: GraphBuilder, maps: string, pooling: MapPooling): string {
  const [, channels, height, width] = b.type(maps)!.shape as readonly number[];
  if (pooling === "flatten") return b.reshape(maps, b.int64s([-1, channels! * height! * width!]));
  const pooled = b.op(pooling === "max" ? "GlobalMaxPool" : "GlobalAveragePool", [maps]);
  return b.reshape(pooled, b.int64s([-1, channels!]));
}

interface ConvolutionOptions {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly config: ConvnetConfig;
}

function convolution(b: GraphBuilder, x: string, { name, inputs, outputs, config }: ConvolutionOptions): string {
  const { kernel, separable, batchNorm } = config;
  const side = (kernel - 1) / 2;
  const convolve = (from: string, weight: readonly number[], part: string, group: number, hasBias: boolean) => {
    const size = weight[2]!;
    const parameters = [b.parameter(`${name}${part}.weight`, weight)];
    if (hasBias) parameters.push(b.parameter(`${name}${part}.bias`, [weight[0]!]));
    const pads = size === 1 ? 0 : side;
    return b.op("Conv", [from, ...parameters], {
      kernel_shape: ints([size, size]),
      pads: ints([pads, pads, pads, pads]),
      group: int(group),
    });
  };
  let y = separable
    ? convolve(
        convolve(x, [inputs, 1, kernel, kernel], ".depthwise", inputs, false),
        [outputs, inputs, 1, 1],
        ".pointwise",
        1,
        true,
      )
    : convolve(x, [outputs, inputs, kernel, kernel], "", 1, true);
  if (batchNorm) {
    const statistics = ["weight", "bias", "running_mean", "running_var"].map((part) =>
      b.parameter(`${name}.norm.${part}`, [outputs]),
    );
    y = b.op("BatchNormalization", [y, ...statistics], { epsilon: float(1e-5), momentum: float(0.9) });
  }
  return y;
}
