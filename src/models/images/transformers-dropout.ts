import type { ModelConfig } from "../checkpoint/model-kind.js";
import {
  constant,
  depth,
  growing,
  growingTowards,
  NO_HEAD,
  type Numbers,
  numbersOf,
  type SourceDropout,
  type SourceSite,
  without,
} from "./source-dropout.js";

const LAYERS = /((?:^|.*\.)layers?\.\d+)(?:\.|$)/;
const STAGED_LAYERS = /((?:^|.*\.)(?:stages|layers)\.\d+\.(?:layers|blocks)\.\d+)(?:\.|$)/;

/** Encoders whose blocks normalise first: one rate for the patches and the branches, one for the attention, one for the depth. */
function encoder(number: Numbers, depthOf: (number: Numbers) => SourceSite["rate"]): SourceDropout {
  const hidden = constant(number("hidden_dropout_prob", 0));
  return {
    block: LAYERS,
    sites: [
      { at: "before", layer: /(^|\.)layers?\.0\.(layernorm_before|norm1)$/, name: "embeddings.dropout", rate: hidden },
      { at: "softmax", name: "attention", rate: constant(number("attention_probs_dropout_prob", 0)) },
      { at: "branch", name: "dropout", rate: hidden },
      depth("drop_path", depthOf(number)),
    ],
    head: NO_HEAD,
  };
}

/** transformers' networks by config.json's `model_type`, with its defaults. */
const BY_MODEL_TYPE: Readonly<Record<string, (number: Numbers) => SourceDropout>> = {
  vit: (number) => encoder(number, () => constant(0)),
  vit_msn: (number) => encoder(number, () => constant(0)),
  deit: (number) => encoder(number, () => constant(0)),
  beit: (number) => encoder(number, (number) => growing(number("drop_path_rate", 0.1))),
  "data2vec-vision": (number) => encoder(number, (number) => growing(number("drop_path_rate", 0))),
  // Nothing behind its branches but their depth, which is the same for all blocks.
  dinov2: (number) => {
    const all = encoder(number, (number) => constant(number("drop_path_rate", 0)));
    return { ...all, sites: all.sites.filter(({ name }) => name !== "dropout") };
  },
  // The depth of the attention's branch alone.
  swin: (number) => ({
    block: STAGED_LAYERS,
    sites: [
      patches(number),
      { at: "softmax", name: "attention", rate: constant(number("attention_probs_dropout_prob", 0)) },
      {
        ...{ at: "behind", layer: /\.attention\.o_proj$/, name: "dropout", isOptional: true },
        rate: constant(number("hidden_dropout_prob", 0)),
      },
      // Before transformers 5.
      {
        ...{ at: "behind", layer: /\.attention\.output\.dense$/, name: "attention.output.dropout", isOptional: true },
        rate: constant(number("attention_probs_dropout_prob", 0)),
      },
      { ...depth("drop_path", growing(number("drop_path_rate", 0.1))), branch: 0 },
      { at: "branch", branch: 1, name: "dropout", rate: constant(number("hidden_dropout_prob", 0)) },
    ],
    head: NO_HEAD,
  }),
  swinv2: (number) => ({
    block: STAGED_LAYERS,
    sites: [
      patches(number),
      { at: "softmax", name: "attention.self.dropout", rate: constant(number("attention_probs_dropout_prob", 0)) },
      {
        ...{ at: "behind", layer: /\.attention\.output\.dense$/, name: "attention.output.dropout" },
        rate: constant(number("attention_probs_dropout_prob", 0)),
      },
      {
        ...{ at: "behind", layer: /\.blocks\.\d+\.output\.dense$/, name: "output.dropout" },
        rate: constant(number("hidden_dropout_prob", 0)),
      },
      depth("drop_path", growing(number("drop_path_rate", 0.1))),
    ],
    head: NO_HEAD,
  }),
  convnext: (number) => staged(number),
  convnextv2: (number) => staged(number),
  resnet: () => without(),
  regnet: () => without(),
  mobilenet_v1: (number) => without({ name: "dropout", rate: number("classifier_dropout_prob", 0.999) }),
  mobilenet_v2: (number) => without({ name: "dropout", rate: number("classifier_dropout_prob", 0.8) }),
  // Single elements of a branch, in spite of its name.
  efficientnet: (number) => ({
    block: /((?:^|.*\.)blocks\.\d+)(?:\.|$)/,
    sites: [{ at: "branch", name: "projection.dropout", rate: growingTowards(number("drop_connect_rate", 0.2)) }],
    head: { name: "dropout", rate: number("dropout_rate", 0.5) },
  }),
};

function patches(number: Numbers): SourceSite {
  const isAdded = number("use_absolute_embeddings", 0) !== 0;
  return {
    at: "behind",
    // Positions are added behind the normalisation, where there are any.
    layer: isAdded ? /(^|\.)embeddings$/ : /(^|\.)embeddings\.norm$/,
    name: "embeddings.dropout",
    rate: constant(number("hidden_dropout_prob", 0)),
  };
}

function staged(number: Numbers): SourceDropout {
  const rate = growing(number("drop_path_rate", 0));
  return { block: STAGED_LAYERS, sites: [depth("drop_path", rate)], head: NO_HEAD };
}

/** The dropout of transformers' network with this config.json; `undefined` for a type that is not known here. */
export function transformersDropout(json: ModelConfig): SourceDropout | undefined {
  const modelType = String(json["model_type"]);
  return Object.hasOwn(BY_MODEL_TYPE, modelType) ? BY_MODEL_TYPE[modelType]!(numbersOf(json)) : undefined;
}
