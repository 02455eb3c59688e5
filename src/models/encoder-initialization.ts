import type { EncoderConfig } from "./architectures/encoder-config.js";
import { encoderNames } from "./architectures/encoder-names.js";
import { huggingFaceInitialization, type InitialWeightsOptions } from "./initial-weights.js";

/** How Hugging Face draws a fresh encoder of this configuration. */
export function encoderInitialization(config: EncoderConfig, seed: number): InitialWeightsOptions {
  const table = `${encoderNames[config.modelType].prefix}.embeddings.word_embeddings.weight`;
  const distribution = huggingFaceInitialization(config.initializerRange);
  return { seed, distribution, paddingRows: new Map([[table, config.padTokenId]]) };
}
