import type { EncodedText } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Feed } from "../../engine/runtime/session.js";
import { ATTENTION_MASK, INPUT_IDS, TOKEN_TYPE_IDS } from "../architectures/text-inputs.js";
import type { InputAdapter } from "../graph/input-adapter.js";

export interface TextAdapterOptions {
  readonly padTokenId: number;
  readonly vocabSize: number;
  /** Most tokens a text may have: the number of position embeddings. */
  readonly maxLength: number;
  /** Whether the graph lets padding change the result of a text; false by default. */
  readonly seesPadding?: boolean | undefined;
}

/**
 * Encoded texts as `input_ids`, `attention_mask` and `token_type_ids`, each int64 `[rows, paddedLength]`, padded on the right. One that a
 * tokenizer of the caller's made longer than the model takes is cut in front of its last token, with a warning.
 */
export function textAdapter({ padTokenId, vocabSize, maxLength, seesPadding }: TextAdapterOptions): InputAdapter<EncodedText> {
  let hasWarned = false;
  const warn = (tokens: number) => {
    if (hasWarned) return;
    hasWarned = true;
    const message = `A text has ${tokens} tokens, and this model takes ${maxLength}: what is beyond is cut off, as of every longer text. Tokenize with maxSeqLen: ${maxLength}, or with the model's own tokenizer.`;
    process.emitWarning(message, { type: "BaalWarning", code: "BAAL_TEXT_CUT" });
  };
  /** The token at a place of a text that may be too long: the last place has its last token, which closes it. */
  const place = (i: number, length: number) => (length > maxLength && i === maxLength - 1 ? length - 1 : i);
  return {
    seesPadding,
    length({ inputIds }) {
      if (inputIds.length === 0) throw new BaalError("E_DATA", `A text has no tokens; this model takes 1 to ${maxLength}.`);
      if (inputIds.length > maxLength) warn(inputIds.length);
      for (const id of inputIds) {
        if (id < 0 || id >= vocabSize) {
          throw new BaalError(
            "E_DATA",
            `Token id ${id} is not in the model's vocabulary of ${vocabSize}; the tokenizer belongs to another model.`,
          );
        }
      }
      return Math.min(inputIds.length, maxLength);
    },
    feeds(inputs, paddedLength) {
      const dims = [inputs.length, paddedLength];
      const ids = int64Matrix(dims);
      const mask = int64Matrix(dims);
      const types = int64Matrix(dims);
      inputs.forEach(({ inputIds, tokenTypeIds }, row) => {
        for (let i = 0; i < paddedLength; i++) {
          const at = 2 * (row * paddedLength + i);
          const isToken = i < inputIds.length && i < maxLength;
          const from = place(i, inputIds.length);
          ids.low[at] = isToken ? inputIds[from]! : padTokenId;
          mask.low[at] = Number(isToken);
          if (tokenTypeIds && isToken) types.low[at] = tokenTypeIds[from]!;
        }
      });
      return new Map([
        [INPUT_IDS, ids.feed],
        [ATTENTION_MASK, mask.feed],
        [TOKEN_TYPE_IDS, types.feed],
      ]);
    },
  };
}

/** Small non-negative numbers fill only the low halves of int64s (little-endian): far quicker than one BigInt each. */
function int64Matrix(dims: readonly number[]): { readonly feed: Feed; readonly low: Int32Array } {
  const data = new BigInt64Array(dims[0]! * dims[1]!);
  return { feed: { dtype: "int64", dims, data }, low: new Int32Array(data.buffer) };
}
