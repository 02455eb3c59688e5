import { z } from "zod";
import { lastLayerOf } from "./classification-head.js";
import { encoderNames } from "./encoder-names.js";
import { linear } from "./layers.js";
import { postNormEncoder } from "./post-norm-encoder.js";
import type { TextArchitecture } from "./text-architecture.js";

/** DistilBERT (Sanh 2019, arXiv:1910.01108). */
export const distilbert: TextArchitecture = {
  prefix: "distilbert",
  classes: { classifier: "DistilBertForSequenceClassification", encoder: "DistilBertModel" },
  keys: {
    vocabSize: "vocab_size",
    dim: "dim",
    hiddenDim: "hidden_dim",
    nLayers: "n_layers",
    nHeads: "n_heads",
    maxPositionEmbeddings: "max_position_embeddings",
    padTokenId: "pad_token_id",
    activation: "activation",
    initializerRange: "initializer_range",
    dropout: "dropout",
    attentionDropout: "attention_dropout",
    classifierDropout: "seq_classif_dropout",
  },
  defaults: { nLayers: 6, typeVocabSize: 0, classifierDropout: 0.2 },
  own: z.object({}),
  head: {
    last: "classifier",
    between: ["pre_classifier"],
    // W2 dropout(relu(W1 h))
    build: (b, config, vector, classes) =>
      lastLayerOf(b, config, b.relu(linear(b, vector, "pre_classifier", config.dim, config.dim)), classes),
  },
  encoder: (b, config, options) => postNormEncoder(b, config, { names: encoderNames.distilbert }, options),
};
