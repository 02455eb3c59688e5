import { z } from "zod";
import { poolerHead } from "./classification-head.js";
import { BERT_KEYS, type EncoderConfig } from "./encoder-config.js";
import type { EncoderNames } from "./encoder-names.js";
import { type LayerPlace, postNormEncoder } from "./post-norm-encoder.js";
import type { TextArchitecture } from "./text-architecture.js";

const size = z.int().positive();
const own = z.object({
  embedding_size: size.default(128),
  num_hidden_groups: size.default(1),
  inner_group_num: size.default(1),
});
type Own = z.infer<typeof own>;

const names: EncoderNames = {
  prefix: "albert",
  layer: (index) => `albert.encoder.albert_layer_groups.${index}.albert_layers.0`,
  query: "attention.query",
  key: "attention.key",
  value: "attention.value",
  attentionOutput: "attention.dense",
  attentionNorm: "attention.LayerNorm",
  feedForwardIn: "ffn",
  feedForwardOut: "ffn_output",
  outputNorm: "full_layer_layer_norm",
  attentionDropout: "attention.attention_dropout",
  attentionOutputDropout: "attention.output_dropout",
  // transformers makes a module for it, which it never calls.
  feedForwardDropout: undefined,
};

/** ALBERT (Lan 2019, arXiv:1909.11942): BERT whose layers share their weights, behind narrow embeddings. */
export const albert: TextArchitecture<Own> = {
  prefix: "albert",
  classes: { classifier: "AlbertForSequenceClassification", encoder: "AlbertModel" },
  keys: { ...BERT_KEYS, classifierDropout: "classifier_dropout_prob" },
  defaults: {
    ...{ vocabSize: 30000, dim: 4096, hiddenDim: 16384, nHeads: 64, activation: "gelu_new" },
    ...{ dropout: 0, attentionDropout: 0, classifierDropout: 0.1 },
  },
  own,
  head: poolerHead("albert.pooler"),
  encoder(b, config, options) {
    const embedding = {
      ...{ dim: config.own.embedding_size, project: "albert.encoder.embedding_hidden_mapping_in" },
      ...{ bias: true, isBeforeNorm: false },
    };
    return postNormEncoder(b, config, { names, embedding, layers: layersOf(config) }, options);
  },
};

/** Each pass through a group's layers; the second one and those that follow have dropout sites with a number. */
function layersOf({ nLayers, own }: EncoderConfig<Own>): LayerPlace[] {
  const passes = new Map<number, number>();
  return Array.from({ length: nLayers }, (_, i) => {
    const group = Math.floor(i / (nLayers / own.num_hidden_groups));
    const pass = passes.get(group) ?? 0;
    passes.set(group, pass + 1);
    return Array.from({ length: own.inner_group_num }, (_, layer) => ({
      at: `albert.encoder.albert_layer_groups.${group}.albert_layers.${layer}`,
      suffix: pass === 0 ? "" : `.${pass}`,
    }));
  }).flat();
}
