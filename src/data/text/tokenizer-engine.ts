import { Tokenizer } from "@huggingface/tokenizers";
import { BaalError, errorMessage } from "../../core/errors.js";

/**
 * The part that this library uses of `@huggingface/tokenizers`, the tokenizer inside transformers.js (without its 300 MB of runtime).
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

/** The parts of a `tokenizer.json` that this library reads itself; the rest is for the tokenizer engine. */
export interface TokenizerJson {
  readonly model: { readonly type?: string; readonly unk_token?: string | null; readonly [key: string]: unknown };
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  readonly padding?: { readonly pad_token?: string } | null;
  readonly truncation?: { readonly max_length?: number } | null;
  readonly [key: string]: unknown;
}

/** A special token in a configuration: its text, or an object with its text. */
export type SpecialTokenValue = string | { readonly content?: string } | null;

/** The parts of a `tokenizer_config.json` that this library reads itself. */
export interface TokenizerConfig {
  readonly pad_token?: SpecialTokenValue;
  readonly unk_token?: SpecialTokenValue;
  readonly cls_token?: SpecialTokenValue;
  readonly sep_token?: SpecialTokenValue;
  readonly mask_token?: SpecialTokenValue;
  readonly tokenizer_class?: string;
  readonly model_input_names?: readonly string[];
  readonly model_max_length?: number | null;
  readonly do_lower_case?: boolean;
  readonly strip_accents?: boolean | null;
  readonly tokenize_chinese_chars?: boolean;
  readonly add_prefix_space?: boolean;
  readonly [key: string]: unknown;
}
