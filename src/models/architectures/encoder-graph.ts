import { type GraphBuilder, graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { huggingFaceInitialization, type InitialWeightsOptions } from "../graph/initial-weights.js";
import type { EncoderConfig } from "./encoder-config.js";
import { embeddingWidth, type SentenceEmbedding, sentenceClassifier, sentenceEmbedding } from "./sentence-head.js";
import { textArchitecture } from "./text-architectures.js";
import { ATTENTION_MASK, LOGITS } from "./text-inputs.js";

/**
 * The forward graph of a sequence classifier: `input_ids [batch, sequence]` to `logits [batch, C]`, weights as parameters with the hub's
 * names, a `Dropout` node at each place where transformers drops out while training.
 * With an `embedding` the head is one linear layer on what a sentence encoder makes of the tokens, otherwise the architecture's own.
 */
export function encoderClassifierGraph(config: EncoderConfig, classes: number, embedding?: SentenceEmbedding): Graph {
  const { encoder, head } = textArchitecture(config.modelType);
  const b = graphBuilder(createGraph(`${config.modelType}-classifier`));
  if (embedding !== undefined) {
    const hidden = encoder(b, config, { read: "all tokens" });
    const vector = sentenceEmbedding(b, { hidden, attentionMask: ATTENTION_MASK, dim: config.dim }, embedding);
    const last = { dim: embeddingWidth(config.dim, embedding), classes, dropout: config.classifierDropout };
    b.output(sentenceClassifier(b, vector, last), LOGITS);
    return b.graph;
  }
  const readsFirst = (head.pooling?.(config) ?? "first token") === "first token";
  const hidden = encoder(b, config, { read: readsFirst ? "first token" : "all tokens" });
  const vector = readsFirst ? hidden : meanOfTokens(b, hidden, config.dim);
  b.output(head.build(b, config, vector, classes), LOGITS);
  return b.graph;
}

/** The logits of hidden states `[batch*sequence, d]` by the architecture's own head. */
export function headOnTokens(
  b: GraphBuilder,
  config: EncoderConfig,
  { hidden, first }: { readonly hidden: string; readonly first: () => string },
  classes: number,
): string {
  const { head } = textArchitecture(config.modelType);
  const readsFirst = (head.pooling?.(config) ?? "first token") === "first token";
  return head.build(b, config, readsFirst ? first() : meanOfTokens(b, hidden, config.dim), classes);
}

function meanOfTokens(b: GraphBuilder, hidden: string, dim: number): string {
  return sentenceEmbedding(b, { hidden, attentionMask: ATTENTION_MASK, dim }, { pooling: ["mean"], steps: [] });
}

/** How Hugging Face draws a fresh encoder of this configuration. */
export function encoderInitialization(config: EncoderConfig, seed: number): InitialWeightsOptions {
  const { prefix, distribution, paddingRows } = textArchitecture(config.modelType);
  return {
    seed,
    distribution: distribution?.(config) ?? huggingFaceInitialization(config.initializerRange),
    paddingRows: paddingRows?.(config) ?? new Map([[`${prefix}.embeddings.word_embeddings.weight`, config.padTokenId]]),
  };
}

/** Most tokens that a text may have. */
export function encoderMaxLength(config: EncoderConfig): number {
  return textArchitecture(config.modelType).maxLength?.(config) ?? config.maxPositionEmbeddings;
}
