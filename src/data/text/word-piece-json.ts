import { BaalError } from "../../core/errors.js";
import type { TokenizerJson } from "./tokenizer-files.js";

/** BERT's special tokens, in the order in which a new vocabulary starts with them. */
export const bertTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

export interface WordPieceOptions {
  /** Lower-case the text (and strip accents, unless `stripAccents` says otherwise). True by default. */
  readonly lowercase?: boolean | undefined;
  /** `null`: as `lowercase`. */
  readonly stripAccents?: boolean | null | undefined;
  /** Treat every Chinese character as a word. True by default. */
  readonly splitChinese?: boolean | undefined;
}

/**
 * The `tokenizer.json` of a BERT vocabulary: position in the list = token id.
 * Throws `E_MODEL_FORMAT` when one of `[UNK]`, `[CLS]`, `[SEP]` is missing.
 */
export function wordPieceJson(vocabulary: readonly string[], options: WordPieceOptions = {}): TokenizerJson {
  const { lowercase = true, stripAccents = null, splitChinese = true } = options;
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const idOf = (token: string): number => {
    const id = ids.get(token);
    if (id === undefined)
      throw new BaalError(
        "E_MODEL_FORMAT",
        `A BERT vocabulary needs the token ${token}; this one of ${vocabulary.length} tokens lacks it.`,
      );
    return id;
  };
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  const closing = { SpecialToken: { id: "[SEP]", type_id: 1 } };
  const [textA, textB] = [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: bertTokens
      .filter((token) => ids.has(token))
      .map((content) => ({
        id: idOf(content),
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: splitChinese,
      strip_accents: stripAccents,
      lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]"), textA, special("[SEP]")],
      pair: [special("[CLS]"), textA, special("[SEP]"), textB, closing],
      special_tokens: Object.fromEntries(["[CLS]", "[SEP]"].map((id) => [id, { id, ids: [idOf(id)], tokens: [id] }])),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: vocabulary[idOf("[UNK]")]!,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  };
}
