import { BaalError } from "../../core/errors.js";
import type { TokenizerJson } from "./tokenizer-files.js";

/**
 * The `tokenizer.json` of a RoBERTa vocabulary: byte-level byte-pair encoding from `vocab.json` (token to id) and the lines of
 * `merges.txt`. Throws `E_MODEL_FORMAT` when the vocabulary is not RoBERTa's kind (`<s>`, `</s>`).
 */
export function byteLevelJson(
  vocabulary: Readonly<Record<string, number>>,
  mergeLines: readonly string[],
  options: { readonly addPrefixSpace?: boolean | undefined } = {},
): TokenizerJson {
  const { addPrefixSpace = false } = options;
  const special = (content: string) => ({
    id: vocabulary[content]!,
    content,
    special: true,
    normalized: false,
    single_word: false,
    rstrip: false,
  });
  const [start, end] = [vocabulary["<s>"], vocabulary["</s>"]];
  if (start === undefined || end === undefined) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `vocab.json has no <s> and </s>: only RoBERTa's byte-level vocabularies can be used without a tokenizer.json.`,
    );
  }
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
      .filter((token) => Object.hasOwn(vocabulary, token))
      // RoBERTa's mask takes the space before it, as a word would.
      .map((token) => ({ ...special(token), lstrip: token === "<mask>" })),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: true },
    post_processor: {
      type: "RobertaProcessing",
      sep: ["</s>", end],
      cls: ["<s>", start],
      trim_offsets: true,
      add_prefix_space: addPrefixSpace,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      vocab: vocabulary,
      merges: mergeLines.filter((line) => line !== "" && !line.startsWith("#version")),
    },
  };
}
