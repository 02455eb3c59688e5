import { z } from "zod";
import { BaalError } from "../../core/errors.js";

export type ModelType = "distilbert" | "bert";

/** The numbers that a transformer encoder classifier is made of, whatever its config file calls them. */
export interface EncoderConfig {
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
  readonly activation: "gelu" | "gelu_new" | "relu";
  readonly layerNormEpsilon: number;
  /** Standard deviation of fresh weights. */
  readonly initializerRange: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
}

const probability = z.number().min(0).lt(1);
const positive = z.number().int().positive();

/** Hugging Face's defaults, which are those of the base-sized models. */
const common = {
  vocabSize: positive.default(30522),
  dim: positive.default(768),
  hiddenDim: positive.default(3072),
  nHeads: positive.default(12),
  maxPositionEmbeddings: positive.default(512),
  padTokenId: z.number().int().min(0).default(0),
  activation: z.enum(["gelu", "gelu_new", "relu"]).default("gelu"),
  layerNormEpsilon: z.number().positive().default(1e-12),
  initializerRange: z.number().positive().default(0.02),
  dropout: probability.default(0.1),
  attentionDropout: probability.default(0.1),
};

/** BERT's classifier dropout is its hidden dropout unless config.json says otherwise. */
const schemas = {
  distilbert: z.strictObject({
    ...common,
    modelType: z.literal("distilbert"),
    nLayers: positive.default(6),
    typeVocabSize: z.literal(0).default(0),
    classifierDropout: probability.default(0.2),
  }),
  bert: z
    .strictObject({
      ...common,
      modelType: z.literal("bert"),
      nLayers: positive.default(12),
      typeVocabSize: positive.default(2),
      classifierDropout: probability.optional(),
    })
    .transform((config) => ({ ...config, classifierDropout: config.classifierDropout ?? config.dropout })),
} satisfies Record<ModelType, z.ZodType<EncoderConfig>>;

type HubKeys = Readonly<Partial<Record<keyof EncoderConfig, string>>>;

/** The names of our fields in each architecture's config.json. */
const hubKeys: Readonly<Record<ModelType, HubKeys>> = {
  distilbert: {
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
  bert: {
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
  },
};

/** Fills in the defaults and checks the ranges. Throws `E_ARGUMENT` naming each wrong field; `source` begins the message. */
export function encoderConfig(config: Partial<EncoderConfig>, source = "The model configuration"): EncoderConfig {
  const modelType = config.modelType ?? "distilbert";
  const result = schemas[modelType].safeParse({ ...config, modelType });
  if (!result.success)
    throw new BaalError("E_ARGUMENT", `${source} is not usable: ${z.prettifyError(result.error)}`, { cause: result.error });
  const { dim, nHeads } = result.data;
  if (dim % nHeads !== 0)
    throw new BaalError("E_ARGUMENT", `${source}: the width ${dim} is not a multiple of the number of heads ${nHeads}.`);
  return result.data;
}

/** Whether a model with this config.json can be built from its configuration alone. */
export function isEncoderModelType(modelType: unknown): modelType is ModelType {
  return typeof modelType === "string" && Object.hasOwn(hubKeys, modelType);
}

/** Reads a hub config.json of a known `model_type`. Throws `E_ARGUMENT` for values out of range, naming `source`. */
export function encoderConfigFromHub(json: Readonly<Record<string, unknown>>, source: string): EncoderConfig {
  const modelType = json["model_type"];
  if (!isEncoderModelType(modelType)) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${source}: model_type ${JSON.stringify(modelType)} cannot be built from its configuration; ${Object.keys(hubKeys).join(" and ")} can. Others load from an ONNX export (onnx/model.onnx).`,
    );
  }
  const fields = Object.entries(hubKeys[modelType]).flatMap(([field, key]) => (json[key] == null ? [] : [[field, json[key]]]));
  return encoderConfig({ modelType, ...Object.fromEntries(fields) }, source);
}

/** The fields of config.json that describe the network; labels are the caller's to add. */
export function encoderConfigToHub(config: EncoderConfig): Record<string, unknown> {
  const fields = Object.entries(hubKeys[config.modelType]).map(([field, key]) => [key, config[field as keyof EncoderConfig]]);
  return { model_type: config.modelType, ...Object.fromEntries(fields) };
}
