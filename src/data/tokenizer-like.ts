import type { EncodedText } from "./dataset.js";

/** What a data set needs of a tokenizer: token ids with the special tokens, cut off at `maxLength`, not padded. */
export interface TokenizerLike {
  encode(text: string, options: TokenizeOptions): EncodedText;
}

export interface TokenizeOptions {
  /** The second text of a pair. */
  readonly pair?: string;
  /** Most tokens, special ones included. */
  readonly maxLength: number;
}
