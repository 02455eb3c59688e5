import { float, type GraphBuilder, int, ints } from "../../engine/onnx/builder.js";
import { dimsOf, type ImageCheckpoint, weight } from "./image-checkpoint.js";
import { addDropout } from "./layers.js";

export interface ConvolutionOptions {
  readonly stride?: number | undefined;
  /** On all four sides, or `[top, left, bottom, right]`; half of the kernel by default. */
  readonly padding?: number | readonly [number, number, number, number] | undefined;
  readonly dilation?: number | undefined;
}

/** A convolution with the kernel, the groups and the bias that the checkpoint has. */
export function convolution(
  b: GraphBuilder,
  found: ImageCheckpoint,
  x: string,
  name: string,
  { stride = 1, padding, dilation = 1 }: ConvolutionOptions = {},
): string {
  const [, channels, height, width] = dimsOf(found, `${name}.weight`) as [number, number, number, number];
  const inputs = [x, weight(b, found, `${name}.weight`)];
  if (found.tensors.has(`${name}.bias`)) inputs.push(weight(b, found, `${name}.bias`));
  const side = padding ?? Math.floor(((height - 1) * dilation) / 2);
  return b.op("Conv", inputs, {
    kernel_shape: ints([height, width]),
    strides: ints([stride, stride]),
    dilations: ints([dilation, dilation]),
    pads: ints(typeof side === "number" ? [side, side, side, side] : [...side]),
    group: int((b.type(x)!.shape![1] as number) / channels),
  });
}

/** TensorFlow's padding, by which an image of any size becomes `ceil(size / stride)`; what is odd goes behind. */
export function samePadding(
  b: GraphBuilder,
  x: string,
  { kernel, stride, dilation }: { kernel: number; stride: number; dilation: number },
) {
  const sides = (b.type(x)!.shape!.slice(2) as number[]).map((size) => {
    const all = Math.max(kernel - (size % stride === 0 ? stride : size % stride), 0);
    return [Math.floor(all / 2), all - Math.floor(all / 2)].map((side) => side * dilation) as [number, number];
  });
  const [rows, columns] = sides as [[number, number], [number, number]];
  return [rows[0], columns[0], rows[1], columns[1]] as const;
}

export interface BatchNormOptions {
  readonly epsilon?: number | undefined;
  /** What running statistics keep of themselves in a step; 0.9 by default. */
  readonly momentum?: number | undefined;
}

/** Batch normalisation (Ioffe 2015, arXiv:1502.03167), with running statistics among the parameters. */
export function batchNorm(
  b: GraphBuilder,
  found: ImageCheckpoint,
  x: string,
  name: string,
  { epsilon = 1e-5, momentum = 0.9 }: BatchNormOptions = {},
): string {
  const parameters = ["weight", "bias", "running_mean", "running_var"].map((part) => weight(b, found, `${name}.${part}`));
  return b.op("BatchNormalization", [x, ...parameters], { epsilon: float(epsilon), momentum: float(momentum) });
}

/** Layer normalisation over the last axis. */
export function lastAxisNorm(b: GraphBuilder, found: ImageCheckpoint, x: string, name: string, epsilon: number): string {
  return b.layerNormalization(x, weight(b, found, `${name}.weight`), weight(b, found, `${name}.bias`), epsilon);
}

/** Layer normalisation of `[batch, C, H, W]` over the channels. */
export function channelNorm(b: GraphBuilder, found: ImageCheckpoint, x: string, name: string, epsilon: number): string {
  return b.transpose(lastAxisNorm(b, found, b.transpose(x, [0, 2, 3, 1]), name, epsilon), [0, 3, 1, 2]);
}

/** A linear layer over the last axis of `[batch, ..., d]`, by one product for all rows. */
export function rowsLinear(b: GraphBuilder, found: ImageCheckpoint, x: string, name: string): string {
  const [outputs, inputs] = dimsOf(found, `${name}.weight`) as [number, number];
  const bias = found.tensors.has(`${name}.bias`) ? weight(b, found, `${name}.bias`) : undefined;
  const product = b.gemm(b.reshape(x, b.int64s([-1, inputs])), weight(b, found, `${name}.weight`), bias, { transB: true });
  return b.reshape(product, b.int64s([-1, ...(b.type(x)!.shape!.slice(1, -1) as number[]), outputs]));
}

/** `[batch, C]`: the mean of each channel. */
export function channelMeans(b: GraphBuilder, x: string): string {
  const channels = b.type(x)!.shape![1] as number;
  return b.reshape(b.op("GlobalAveragePool", [x]), b.int64s([-1, channels]));
}

/** A dropout site, where the network has one at all: its source makes none for a rate of 0. */
export function dropWhere(b: GraphBuilder, x: string, name: string, rate: number, unit?: "item"): string {
  return rate > 0 ? addDropout(b, x, { name, rate, unit }) : x;
}

/** The rates of stochastic depth: from 0 for the first block to `last` for the last one. */
export function depthRate(block: number, blocks: number, last: number): number {
  // As PyTorch's linspace in float32, printed as people write it.
  return blocks === 1 ? 0 : Number(Math.fround((last * block) / (blocks - 1)).toPrecision(7));
}
