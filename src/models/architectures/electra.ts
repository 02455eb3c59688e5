import { z } from "zod";
import { denseHead } from "./classification-head.js";
import { BERT_KEYS } from "./encoder-config.js";
import { encoderNames } from "./encoder-names.js";
import { postNormEncoder } from "./post-norm-encoder.js";
import type { TextArchitecture } from "./text-architecture.js";

const own = z.object({ embedding_size: z.int().positive().default(128) });
type Own = z.infer<typeof own>;

/** ELECTRA's discriminator (Clark 2020, arXiv:2003.10555): BERT with embeddings that may be narrower. */
export const electra: TextArchitecture<Own> = {
  prefix: "electra",
  classes: { classifier: "ElectraForSequenceClassification", encoder: "ElectraModel" },
  keys: BERT_KEYS,
  defaults: { dim: 256, hiddenDim: 1024, nHeads: 4 },
  own,
  head: denseHead("gelu"),
  encoder(b, config, options) {
    const { embedding_size: dim } = config.own;
    const project = { dim, project: "electra.embeddings_project", bias: true, isBeforeNorm: false };
    const embedding = dim === config.dim ? undefined : project;
    return postNormEncoder(b, config, { names: encoderNames.electra, embedding }, options);
  },
};
