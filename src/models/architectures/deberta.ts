import { z } from "zod";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { ACTIVATIONS, type Activation, activate } from "./activations.js";
import { lastLayerOf } from "./classification-head.js";
import { BERT_KEYS, type EncoderConfig } from "./encoder-config.js";
import { encoderNames } from "./encoder-names.js";
import { addDropout, layerNorm, linear } from "./layers.js";
import { type AttentionState, type PostNormOptions, postNormEncoder } from "./post-norm-encoder.js";
import { debertaBucket, differences, distanceTable } from "./relative-positions.js";
import type { TextArchitecture } from "./text-architecture.js";
import { placesOf, type TextShape } from "./text-inputs.js";

const parts = (value: unknown) => (typeof value === "string" ? value.split("|").map((part) => part.trim().toLowerCase()) : value);
const activation = z.enum(Object.keys(ACTIVATIONS) as [Activation, ...Activation[]]);

const own = z.object({
  embedding_size: z.int().positive().nullish(),
  position_biased_input: z.boolean().default(true),
  relative_attention: z.boolean().default(false),
  max_relative_positions: z.int().default(-1),
  position_buckets: z.int().default(-1),
  pos_att_type: z.preprocess(parts, z.array(z.enum(["c2p", "p2c"])).nullish()),
  norm_rel_ebd: z.preprocess(parts, z.array(z.enum(["none", "layer_norm"])).default(["none"])),
  share_att_key: z.boolean().default(false),
  pooler_dropout: z.number().min(0).lt(1).default(0),
  pooler_hidden_act: activation.default("gelu"),
  conv_kernel_size: z.literal(0, "a convolution behind the first layer (deberta-v2-xlarge) is not built here").default(0),
});
type Own = z.infer<typeof own>;
type Config = EncoderConfig<Own>;

/**
 * DeBERTa-v2 and v3 (He 2020, arXiv:2006.03654; He 2021, arXiv:2111.09543): BERT whose attention compares words with distances as well.
 * The table of distances is dropped out item by item, where transformers has one mask for a batch; distances that share a bucket (beyond
 * half of `position_buckets`) have masks of their own.
 */
export const deberta: TextArchitecture<Own> = {
  prefix: "deberta",
  classes: { classifier: "DebertaV2ForSequenceClassification", encoder: "DebertaV2Model" },
  keys: { ...BERT_KEYS, classifierDropout: "cls_dropout" },
  defaults: { vocabSize: 128100, dim: 1536, hiddenDim: 6144, nLayers: 24, nHeads: 24, typeVocabSize: 0, layerNormEpsilon: 1e-7 },
  own,
  head: {
    last: "classifier",
    between: ["pooler.dense"],
    // W2 dropout(f(W1 dropout(h)))
    build(b, config, vector, classes) {
      const dropped = addDropout(b, vector, { name: "pooler.dropout", rate: config.own.pooler_dropout, place: "head" });
      const pooled = activate(b, linear(b, dropped, "pooler.dense", config.dim, config.dim), config.own.pooler_hidden_act);
      return lastLayerOf(b, config, pooled, classes);
    },
  },
  encoder(b, config, options) {
    const {
      embedding_size: width,
      position_biased_input: hasPositions,
      relative_attention: isRelative,
      pos_att_type,
    } = config.own;
    const project = { dim: width ?? config.dim, project: "deberta.embeddings.embed_proj", bias: false, isBeforeNorm: true };
    const compared = isRelative ? (pos_att_type ?? []) : [];
    const parts: PostNormOptions = {
      ...{ names: encoderNames.deberta, hasPositions },
      embedding: project.dim === config.dim ? undefined : project,
      scale: scaleOf(config),
    };
    if (compared.length === 0) return postNormEncoder(b, config, parts, options);
    return postNormEncoder(b, config, { ...parts, relative: (builder, shape) => relative(builder, config, shape) }, options);
  },
};

/** 1 / sqrt(d_head n), for the sum of n products. */
function scaleOf({ dim, nHeads, own }: Config): number {
  return 1 / Math.sqrt((dim / nHeads) * (1 + new Set(own.pos_att_type ?? []).size));
}

/**
 * What words and distances say of each other: q_i . K(i - j) + k_j . Q(i - j), where K and Q are layers over the table of distances.
 * Only the rows that texts of this length need are taken from the table.
 */
