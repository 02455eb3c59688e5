import { z } from "zod";
import type { Distribution } from "../graph/initial-weights.js";
import type { ConvolutionalNetwork, ConvolutionLayer } from "./convolutional-network.js";

const size = z.int().min(1);

/** A VGG network (Simonyan 2014, arXiv:1409.1556) as torchvision builds it. */
export const vggSchema = z
  .strictObject({
    /** Output channels of each 3x3 convolution; `"M"` is a 2x2 max pooling. */
    layers: z.array(z.union([size, z.literal("M")])).min(1),
    batchNorm: z.boolean(),
    numChannels: size,
    /** Height and width of the pixels. */
    imageSize: z.tuple([size, size]),
    /** The feature map is averaged to this size (height = width) before the linear layers. */
    poolSize: size,
    hiddenSizes: z.array(size),
    dropout: z.number().min(0).lt(1),
  })
  .refine(({ layers }) => layers[0] !== "M", "The first of the layers is a convolution")
  .refine(
    ({ layers, imageSize }) => Math.min(...imageSize) >= 2 ** layers.filter((layer) => layer === "M").length,
    "Images are too small for so many poolings, each of which halves them",
  );

export type VggConfig = z.infer<typeof vggSchema>;

const block = (channels: number, depth: number): VggConfig["layers"] => [...Array<number>(depth).fill(channels), "M" as const];
const blocks = (depths: readonly number[]) => [64, 128, 256, 512, 512].flatMap((channels, i) => block(channels, depths[i]!));

/** The published depths. */
const LAYERS: Readonly<Record<string, VggConfig["layers"]>> = {
  vgg11: blocks([1, 1, 2, 2, 2]),
  vgg13: blocks([2, 2, 2, 2, 2]),
  vgg16: blocks([2, 2, 3, 3, 3]),
  vgg19: blocks([2, 2, 4, 4, 4]),
};

/** The layers of "vgg16", "vgg16_bn", or timm's "vgg16.tv_in1k"; `undefined` for another name. */
export function publishedVgg(architecture: string): Pick<VggConfig, "layers" | "batchNorm"> | undefined {
  const name = architecture.split(".")[0]!.toLowerCase();
  const layers = LAYERS[name.replace(/_bn$/, "")];
  return layers && { layers, batchNorm: name.endsWith("_bn") };
}

/** The published networks' other numbers. */
export const VGG_DEFAULTS: Omit<VggConfig, "layers" | "batchNorm"> = {
  ...{ numChannels: 3, imageSize: [224, 224], poolSize: 7, hiddenSizes: [4096, 4096], dropout: 0.5 },
};

/** The network under torchvision's parameter names, which count all modules: `features.0.weight`, ..., `classifier.6.bias`. */
export function vggNetwork(config: VggConfig, classes: number): ConvolutionalNetwork {
  const convolutions: ConvolutionLayer[] = [];
  let module = 0;
  for (const layer of config.layers) {
    if (layer === "M") {
      const last = convolutions.pop();
      if (last) convolutions.push({ ...last, pool: (last.pool ?? 1) * 2 });
      module += 1;
      continue;
    }
    const batchNorm = config.batchNorm ? { batchNorm: `features.${module + 1}` } : {};
    convolutions.push({ name: `features.${module}`, channels: layer, kernel: 3, padding: 1, ...batchNorm });
    module += config.batchNorm ? 3 : 2;
  }
  const hidden = config.hiddenSizes.map((size, i) => ({
    name: `classifier.${3 * i}`,
    size,
    dropout: { name: `classifier.${3 * i + 2}`, rate: config.dropout },
  }));
  return {
    name: "vgg",
    inputShape: [config.numChannels, ...config.imageSize],
    convolutions,
    averagePool: [config.poolSize, config.poolSize],
    dense: [...hidden, { name: `classifier.${3 * hidden.length}`, size: classes }],
  };
}

/** torchvision's: convolutions N(0, 2 / fan-out) (He 2015, arXiv:1502.01852), linear layers N(0, 0.01^2), biases 0, scales and variances 1. */
export function vggDistribution(name: string, dims: readonly number[]): Distribution {
  if (/\.(bias|running_mean)$/.test(name)) return { kind: "constant", value: 0 };
  if (dims.length === 1) return { kind: "constant", value: 1 };
  if (dims.length === 2) return { kind: "normal", deviation: 0.01 };
  return { kind: "normal", deviation: Math.sqrt(2 / (dims[0]! * dims[2]! * dims[3]!)) };
}
