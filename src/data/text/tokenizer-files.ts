/** The parts of a `tokenizer.json` that this library reads itself; the rest is for the tokenizer engine. */
export interface TokenizerJson {
  readonly model: { readonly type?: string; readonly unk_token?: string | null; readonly [key: string]: unknown };
  readonly added_tokens?: readonly {
    readonly id: number;
    readonly content: string;
    readonly single_word?: boolean | undefined;
    readonly [flag: string]: unknown;
  }[];
  readonly padding?: { readonly pad_token?: string } | null;
  readonly truncation?: { readonly max_length?: number; readonly direction?: string } | null;
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
  readonly truncation_side?: string;
  readonly do_lower_case?: boolean;
  readonly strip_accents?: boolean | null;
  readonly tokenize_chinese_chars?: boolean;
  readonly add_prefix_space?: boolean;
  readonly [key: string]: unknown;
}
