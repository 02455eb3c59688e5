import { type GraphBuilder, graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { huggingFaceInitialization, type InitialWeightsOptions } from "../graph/initial-weights.js";
import { classificationHead } from "./classification-head.js";
import type { EncoderConfig } from "./encoder-config.js";
import { type EncoderNames, encoderNames } from "./encoder-names.js";
import { addDropout, linear } from "./layers.js";
import { embeddingWidth, type SentenceEmbedding, sentenceClassifier, sentenceEmbedding } from "./sentence-head.js";

/** Names of the graph's inputs, as transformers.js and Hugging Face's exporters have them. */
export const INPUT_IDS = "input_ids";
export const ATTENTION_MASK = "attention_mask";
export const TOKEN_TYPE_IDS = "token_type_ids";
export const LOGITS = "logits";

/**
 * The forward graph of a DistilBERT or BERT sequence classifier: `input_ids [batch, sequence]` to `logits [batch, C]`, weights as
 * parameters with the hub's names, a `Dropout` node at each of Hugging Face's dropout modules.
 * Tokens are kept as one matrix `[batch*sequence, d]`, so that every linear layer is a single Gemm in both directions.
 * With an `embedding` the head is one linear layer on what a sentence encoder makes of the tokens, otherwise the architecture's own.
 * Sources: Devlin 2018 (arXiv:1810.04805), Sanh 2019 (arXiv:1910.01108).
 */
export function encoderClassifierGraph(config: EncoderConfig, classes: number, embedding?: SentenceEmbedding): Graph {
  const b = graphBuilder(createGraph(`${config.modelType}-classifier`));
  const head = { dim: config.dim, classes, dropout: config.classifierDropout };
  if (embedding === undefined) {
    const first = encoder(b, config, { read: "first token" });
    b.output(classificationHead(b, config.modelType, first, head), LOGITS);
  } else {
    const hidden = encoder(b, config, { read: "all tokens" });
    const vector = sentenceEmbedding(b, { hidden, attentionMask: ATTENTION_MASK, dim: config.dim }, embedding);
    b.output(sentenceClassifier(b, vector, { ...head, dim: embeddingWidth(config.dim, embedding) }), LOGITS);
  }
  return b.graph;
}

/**
 * From `input_ids [batch, sequence]` to hidden states: `[batch, d]` of the first tokens, for which the last layer computes queries,
 * context and feed-forward for these alone; or `[batch*sequence, d]` of all tokens.
 */
export function encoder(
  b: GraphBuilder,
  config: EncoderConfig,
  { read }: { readonly read: "first token" | "all tokens" },
): string {
  const names = encoderNames[config.modelType];
  const ids = b.input(INPUT_IDS, { dtype: "int64", shape: ["batch", "sequence"] });
  const attentionMask = b.input(ATTENTION_MASK, { dtype: "int64", shape: ["batch", "sequence"] });
  const batchAndLength = b.shape(ids);
  const attentionBias = maskBias(b, attentionMask);

  let hidden = embeddings(b, config, names, ids, batchAndLength);
  for (let i = 0; i < config.nLayers; i++) {
    const readsFirst = read === "first token" && i === config.nLayers - 1;
    hidden = encoderLayer(b, config, names, { hidden, batchAndLength, attentionBias }, { at: names.layer(i), readsFirst });
  }
  return hidden;
}

interface EncoderState {
  /** `[batch*sequence, d]` */
  readonly hidden: string;
  /** The int64 vector `[batch, sequence]`. */
  readonly batchAndLength: string;
  /** `[batch, 1, 1, sequence]`: 0 for tokens, very negative for padding. */
  readonly attentionBias: string;
}

/** Where the mask is 0 the scores sink so low that the softmax gives exactly 0. */
function maskBias(b: GraphBuilder, attentionMask: string): string {
  const isPadding = b.equal(attentionMask, b.int64(0));
  return b.unsqueeze(b.where(isPadding, b.scalar(-3.4028234663852886e38), b.scalar(0)), [1, 2]);
}

/** LayerNorm(word + position (+ type)), dropped out; `[batch*sequence, d]`. */
function embeddings(b: GraphBuilder, config: EncoderConfig, names: EncoderNames, ids: string, batchAndLength: string): string {
  const at = `${names.prefix}.embeddings`;
  const table = (name: string, rows: number) => b.parameter(`${at}.${name}.weight`, [rows, config.dim]);
  const length = b.gather(batchAndLength, b.int64(1));
  const positions = b.op("Range", [b.int64(0), length, b.int64(1)]);
  let sum = b.gather(table("word_embeddings", config.vocabSize), ids);
  if (config.typeVocabSize > 0) {
    const types = b.input(TOKEN_TYPE_IDS, { dtype: "int64", shape: ["batch", "sequence"] });
    sum = b.add(sum, b.gather(table("token_type_embeddings", config.typeVocabSize), types));
  }
  sum = b.add(sum, b.gather(table("position_embeddings", config.maxPositionEmbeddings), positions));
  const tokens = b.reshape(sum, b.int64s([-1, config.dim]));
  return addDropout(b, layerNorm(b, tokens, `${at}.LayerNorm`, config), { name: `${at}.dropout`, rate: config.dropout });
}

interface LayerOptions {
  /** Prefix of its parameters' names. */
  readonly at: string;
  /** Whether only the first tokens are computed. */
  readonly readsFirst: boolean;
}

function encoderLayer(
  b: GraphBuilder,
  config: EncoderConfig,
  names: EncoderNames,
  state: EncoderState,
  { at, readsFirst }: LayerOptions,
): string {
  const input = readsFirst ? firstTokens(b, state, config.dim) : state.hidden;
  const context = attention(b, config, names, { ...state, at, queries: input, readsFirst });

  let attended = linear(b, context, `${at}.${names.attentionOutput}`, config.dim, config.dim);
  if (names.attentionOutputDropout) {
    attended = addDropout(b, attended, { name: `${at}.${names.attentionOutputDropout}`, rate: config.dropout });
  }
  const middle = layerNorm(b, b.add(attended, input), `${at}.${names.attentionNorm}`, config);

  const inner = activate(b, linear(b, middle, `${at}.${names.feedForwardIn}`, config.dim, config.hiddenDim), config.activation);
  const outer = linear(b, inner, `${at}.${names.feedForwardOut}`, config.hiddenDim, config.dim);
  const dropped = addDropout(b, outer, { name: `${at}.${names.feedForwardDropout}`, rate: config.dropout });
  return layerNorm(b, b.add(dropped, middle), `${at}.${names.outputNorm}`, config);
}

/** `[batch, d]`: the hidden state of each text's first token. */
function firstTokens(b: GraphBuilder, { hidden, batchAndLength }: EncoderState, dim: number): string {
  const texts = b.reshape(hidden, b.concat([batchAndLength, b.int64s([dim])], 0));
  return b.gather(texts, b.int64(0), 1);
}

/** softmax(Q K' / sqrt(d_head) + bias) V for all heads at once; one row per query. Vaswani 2017, arXiv:1706.03762. */
function attention(
  b: GraphBuilder,
  config: EncoderConfig,
  names: EncoderNames,
  state: EncoderState & LayerOptions & { readonly queries: string },
): string {
  const headDim = config.dim / config.nHeads;
  const perHead = (tokens: string, name: string, shape: string) =>
    b.transpose(b.reshape(linear(b, tokens, `${state.at}.${name}`, config.dim, config.dim), shape), [0, 2, 1, 3]);
  const shape = b.concat([state.batchAndLength, b.int64s([config.nHeads, headDim])], 0);
  const q = perHead(state.queries, names.query, state.readsFirst ? b.int64s([-1, 1, config.nHeads, headDim]) : shape);
  const k = perHead(state.hidden, names.key, shape);
  const v = perHead(state.hidden, names.value, shape);
  const scores = b.add(b.fusedMatMul(q, k, { transB: true, alpha: 1 / Math.sqrt(headDim) }), state.attentionBias);
  const weights = addDropout(b, b.softmax(scores), {
    name: `${state.at}.${names.attentionDropout}`,
    rate: config.attentionDropout,
  });
  return b.reshape(b.transpose(b.matMul(weights, v), [0, 2, 1, 3]), b.int64s([-1, config.dim]));
}

export function layerNorm(b: GraphBuilder, x: string, name: string, config: EncoderConfig): string {
  const scale = b.parameter(`${name}.weight`, [config.dim]);
  return b.layerNormalization(x, scale, b.parameter(`${name}.bias`, [config.dim]), config.layerNormEpsilon);
}

export function activate(b: GraphBuilder, x: string, activation: EncoderConfig["activation"]): string {
  if (activation === "relu") return b.relu(x);
  return b.gelu(x, activation === "gelu" ? "none" : "tanh");
}

/** How Hugging Face draws a fresh encoder of this configuration. */
export function encoderInitialization(config: EncoderConfig, seed: number): InitialWeightsOptions {
  const table = `${encoderNames[config.modelType].prefix}.embeddings.word_embeddings.weight`;
  const distribution = huggingFaceInitialization(config.initializerRange);
  return { seed, distribution, paddingRows: new Map([[table, config.padTokenId]]) };
}
