import { z } from "zod";
import { denseHead } from "./classification-head.js";
import { BERT_KEYS, type EncoderConfig } from "./encoder-config.js";
import { encoderNames } from "./encoder-names.js";
import { postNormEncoder } from "./post-norm-encoder.js";
import type { TextArchitecture } from "./text-architecture.js";

/** Positions count behind the padding token's id, whose own row is never trained. */
const paddingRows = ({ padTokenId }: EncoderConfig) =>
  new Map(["word_embeddings", "position_embeddings"].map((table) => [`roberta.embeddings.${table}.weight`, padTokenId]));

const robertaLike = (name: string, vocabSize: number): TextArchitecture => ({
  prefix: "roberta",
  classes: { classifier: `${name}ForSequenceClassification`, encoder: `${name}Model` },
  keys: BERT_KEYS,
  defaults: { vocabSize, padTokenId: 1 },
  own: z.object({}),
  head: denseHead("tanh"),
  encoder: (b, config, options) =>
    postNormEncoder(b, config, { names: encoderNames.roberta, positionsBehind: config.padTokenId }, options),
  maxLength: ({ maxPositionEmbeddings, padTokenId }) => maxPositionEmbeddings - padTokenId - 1,
  paddingRows,
});

/** RoBERTa (Liu 2019, arXiv:1907.11692). */
export const roberta = robertaLike("Roberta", 50265);
/** XLM-RoBERTa (Conneau 2019, arXiv:1911.02116). */
export const xlmRoberta = robertaLike("XLMRoberta", 30522);
/** CamemBERT (Martin 2019, arXiv:1911.03894). */
export const camembert = robertaLike("Camembert", 30522);
