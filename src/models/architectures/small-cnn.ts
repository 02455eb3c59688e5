import { z } from "zod";
import type { Distribution } from "../graph/initial-weights.js";
import type { ConvolutionalNetwork } from "./convolutional-network.js";

const size = z.int().min(1);

/** A small network for small images. */
export const smallCnnSchema = z
  .strictObject({
    /** Output channels of each convolution; each is followed by dropout of whole channels, 2x2 max pooling and a ReLU. */
    channels: z.array(size).min(1),
    kernelSize: size,
    padding: z.int().min(0),
    hiddenSizes: z.array(size),
    dropout: z.number().min(0).lt(1),
    numChannels: size,
    /** Height and width of the pixels. */
    imageSize: z.tuple([size, size]),
  })
  .refine((config) => Math.min(...config.imageSize.map((side) => sizeBehind(config, side))) >= 1, {
    message: "Nothing is left of the images behind so many convolutions and poolings; use fewer, or padding",
  });

export type SmallCnnConfig = z.infer<typeof smallCnnSchema>;

/** The MNIST network of BatchBALD (Kirsch 2019, arXiv:1906.08158). */
export const SMALL_CNN_DEFAULTS: SmallCnnConfig = {
  ...{ channels: [32, 64], kernelSize: 5, padding: 0, hiddenSizes: [128], dropout: 0.5, numChannels: 1, imageSize: [28, 28] },
};

interface Convolutions {
  readonly channels: readonly number[];
  readonly kernelSize: number;
  readonly padding: number;
}

function sizeBehind({ channels, kernelSize, padding }: Convolutions, side: number): number {
  return channels.reduce((rest: number) => Math.floor((rest + 2 * padding - kernelSize + 1) / 2), side);
}

/** The network under the names of the authors' code: `conv1`, `conv2`, `fc1`, `fc2`. */
export function smallCnnNetwork(config: SmallCnnConfig, classes: number): ConvolutionalNetwork {
  const { dropout: rate, kernelSize: kernel, padding } = config;
  const hidden = config.hiddenSizes.map((size, i) => ({
    name: `fc${i + 1}`,
    size,
    dropout: { name: `fc${i + 1}_drop`, rate },
  }));
  return {
    name: "small-cnn",
    inputShape: [config.numChannels, ...config.imageSize],
    convolutions: config.channels.map((channels, i) => ({
      ...{ name: `conv${i + 1}`, channels, kernel, padding, pool: 2 },
      dropout: { name: `conv${i + 1}_drop`, rate },
    })),
    dense: [...hidden, { name: `fc${hidden.length + 1}`, size: classes }],
  };
}

/** PyTorch's default: uniform within 1 / sqrt(fan-in), biases too; those do not know their fan-in and start at 0 here. */
export function smallCnnDistribution(_: string, dims: readonly number[]): Distribution {
  if (dims.length === 1) return { kind: "constant", value: 0 };
  return { kind: "uniform", bound: 1 / Math.sqrt(dims.slice(1).reduce((product, dim) => product * dim, 1)) };
}
