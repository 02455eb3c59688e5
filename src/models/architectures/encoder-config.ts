import { z } from "zod";
import { ACTIVATIONS, type Activation } from "./activations.js";

/** config.json's `model_type` of the encoders that are built here. */
export type ModelType =
  | "albert"
  | "bert"
  | "camembert"
  | "deberta-v2"
  | "distilbert"
  | "electra"
  | "gte"
  | "modernbert"
  | "mpnet"
  | "nomic_bert"
  | "roberta"
  | "xlm-roberta";

/** What only one architecture has, under its names in config.json. */
export type OwnKeys = Readonly<Record<string, unknown>>;

/** The numbers that a transformer encoder classifier is made of, whatever its config file calls them. */
export interface EncoderConfig<Own extends OwnKeys = OwnKeys> {
  readonly modelType: ModelType;
  readonly vocabSize: number;
  /** Width of the hidden state. */
  readonly dim: number;
  /** Width inside the feed-forward block. */
  readonly hiddenDim: number;
  readonly nLayers: number;
  readonly nHeads: number;
  readonly maxPositionEmbeddings: number;
  /** Number of token types; 0 where the architecture has none. */
  readonly typeVocabSize: number;
  readonly padTokenId: number;
  readonly activation: Activation;
  readonly layerNormEpsilon: number;
  /** Standard deviation of fresh weights. */
  readonly initializerRange: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
  /** What the architecture has besides, under the names of its config.json: DeBERTa's `position_buckets`, ALBERT's `num_hidden_groups`. */
  readonly own: Own;
}

/** The fields that all architectures share. */
export type SharedField = Exclude<keyof EncoderConfig, "modelType" | "own">;

/** The names of the shared fields in an architecture's config.json; a field without a name is not a choice there. */
export type HubKeys = Readonly<Partial<Record<SharedField, string>>>;

const probability = z.number().min(0).lt(1);
const positive = z.int().positive();
const activations = Object.keys(ACTIVATIONS) as [Activation, ...Activation[]];

/** What each shared field may be. */
export const sharedFields = {
  vocabSize: positive,
  dim: positive,
  hiddenDim: positive,
  nLayers: positive,
  nHeads: positive,
  maxPositionEmbeddings: positive,
  typeVocabSize: z.int().min(0),
  padTokenId: z.int().min(0),
  activation: z.enum(activations),
  layerNormEpsilon: z.number().positive(),
  initializerRange: z.number().positive(),
  dropout: probability,
  attentionDropout: probability,
  classifierDropout: probability,
} satisfies Record<SharedField, z.ZodType>;

/** transformers' defaults, which are those of the base-sized BERT. */
export const SHARED_DEFAULTS: Omit<EncoderConfig, "modelType" | "own" | "classifierDropout"> = {
  ...{ vocabSize: 30522, dim: 768, hiddenDim: 3072, nLayers: 12, nHeads: 12, maxPositionEmbeddings: 512, typeVocabSize: 2 },
  ...{ padTokenId: 0, activation: "gelu", layerNormEpsilon: 1e-12, initializerRange: 0.02, dropout: 0.1, attentionDropout: 0.1 },
};

/** BERT's names, which most architectures took over. */
export const BERT_KEYS = {
  vocabSize: "vocab_size",
  dim: "hidden_size",
  hiddenDim: "intermediate_size",
  nLayers: "num_hidden_layers",
  nHeads: "num_attention_heads",
  maxPositionEmbeddings: "max_position_embeddings",
  typeVocabSize: "type_vocab_size",
  padTokenId: "pad_token_id",
  activation: "hidden_act",
  layerNormEpsilon: "layer_norm_eps",
  initializerRange: "initializer_range",
  dropout: "hidden_dropout_prob",
  attentionDropout: "attention_probs_dropout_prob",
  classifierDropout: "classifier_dropout",
} as const satisfies HubKeys;
