import { Tokenizer } from "@huggingface/tokenizers";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { TokenizerConfig, TokenizerJson } from "./tokenizer-json.js";

/**
 * What this library uses of `@huggingface/tokenizers`, the tokenizer inside transformers.js (without its 300 MB of runtime).
 * Declared here because the package's own types do not resolve under Node's module rules.
 */
export interface TokenizerEngine {
  readonly normalizer: { normalize(text: string): string } | null;
  readonly pre_tokenizer: { pre_tokenize(text: string): string[] } | null;
  readonly post_processor: {
    post_process(
      tokens: string[],
      pair: string[] | null,
      addSpecialTokens: boolean,
    ): { tokens: string[]; token_type_ids?: number[] };
  } | null;
  /** An id is undefined where the vocabulary has neither the token nor an unknown token. */
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[]; tokens: string[] };
  decode(ids: number[], options: { skip_special_tokens: boolean }): string;
  token_to_id(token: string): number | undefined;
  get_vocab(): Map<string, number>;
}

/** Throws `E_MODEL_FORMAT` when the files describe no tokenizer that the engine knows. */
export function createTokenizerEngine(json: TokenizerJson, config: TokenizerConfig): TokenizerEngine {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    throw new BaalError("E_MODEL_FORMAT", `tokenizer.json describes no usable tokenizer: ${errorMessage(cause)}.`, { cause });
  }
}
