import type { GraphBuilder } from "../../engine/onnx/builder.js";

/** Names of the graph's inputs and output, as transformers.js and Hugging Face's exporters have them. */
export const INPUT_IDS = "input_ids";
export const ATTENTION_MASK = "attention_mask";
export const TOKEN_TYPE_IDS = "token_type_ids";
export const LOGITS = "logits";

/** What an encoder's layers know of the texts. */
export interface TextShape {
  readonly ids: string;
  readonly attentionMask: string;
  /** The int64 vector `[batch, sequence]`. */
  readonly batchAndLength: string;
  /** The int64 scalar `sequence`. */
  readonly length: string;
  /** `[batch, 1, 1, sequence]`: 0 for tokens, very negative for padding. */
  readonly attentionBias: string;
}

/** Declares `input_ids` and `attention_mask`, int64 `[batch, sequence]`. */
export function textInputs(b: GraphBuilder): TextShape {
  const ids = b.input(INPUT_IDS, { dtype: "int64", shape: ["batch", "sequence"] });
  const attentionMask = b.input(ATTENTION_MASK, { dtype: "int64", shape: ["batch", "sequence"] });
  const batchAndLength = b.shape(ids);
  const attentionBias = maskBias(b, b.equal(attentionMask, b.int64(0)));
  const length = b.gather(batchAndLength, b.int64(1));
  return { ids, attentionMask, batchAndLength, length, attentionBias };
}

/** Where a mask `[batch, sequence]` hides tokens, the scores sink so low that the softmax gives exactly 0. */
function maskBias(b: GraphBuilder, isHidden: string): string {
  return b.unsqueeze(b.where(isHidden, b.scalar(-3.4028234663852886e38), b.scalar(0)), [1, 2]);
}

/** 0, 1, ..., sequence - 1 */
export function placesOf(b: GraphBuilder, { length }: TextShape): string {
  return b.op("Range", [b.int64(0), length, b.int64(1)]);
}

/** `[batch, d]`: the hidden state `[batch*sequence, d]` of each text's first token. */
export function firstTokens(b: GraphBuilder, hidden: string, { batchAndLength }: TextShape, dim: number): string {
  const texts = b.reshape(hidden, b.concat([batchAndLength, b.int64s([dim])], 0));
  return b.gather(texts, b.int64(0), 1);
}

/**
 * The rows of a table of token types that the tokens have. A table of one row is added as it is: its type is every token's, and the graph
 * has no input for it.
 */
export function tokenTypes(b: GraphBuilder, table: string, rows: number): string {
  if (rows === 1) return table;
  return b.gather(table, b.input(TOKEN_TYPE_IDS, { dtype: "int64", shape: ["batch", "sequence"] }));
}