function relative(b: GraphBuilder, config: Config, shape: TextShape): (state: AttentionState) => string {
  const { dim, nHeads, own } = config;
  const longest = config.maxPositionEmbeddings;
  const furthest = own.max_relative_positions < 1 ? longest : own.max_relative_positions;
  const span = own.position_buckets > 0 ? own.position_buckets : furthest;
  const row = (d: number) => {
    const bucket = debertaBucket(d, { buckets: own.position_buckets, furthest });
    return Math.min(Math.max(bucket + span, 0), 2 * span - 1);
  };
  let table = b.parameter("deberta.encoder.rel_embeddings.weight", [2 * span, dim]);
  if (own.norm_rel_ebd.includes("layer_norm"))
    table = layerNorm(b, table, "deberta.encoder.LayerNorm", { dim, epsilon: config.layerNormEpsilon });
  const { length } = shape;
  // -1, -2, ..., -sequence, then 0, 1, ..., sequence - 1: a distance's place, which keys its mask, does not depend on the length.
  const ahead = placesOf(b, shape);
  const distances = b.concat([b.sub(b.int64s([-1]), ahead), ahead], 0);
  const rows = b.gather(distanceTable(b, longest, row, "distance_rows"), b.add(distances, b.int64(longest)));
  // `[2, sequence, d]`: an axis of 2 sequence would say nothing to the masks.
  const axes = b.concat([b.int64s([2]), b.unsqueeze(length, [0]), b.int64s([dim])], 0);
  let used = b.reshape(b.gather(table, rows), axes);
  const batch = b.slice(shape.batchAndLength, b.int64s([0]), b.int64s([1]), b.int64s([0]));
  if (config.dropout > 0) used = b.expand(used, b.concat([batch, axes], 0));

  /** `[batch, heads, 2 sequence, d_head]`, or one for all items. */
  const perHead = (tokens: string, name: string) => {
    const projected = linear(b, b.reshape(tokens, b.int64s([-1, dim])), name, dim, dim);
    const both = b.mul(b.unsqueeze(length, [0]), b.int64s([2]));
    const items = config.dropout > 0 ? batch : b.int64s([1]);
    const heads = b.reshape(projected, b.concat([items, both, b.int64s([nHeads, dim / nHeads])], 0));
    return b.transpose(heads, [0, 2, 1, 3]);
  };
  const apart = differences(b, shape);
  const places = b.where(b.op("Less", [apart, b.int64(0)]), b.sub(b.int64(-1), apart), b.add(apart, length));
  const heads = b.concat([batch, b.int64s([nHeads])], 0);
  const one = b.int64s([1]);
  const all = b.unsqueeze(length, [0]);
  const scale = scaleOf(config);

  return ({ place, q, k, readsFirst }) => {
    const dropped =
      config.dropout > 0 ? addDropout(b, used, { name: `${place.at}.attention.self.pos_dropout`, rate: config.dropout }) : used;
    const asked = readsFirst ? b.gather(places, b.int64s([0]), 0) : places;
    const queries = readsFirst ? one : all;
    const layerOf = (own_: string, shared: string) => `${place.at}.attention.self.${own.share_att_key ? shared : own_}`;
    const terms: string[] = [];
    if (own.pos_att_type?.includes("c2p")) {
      const products = b.fusedMatMul(q, perHead(dropped, layerOf("pos_key_proj", "key_proj")), { transB: true, alpha: scale });
      const at = b.expand(asked, b.concat([heads, queries, all], 0));
      terms.push(b.op("GatherElements", [products, at], { axis: { kind: "int", value: -1 } }));
    }
    if (own.pos_att_type?.includes("p2c")) {
      const products = b.fusedMatMul(k, perHead(dropped, layerOf("pos_query_proj", "query_proj")), {
        transB: true,
        alpha: scale,
      });
      const at = b.expand(b.transpose(asked, [1, 0]), b.concat([heads, all, queries], 0));
      terms.push(b.transpose(b.op("GatherElements", [products, at], { axis: { kind: "int", value: -1 } }), [0, 1, 3, 2]));
    }
    return terms.length === 1 ? terms[0]! : b.add(terms[0]!, terms[1]!);
  };
}
