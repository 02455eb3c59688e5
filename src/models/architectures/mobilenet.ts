import { float, type GraphBuilder } from "../../engine/onnx/builder.js";
import { type Activation, activate } from "./activations.js";
import { countOf, dimsOf, type ImageArchitecture, type ImageCheckpoint, numberOf } from "./image-checkpoint.js";
import { type BatchNormOptions, batchNorm, channelMeans, convolution, dropWhere, samePadding } from "./image-layers.js";
import type { HubConfig } from "./text-architecture.js";
import { timmArguments } from "./timm.js";

/** How one of transformers' MobileNets pads, normalises and activates. */
interface HubForm {
  readonly activation: Activation;
  readonly norm: BatchNormOptions;
  /** Whether images are padded as TensorFlow does, by their size. */
  readonly isSame: boolean;
}

interface LayerOptions {
  readonly stride?: number | undefined;
  readonly dilation?: number | undefined;
  readonly isActive?: boolean | undefined;
}

function hubLayer(
  b: GraphBuilder,
  found: ImageCheckpoint,
  form: HubForm,
  x: string,
  name: string,
  options: LayerOptions = {},
): string {
  const { stride = 1, dilation = 1, isActive = true } = options;
  const at = `mobilenet_v2.${name}`;
  const kernel = dimsOf(found, `${at}.convolution.weight`)[2]!;
  const padding = form.isSame ? samePadding(b, x, { kernel, stride, dilation }) : undefined;
  const y = convolution(b, found, x, `${at}.convolution`, { stride, dilation, padding });
  const normed = batchNorm(b, found, y, `${at}.normalization`, form.norm);
  return isActive ? activate(b, normed, form.activation) : normed;
}

/** The depthwise layers' strides, of 16 blocks behind the stem. */
const STRIDES = [2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];

/** The stride of each block, and its dilation where the network shrinks the images no further. */
function stridesOf(json: HubConfig): readonly { readonly stride: number; readonly dilation: number }[] {
  const furthest = numberOf(json, "output_stride", 32);
  let [reached, dilation] = [2, 1];
  return STRIDES.map((stride) => {
    if (reached === furthest) {
      const now = dilation;
      dilation *= stride;
      return { stride: 1, dilation: now };
    }
    reached *= stride;
    return { stride, dilation: 1 };
  });
}

/** MobileNetV2 by transformers (Sandler 2018, arXiv:1801.04381). */
export const mobilenetV2: ImageArchitecture = {
  name: "mobilenet_v2",
  prefix: "mobilenet_v2",
  last: "classifier",
  stem: "mobilenet_v2.conv_stem.first_conv.convolution.weight",
  head: (json) => ({ name: "dropout", rate: numberOf(json, "classifier_dropout_prob", 0.8) }),
  features(b, pixels, found) {
    const { json, source, tensors } = found;
    const form = {
      activation: (json["hidden_act"] ?? "relu6") as Activation,
      // transformers gives PyTorch the momentum that TensorFlow means, so that statistics are nearly those of the last batch.
      norm: { epsilon: numberOf(json, "layer_norm_eps", 0.001, source), momentum: 1 - 0.997 },
      isSame: json["tf_padding"] !== false,
    };
    const step = (x: string, name: string, options?: LayerOptions) => hubLayer(b, found, form, x, name, options);
    let x = step(pixels, "conv_stem.first_conv", { stride: 2 });
    if (tensors.has("mobilenet_v2.conv_stem.expand_1x1.convolution.weight")) x = step(x, "conv_stem.expand_1x1");
    x = step(step(x, "conv_stem.conv_3x3"), "conv_stem.reduce_1x1", { isActive: false });
    for (const [i, at] of stridesOf(json).entries()) {
      const inner = step(step(x, `layer.${i}.expand_1x1`), `layer.${i}.conv_3x3`, at);
      const y = step(inner, `layer.${i}.reduce_1x1`, { isActive: false });
      x = at.stride === 1 && sameChannels(b, x, y) ? b.add(x, y) : y;
    }
    return channelMeans(b, step(x, "conv_1x1"));
  },
};

function sameChannels(b: GraphBuilder, x: string, y: string): boolean {
  return b.type(x)!.shape![1] === b.type(y)!.shape![1];
}

/** One of timm's networks of this family. */
interface TimmForm {
  readonly name: string;
  readonly stem: Activation;
  /** Strides of the stages' first blocks. */
  readonly strides: readonly number[];
  readonly activation: (stage: number) => Activation;
  /** Whether the last convolution comes behind the averaging of the channels. */
  readonly poolsFirst: boolean;
}

const TIMM_ARGUMENTS = ["drop_rate", "drop_path_rate"];

