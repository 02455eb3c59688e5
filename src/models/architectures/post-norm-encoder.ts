import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { activate } from "./activations.js";
import type { EncoderConfig } from "./encoder-config.js";
import type { EncoderNames } from "./encoder-names.js";
import { addDropout, layerNorm, linear } from "./layers.js";
import type { ReadOptions } from "./text-architecture.js";
import { firstTokens, placesOf, type TextShape, textInputs, tokenTypes } from "./text-inputs.js";

/** Where one layer stands: with weights that several layers share, its dropout sites have names of their own. */
export interface LayerPlace {
  /** Prefix of its parameters' names. */
  readonly at: string;
  /** Put behind the names of its dropout sites; nothing by default. */
  readonly suffix?: string | undefined;
}

/** What an attention's scores are made of, for one layer. */
export interface AttentionState {
  readonly place: LayerPlace;
  /** `[batch, heads, queries, d_head]` */
  readonly q: string;
  /** `[batch, heads, sequence, d_head]` */
  readonly k: string;
  /** Whether only the first token asks. */
  readonly readsFirst: boolean;
}

/** What differs between encoders that normalise behind each block, as BERT does. */
export interface PostNormOptions {
  readonly names: EncoderNames;
  /** Id from which positions count: a text's first token has that one plus 1, padding that one itself. From 0 for all tokens by default. */
  readonly positionsBehind?: number | undefined;
  /** Whether positions are added to the words; they are by default. */
  readonly hasPositions?: boolean | undefined;
  /** Width of the embeddings and the layer that brings them to the hidden state's; as wide as that by default. */
  readonly embedding?:
    | { readonly dim: number; readonly project: string; readonly bias: boolean; readonly isBeforeNorm: boolean }
    | undefined;
  /** One after the other; `names.layer(0)`, `names.layer(1)`, ... by default. */
  readonly layers?: readonly LayerPlace[] | undefined;
  /** The scores' factor; 1 / sqrt(d_head) by default. */
  readonly scale?: number | undefined;
  /** What is added to the scores `[batch, heads, queries, sequence]` of each layer, made once for all of them; nothing by default. */
  relative?(b: GraphBuilder, shape: TextShape): (state: AttentionState) => string;
}

/**
 * An encoder that normalises behind each block: attention, add, normalise, feed forward, add, normalise (Vaswani 2017, arXiv:1706.03762).
 * Tokens are kept as one matrix `[batch*sequence, d]`, so that every linear layer is a single Gemm in both directions. Read at the first
 * tokens, the last layer computes queries, context and feed-forward for these alone.
 */
export function postNormEncoder(b: GraphBuilder, config: EncoderConfig, options: PostNormOptions, { read }: ReadOptions): string {
  const { names } = options;
  const shape = textInputs(b);
  const relative = options.relative?.(b, shape);
  const places = options.layers ?? Array.from({ length: config.nLayers }, (_, i) => ({ at: names.layer(i) }));
  let hidden = embeddings(b, config, options, shape);
  for (const [i, place] of places.entries()) {
    const readsFirst = read === "first token" && i === places.length - 1;
    hidden = encoderLayer(b, config, { options, shape, relative, hidden, place, readsFirst });
  }
  return hidden;
}

/** LayerNorm(word + position (+ type)), dropped out; `[batch*sequence, d]`. */
function embeddings(b: GraphBuilder, config: EncoderConfig, options: PostNormOptions, shape: TextShape): string {
  const at = `${options.names.prefix}.embeddings`;
  const { dim = config.dim, project, bias, isBeforeNorm } = options.embedding ?? { isBeforeNorm: false };
  const table = (name: string, rows: number) => b.parameter(`${at}.${name}.weight`, [rows, dim]);
  const projected = (x: string) => (project === undefined ? x : linear(b, x, project, dim, config.dim, { bias }));
  // Before the words: the order of nodes is part of the name under which features are kept.
  const places = (options.hasPositions ?? true) ? positionsOf(b, shape, options.positionsBehind) : undefined;
  let sum = b.gather(table("word_embeddings", config.vocabSize), shape.ids);
  if (config.typeVocabSize > 0)
    sum = b.add(sum, tokenTypes(b, table("token_type_embeddings", config.typeVocabSize), config.typeVocabSize));
  if (places) sum = b.add(sum, b.gather(table("position_embeddings", config.maxPositionEmbeddings), places));
  let tokens = b.reshape(sum, b.int64s([-1, dim]));
  if (isBeforeNorm) tokens = projected(tokens);
  const normed = { dim: isBeforeNorm ? config.dim : dim, epsilon: config.layerNormEpsilon };
  tokens = layerNorm(b, tokens, `${at}.LayerNorm`, normed);
  tokens = addDropout(b, tokens, { name: `${at}.dropout`, rate: config.dropout });
  return isBeforeNorm ? tokens : projected(tokens);
}

