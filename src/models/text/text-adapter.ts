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

/** Encoded texts as `input_ids`, `attention_mask` and `token_type_ids`, each int64 `[rows, paddedLength]`, padded on the right. */
export function textAdapter({ padTokenId, vocabSize, maxLength, seesPadding }: TextAdapterOptions): InputAdapter<EncodedText> {
  return {
    seesPadding,
    length({ inputIds }) {
      if (inputIds.length === 0 || inputIds.length > maxLength) {
        throw new BaalError(
          "E_DATA",
          `A text has ${inputIds.length} tokens; this model takes 1 to ${maxLength}. Tokenize with maxSeqLen: ${maxLength} or less.`,
        );
      }
      for (const id of inputIds) {
        if (id < 0 || id >= vocabSize) {
          throw new BaalError(
            "E_DATA",
            `Token id ${id} is not in the model's vocabulary of ${vocabSize}; the tokenizer belongs to another model.`,
          );
        }
      }
      return inputIds.length;
    },
    feeds(inputs, paddedLength) {
      const dims = [inputs.length, paddedLength];
      const ids = int64Matrix(dims);
      const mask = int64Matrix(dims);
      const types = int64Matrix(dims);
      inputs.forEach(({ inputIds, tokenTypeIds }, row) => {
        for (let i = 0; i < paddedLength; i++) {
          const at = 2 * (row * paddedLength + i);
          const isToken = i < inputIds.length;
          ids.low[at] = isToken ? inputIds[i]! : padTokenId;
          mask.low[at] = Number(isToken);
          if (tokenTypeIds && isToken) types.low[at] = tokenTypeIds[i]!;
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