/** MobileNetV2 and V3 by timm, in any width: blocks of convolutions, as the checkpoint has them. */
function timmMobilenet(form: TimmForm): ImageArchitecture {
  return {
    ...{ name: form.name, last: "classifier", stem: "conv_stem.weight" },
    head: (json) => ({ name: "drop", rate: numberOf(timmArguments(json, TIMM_ARGUMENTS), "drop_rate", 0) }),
    features(b, pixels, found) {
      const rate = numberOf(timmArguments(found.json, TIMM_ARGUMENTS), "drop_path_rate", 0);
      let x = activate(b, batchNorm(b, found, convolution(b, found, pixels, "conv_stem", { stride: 2 }), "bn1"), form.stem);
      const depths = form.strides.map((_, stage) => countOf(found, (block) => `blocks.${stage}.${block}.`));
      const hasTail = found.tensors.has(`blocks.${form.strides.length}.0.conv.weight`);
      const blocks = depths.reduce((sum, depth) => sum + depth, Number(hasTail));
      let place = 0;
      for (const [stage, depth] of depths.entries()) {
        for (let i = 0; i < depth; i++, place++) {
          const options = {
            at: `blocks.${stage}.${i}`,
            stride: i === 0 ? form.strides[stage]! : 1,
            activation: form.activation(stage),
          };
          x = timmBlock(b, found, x, { ...options, rate: Number(((rate * place) / blocks).toPrecision(7)) });
        }
      }
      const final = form.activation(form.strides.length);
      if (hasTail) {
        const at = `blocks.${form.strides.length}.0`;
        x = activate(b, batchNorm(b, found, convolution(b, found, x, `${at}.conv`), `${at}.bn1`), final);
      }
      if (!form.poolsFirst) {
        const last = batchNorm(b, found, convolution(b, found, x, "conv_head"), "bn2");
        return channelMeans(b, activate(b, last, final));
      }
      const outputs = dimsOf(found, "conv_head.weight")[0]!;
      const headed = activate(b, convolution(b, found, b.op("GlobalAveragePool", [x]), "conv_head"), final);
      return b.reshape(headed, b.int64s([-1, outputs]));
    },
  };
}

interface BlockOptions {
  readonly at: string;
  readonly stride: number;
  readonly activation: Activation;
  readonly rate: number;
}

/** An inverted residual: wider by one pixel, depthwise, weighed by channel, narrower by one pixel; without the first where it is no wider. */
function timmBlock(b: GraphBuilder, found: ImageCheckpoint, x: string, { at, stride, activation, rate }: BlockOptions): string {
  const isWider = found.tensors.has(`${at}.conv_pwl.weight`);
  const pair = (input: string, conv: string, norm: string, by = 1) =>
    batchNorm(b, found, convolution(b, found, input, `${at}.${conv}`, { stride: by }), `${at}.${norm}`);
  const opened = isWider ? activate(b, pair(x, "conv_pw", "bn1"), activation) : x;
  const deep = activate(b, pair(opened, "conv_dw", isWider ? "bn2" : "bn1", stride), activation);
  const weighed = found.tensors.has(`${at}.se.conv_reduce.weight`) ? squeezeExcite(b, found, deep, `${at}.se`) : deep;
  const y = isWider ? pair(weighed, "conv_pwl", "bn3") : pair(weighed, "conv_pw", "bn2");
  if (stride !== 1 || !sameChannels(b, x, y)) return y;
  return b.add(dropWhere(b, y, `${at}.drop_path`, rate, "item"), x);
}

/** x hardsigmoid(W2 relu(W1 mean(x))), channel by channel (Hu 2017, arXiv:1709.01507). */
function squeezeExcite(b: GraphBuilder, found: ImageCheckpoint, x: string, at: string): string {
  const inner = b.relu(convolution(b, found, b.op("GlobalAveragePool", [x]), `${at}.conv_reduce`));
  const gate = b.op("HardSigmoid", [convolution(b, found, inner, `${at}.conv_expand`)], {
    alpha: float(1 / 6),
    beta: float(0.5),
  });
  return b.mul(x, gate);
}

export const timmMobilenetV2 = timmMobilenet({
  ...{ name: "mobilenetv2", stem: "relu6", strides: [1, 2, 2, 2, 1, 2, 1], poolsFirst: false },
  activation: () => "relu6",
});
/** MobileNetV3 by timm (Howard 2019, arXiv:1905.02244). */
export const timmMobilenetV3Large = timmMobilenet({
  ...{ name: "mobilenetv3_large", stem: "hardswish", strides: [1, 2, 2, 2, 1, 2], poolsFirst: true },
  activation: (stage) => (stage < 3 ? "relu" : "hardswish"),
});
export const timmMobilenetV3Small = timmMobilenet({
  ...{ name: "mobilenetv3_small", stem: "hardswish", strides: [2, 2, 2, 1, 2], poolsFirst: true },
  activation: (stage) => (stage < 2 ? "relu" : "hardswish"),
});
