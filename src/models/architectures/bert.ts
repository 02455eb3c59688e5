import { z } from "zod";
import { poolerHead } from "./classification-head.js";
import { BERT_KEYS } from "./encoder-config.js";
import { encoderNames } from "./encoder-names.js";
import { postNormEncoder } from "./post-norm-encoder.js";
import type { TextArchitecture } from "./text-architecture.js";

/** BERT (Devlin 2018, arXiv:1810.04805). */
export const bert: TextArchitecture = {
  prefix: "bert",
  classes: { classifier: "BertForSequenceClassification", encoder: "BertModel" },
  keys: BERT_KEYS,
  own: z.object({}),
  head: poolerHead("bert.pooler.dense"),
  encoder: (b, config, options) => postNormEncoder(b, config, { names: encoderNames.bert }, options),
};
