import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { type Activation, activate } from "./activations.js";
import { countOf, dimsOf, type ImageArchitecture, type ImageCheckpoint, numberOf, weight } from "./image-checkpoint.js";
import { channelMeans, channelNorm, convolution, depthRate, dropWhere, lastAxisNorm, rowsLinear } from "./image-layers.js";
import { timmArguments } from "./timm.js";

/** Where a checkpoint keeps a ConvNeXt's weights. */
interface Names {
  readonly stem: readonly [convolution: string, norm: string];
  readonly downsampling: (stage: number) => readonly [norm: string, convolution: string];
  readonly block: (stage: number, block: number) => string;
  /** Relative to the block, as all that follow. */
  readonly depthwise: string;
  readonly blockNorm: string;
  readonly inner: string;
  readonly outer: string;
  readonly scale: string;
  readonly norm: string;
}

interface Numbers {
  readonly activation: Activation;
  readonly epsilon: number;
  readonly depthRate: number;
}

/** Of all normalisations but the last one. */
const EPSILON = 1e-6;

/** ConvNeXt (Liu 2022, arXiv:2201.03545). */
function features(b: GraphBuilder, pixels: string, found: ImageCheckpoint, names: Names, numbers: Numbers): string {
  const patch = dimsOf(found, `${names.stem[0]}.weight`)[2]!;
  let x = channelNorm(
    b,
    found,
    convolution(b, found, pixels, names.stem[0], { stride: patch, padding: 0 }),
    names.stem[1],
    EPSILON,
  );
  const stages = countOf(found, (stage) => `${names.block(stage, 0)}.`);
  const depths = Array.from({ length: stages }, (_, stage) => countOf(found, (block) => `${names.block(stage, block)}.`));
  const blocks = depths.reduce((sum, depth) => sum + depth, 0);
  let place = 0;
  for (const [stage, depth] of depths.entries()) {
    const [norm, halving] = names.downsampling(stage);
    if (found.tensors.has(`${halving}.weight`))
      x = convolution(b, found, channelNorm(b, found, x, norm, EPSILON), halving, { stride: stage === 0 ? 1 : 2, padding: 0 });
    for (let i = 0; i < depth; i++, place++) {
      const rate = depthRate(place, blocks, numbers.depthRate);
      x = block(b, found, x, { at: names.block(stage, i), names, activation: numbers.activation, rate });
    }
  }
  return lastAxisNorm(b, found, channelMeans(b, x), names.norm, numbers.epsilon);
}

interface BlockOptions {
  readonly at: string;
  readonly names: Names;
  readonly activation: Activation;
  readonly rate: number;
}

/** x + scale * W2 f(W1 norm(depthwise(x))), the layers being linear over the channels, or convolutions of one pixel. */
function block(b: GraphBuilder, found: ImageCheckpoint, x: string, { at, names, activation, rate }: BlockOptions): string {
  const deep = convolution(b, found, x, `${at}.${names.depthwise}`);
  const isConvolution = dimsOf(found, `${at}.${names.inner}.weight`).length === 4;
  const scale = found.tensors.has(`${at}.${names.scale}`) ? weight(b, found, `${at}.${names.scale}`) : undefined;
  let y: string;
  if (isConvolution) {
    const normed = channelNorm(b, found, deep, `${at}.${names.blockNorm}`, EPSILON);
    const inner = activate(b, convolution(b, found, normed, `${at}.${names.inner}`), activation);
    y = convolution(b, found, inner, `${at}.${names.outer}`);
    if (scale !== undefined) y = b.mul(y, b.reshape(scale, b.int64s([1, -1, 1, 1])));
  } else {
    const normed = lastAxisNorm(b, found, b.transpose(deep, [0, 2, 3, 1]), `${at}.${names.blockNorm}`, EPSILON);
    const outer = rowsLinear(
      b,
      found,
      activate(b, rowsLinear(b, found, normed, `${at}.${names.inner}`), activation),
      `${at}.${names.outer}`,
    );
    y = b.transpose(scale === undefined ? outer : b.mul(outer, scale), [0, 3, 1, 2]);
  }
  return b.add(x, dropWhere(b, y, `${at}.drop_path`, rate, "item"));
}

const hubNames: Names = {
  stem: ["convnext.embeddings.patch_embeddings", "convnext.embeddings.layernorm"],
  downsampling: (stage) => {
    const at = `convnext.encoder.stages.${stage}.downsampling_layer`;
    return [`${at}.0`, `${at}.1`];
  },
  block: (stage, index) => `convnext.encoder.stages.${stage}.layers.${index}`,
  depthwise: "dwconv",
  blockNorm: "layernorm",
  inner: "pwconv1",
  outer: "pwconv2",
  scale: "layer_scale_parameter",
  norm: "convnext.layernorm",
};

/** ConvNeXt by transformers. */
export const convnext: ImageArchitecture = {
  ...{ name: "convnext", prefix: "convnext", last: "classifier", stem: `${hubNames.stem[0]}.weight` },
  head: () => ({ name: "dropout", rate: 0 }),
  features: (b, pixels, found) =>
    features(b, pixels, found, hubNames, {
      activation: (found.json["hidden_act"] ?? "gelu") as Activation,
      epsilon: numberOf(found.json, "layer_norm_eps", 1e-12, found.source),
      depthRate: numberOf(found.json, "drop_path_rate", 0, found.source),
    }),
};

const timmNames: Names = {
  stem: ["stem.0", "stem.1"],
  downsampling: (stage) => [`stages.${stage}.downsample.0`, `stages.${stage}.downsample.1`],
  block: (stage, index) => `stages.${stage}.blocks.${index}`,
  depthwise: "conv_dw",
  blockNorm: "norm",
  inner: "mlp.fc1",
  outer: "mlp.fc2",
  scale: "gamma",
  norm: "head.norm",
};

const TIMM_ARGUMENTS = ["depths", "dims", "conv_mlp", "patch_size", "ls_init_value", "drop_rate", "drop_path_rate"];

/** ConvNeXt by timm. */
export const timmConvnext: ImageArchitecture = {
  ...{ name: "convnext", last: "head.fc", stem: "stem.0.weight" },
  head: (json) => ({ name: "head.drop", rate: numberOf(timmArguments(json, TIMM_ARGUMENTS), "drop_rate", 0) }),
  features: (b, pixels, found) =>
    features(b, pixels, found, timmNames, {
      ...{ activation: "gelu", epsilon: EPSILON },
      depthRate: numberOf(timmArguments(found.json, TIMM_ARGUMENTS), "drop_path_rate", 0),
    }),
};