/** Counted from 0 for all tokens; or behind an id, for tokens that are not that one: `cumsum(id != p) * (id != p) + p`. */
function positionsOf(b: GraphBuilder, shape: TextShape, behind: number | undefined): string {
  if (behind === undefined) return placesOf(b, shape);
  const isToken = b.cast(b.op("Not", [b.equal(shape.ids, b.int64(behind))]), "int64");
  return b.add(b.mul(b.op("CumSum", [isToken, b.int64(1)]), isToken), b.int64(behind));
}

interface LayerOptions {
  readonly options: PostNormOptions;
  readonly shape: TextShape;
  readonly relative: ((state: AttentionState) => string) | undefined;
  /** `[batch*sequence, d]` */
  readonly hidden: string;
  readonly place: LayerPlace;
  /** Whether only the first tokens are computed. */
  readonly readsFirst: boolean;
}

function encoderLayer(b: GraphBuilder, config: EncoderConfig, given: LayerOptions): string {
  const { names } = given.options;
  const { at, suffix = "" } = given.place;
  const epsilon = config.layerNormEpsilon;
  const dropout = (x: string, name: string | undefined) =>
    name === undefined ? x : addDropout(b, x, { name: `${at}.${name}${suffix}`, rate: config.dropout });
  const norm = (x: string, name: string) => layerNorm(b, x, `${at}.${name}`, { dim: config.dim, epsilon });

  const input = given.readsFirst ? firstTokens(b, given.hidden, given.shape, config.dim) : given.hidden;
  const context = attention(b, config, given, input);
  const attended = linear(b, context, `${at}.${names.attentionOutput}`, config.dim, config.dim);
  const middle = norm(b.add(dropout(attended, names.attentionOutputDropout), input), names.attentionNorm);

  const inner = activate(b, linear(b, middle, `${at}.${names.feedForwardIn}`, config.dim, config.hiddenDim), config.activation);
  const outer = linear(b, inner, `${at}.${names.feedForwardOut}`, config.hiddenDim, config.dim);
  return norm(b.add(dropout(outer, names.feedForwardDropout), middle), names.outputNorm);
}

/** softmax(Q K' / sqrt(d_head) + bias) V for all heads at once; one row per query. */
function attention(b: GraphBuilder, config: EncoderConfig, given: LayerOptions, queries: string): string {
  const { options, shape, relative, hidden, place, readsFirst } = given;
  const { names, scale } = options;
  const headDim = config.dim / config.nHeads;
  const perHead = (tokens: string, name: string, rows: string) =>
    b.transpose(b.reshape(linear(b, tokens, `${place.at}.${name}`, config.dim, config.dim), rows), [0, 2, 1, 3]);
  const rows = b.concat([shape.batchAndLength, b.int64s([config.nHeads, headDim])], 0);
  const q = perHead(queries, names.query, readsFirst ? b.int64s([-1, 1, config.nHeads, headDim]) : rows);
  const k = perHead(hidden, names.key, rows);
  const v = perHead(hidden, names.value, rows);
  const products = b.fusedMatMul(q, k, { transB: true, alpha: scale ?? 1 / Math.sqrt(headDim) });
  const scores = relative ? b.add(products, relative({ place, q, k, readsFirst })) : products;
  const weights = addDropout(b, b.softmax(b.add(scores, shape.attentionBias)), {
    name: `${place.at}.${names.attentionDropout}${place.suffix ?? ""}`,
    rate: config.attentionDropout,
  });
  return b.reshape(b.transpose(b.matMul(weights, v), [0, 2, 1, 3]), b.int64s([-1, config.dim]));
}
