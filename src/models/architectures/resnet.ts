import { type GraphBuilder, ints } from "../../engine/onnx/builder.js";
import { type Activation, activate } from "./activations.js";
import { countOf, type ImageArchitecture, type ImageCheckpoint, numberOf } from "./image-checkpoint.js";
import { batchNorm, channelMeans, convolution, depthRate, dropWhere } from "./image-layers.js";
import { timmArguments } from "./timm.js";

/** A convolution and the normalisation behind it. */
type Pair = readonly [convolution: string, norm: string];

/** Where a checkpoint keeps a residual network's weights. */
interface Names {
  readonly stem: Pair;
  readonly block: (stage: number, block: number) => string;
  /** Relative to the block, as all that follow. */
  readonly convolution: (index: number) => Pair;
  readonly shortcut: Pair;
}

interface Numbers {
  readonly activation: Activation;
  /** Whether the first stage halves the image, too. */
  readonly halvesFirst: boolean;
  /** Whether a block of three convolutions halves in the first of them, not in the second. */
  readonly halvesEarly: boolean;
  readonly depthRate: number;
}

/** A residual network (He 2015, arXiv:1512.03385), of blocks of two or three convolutions, whose widths and groups the checkpoint tells. */
function features(b: GraphBuilder, pixels: string, found: ImageCheckpoint, names: Names, numbers: Numbers): string {
  const stem = convolution(b, found, pixels, names.stem[0], { stride: 2 });
  const opened = activate(b, batchNorm(b, found, stem, names.stem[1]), numbers.activation);
  let x = b.op("MaxPool", [opened], { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) });
  const stages = countOf(found, (stage) => `${names.block(stage, 0)}.`);
  const depths = Array.from({ length: stages }, (_, stage) => countOf(found, (block) => `${names.block(stage, block)}.`));
  const blocks = depths.reduce((sum, depth) => sum + depth, 0);
  let place = 0;
  for (const [stage, depth] of depths.entries()) {
    for (let i = 0; i < depth; i++, place++) {
      const stride = i === 0 && (stage > 0 || numbers.halvesFirst) ? 2 : 1;
      const rate = depthRate(place, blocks, numbers.depthRate);
      x = block(b, found, { x, at: names.block(stage, i), names, numbers, stride, rate });
    }
  }
  return channelMeans(b, x);
}

interface BlockOptions {
  readonly x: string;
  readonly at: string;
  readonly names: Names;
  readonly numbers: Numbers;
  readonly stride: number;
  readonly rate: number;
}

/** f(x + convolutions(x)), x itself brought to their size by a convolution where it has another one. */
function block(b: GraphBuilder, found: ImageCheckpoint, { x, at, names, numbers, stride, rate }: BlockOptions): string {
  const count = countOf(found, (i) => `${at}.${names.convolution(i)[0]}.`);
  const halvesAt = count === 3 && !numbers.halvesEarly ? 1 : 0;
  const pair = (input: string, [conv, norm]: Pair, by: number) =>
    batchNorm(b, found, convolution(b, found, input, `${at}.${conv}`, { stride: by }), `${at}.${norm}`);
  let y = x;
  for (let i = 0; i < count; i++) {
    y = pair(y, names.convolution(i), i === halvesAt ? stride : 1);
    // Within a block it is a ReLU, whatever stands behind it.
    if (i < count - 1) y = b.relu(y);
  }
  const hasShortcut = found.tensors.has(`${at}.${names.shortcut[0]}.weight`);
  const carried = hasShortcut ? pair(x, names.shortcut, stride) : x;
  return activate(b, b.add(dropWhere(b, y, `${at}.drop_path`, rate, "item"), carried), numbers.activation);
}

const hubNames: Names = {
  stem: ["resnet.embedder.embedder.convolution", "resnet.embedder.embedder.normalization"],
  block: (stage, index) => `resnet.encoder.stages.${stage}.layers.${index}`,
  convolution: (i) => [`layer.${i}.convolution`, `layer.${i}.normalization`],
  shortcut: ["shortcut.convolution", "shortcut.normalization"],
};

/** ResNet by transformers. */
export const resnet: ImageArchitecture = {
  ...{ name: "resnet", prefix: "resnet", last: "classifier.1", stem: `${hubNames.stem[0]}.weight` },
  head: () => ({ name: "dropout", rate: 0 }),
  features: (b, pixels, found) =>
    features(b, pixels, found, hubNames, {
      activation: (found.json["hidden_act"] ?? "relu") as Activation,
      halvesFirst: found.json["downsample_in_first_stage"] === true,
      halvesEarly: found.json["downsample_in_bottleneck"] === true,
      depthRate: 0,
    }),
};

const timmNames: Names = {
  stem: ["conv1", "bn1"],
  block: (stage, index) => `layer${stage + 1}.${index}`,
  convolution: (i) => [`conv${i + 1}`, `bn${i + 1}`],
  shortcut: ["downsample.0", "downsample.1"],
};

const TIMM_ARGUMENTS = ["block", "layers", "channels", "base_width", "cardinality", "drop_rate", "drop_path_rate"];

/** ResNet, ResNeXt and wide ResNet by timm and torchvision. */
export const timmResnet: ImageArchitecture = {
  ...{ name: "resnet", last: "fc", stem: "conv1.weight" },
  head: (json) => ({ name: "drop", rate: numberOf(timmArguments(json, TIMM_ARGUMENTS), "drop_rate", 0) }),
  features(b, pixels, found) {
    const given = timmArguments(found.json, TIMM_ARGUMENTS);
    return features(b, pixels, found, timmNames, {
      ...{ activation: "relu", halvesFirst: false, halvesEarly: false },
      depthRate: numberOf(given, "drop_path_rate", 0),
    });
  },
};
