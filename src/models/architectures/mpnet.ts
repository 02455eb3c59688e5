import { z } from "zod";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { denseHead } from "./classification-head.js";
import { BERT_KEYS, type EncoderConfig } from "./encoder-config.js";
import { encoderNames } from "./encoder-names.js";
import { type PostNormOptions, postNormEncoder } from "./post-norm-encoder.js";
import { differences, distanceTable, logarithmicBucket } from "./relative-positions.js";
import type { TextArchitecture } from "./text-architecture.js";

const own = z.object({ relative_attention_num_buckets: z.int().min(4).default(32) });
type Own = z.infer<typeof own>;

/** transformers counts MPNet's positions behind this id, whatever the padding token's is. */
const PADDING = 1;
/** ... and sorts distances into as many buckets, whatever the table's size is. */
const BUCKETS = 32;

const { typeVocabSize: _, ...keys } = BERT_KEYS;

/** MPNet (Song 2020, arXiv:2004.09297): BERT whose attention knows how far a key is, by one table for all layers. */
export const mpnet: TextArchitecture<Own> = {
  prefix: "mpnet",
  classes: { classifier: "MPNetForSequenceClassification", encoder: "MPNetModel" },
  keys,
  defaults: { vocabSize: 30527, padTokenId: PADDING, typeVocabSize: 0 },
  own,
  head: denseHead("tanh"),
  encoder: (b, config, options) =>
    postNormEncoder(b, config, { names: encoderNames.mpnet, positionsBehind: PADDING, relative: relative(config) }, options),
  maxLength: ({ maxPositionEmbeddings }) => maxPositionEmbeddings - PADDING - 1,
  paddingRows: () =>
    new Map(["word_embeddings", "position_embeddings"].map((table) => [`mpnet.embeddings.${table}.weight`, PADDING])),
};

/** A number per head and bucket of distances, `[1, heads, queries, sequence]`. */
function relative({
  nHeads,
  maxPositionEmbeddings: longest,
  own,
}: EncoderConfig<Own>): Exclude<PostNormOptions["relative"], undefined> {
  return (b: GraphBuilder, shape) => {
    const table = b.parameter("mpnet.encoder.relative_attention_bias.weight", [own.relative_attention_num_buckets, nHeads]);
    // The table's entry d stands for the query's place minus the key's.
    const buckets = distanceTable(b, longest, (d) => logarithmicBucket(-d, { buckets: BUCKETS }), "distance_buckets");
    const values = b.gather(table, b.gather(buckets, b.add(differences(b, shape), b.int64(longest))));
    const all = b.unsqueeze(b.transpose(values, [2, 0, 1]), [0]);
    let first: string | undefined;
    return ({ readsFirst }) => {
      if (!readsFirst) return all;
      first ??= b.gather(all, b.int64s([0]), 2);
      return first;
    };
  };
}
