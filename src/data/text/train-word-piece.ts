import { BaalError } from "../../core/errors.js";
import { TextTokenizer } from "./text-tokenizer.js";
import { createTokenizerEngine } from "./tokenizer-engine.js";
import { bertTokens, wordPieceJson } from "./word-piece-json.js";
import { characters, wordPieceMerges } from "./word-piece-merges.js";

/** Options of {@link trainWordPiece}. */
export interface TrainWordPieceOptions {
  /** Most tokens of the vocabulary, the 5 special tokens included. */
  readonly vocabSize: number;
  /** True by default. */
  readonly lowercase?: boolean | undefined;
  /** A pair must occur this often to become a token. 2 by default. */
  readonly minFrequency?: number | undefined;
  /** Most characters of the alphabet, the frequent ones first; words with others become `[UNK]`. 1000 by default. */
  readonly alphabetLimit?: number | undefined;
  /** Most tokens of a text, special tokens included. 512 by default. */
  readonly modelMaxLength?: number | undefined;
  /** Whether encodings have token types (BERT) or not (DistilBERT). `false` by default. */
  readonly tokenTypeIds?: boolean | undefined;
}

/**
 * A BERT tokenizer with a vocabulary learned from texts. The same texts in any order give the same vocabulary:
 * `[PAD] [UNK] [CLS] [SEP] [MASK]`, the characters, then sub-words from frequent to rare.
 *
 * It is written here because neither tokenizer library can do it in Node: the native one has no way to set a vocabulary
 * size and breaks ties at random, the JavaScript one does not train.
 *
 * Throws `E_ARGUMENT` when the texts have no words, or `vocabSize` has no room for their characters.
 */
export function trainWordPiece(texts: Iterable<string>, options: TrainWordPieceOptions): TextTokenizer {
  const {
    vocabSize,
    lowercase = true,
    minFrequency = 2,
    alphabetLimit = 1000,
    modelMaxLength = 512,
    tokenTypeIds = false,
  } = options;
  const counts = knownWords(countWords(texts, { lowercase }), alphabetLimit);
  if (counts.size === 0)
    throw new BaalError("E_ARGUMENT", "A vocabulary needs texts to learn from; the texts given have no words.");
  const size = vocabSize - bertTokens.length;
  const learned = wordPieceMerges(counts, { size, minFrequency });
  if (learned.length > size) {
    throw new BaalError(
      "E_ARGUMENT",
      `vocabSize ${vocabSize} has no room for ${bertTokens.length} special tokens and the ${learned.length} characters of the texts. Raise it, or lower alphabetLimit.`,
    );
  }
  const config = { do_lower_case: lowercase, model_max_length: modelMaxLength };
  return new TextTokenizer(wordPieceJson([...bertTokens, ...learned], { lowercase }), config, { tokenTypeIds });
}

function countWords(texts: Iterable<string>, options: { readonly lowercase: boolean }): Map<string, number> {
  // Words are split by the very tokenizer that will use the vocabulary.
  const { normalizer, pre_tokenizer: splitter } = createTokenizerEngine(wordPieceJson(bertTokens, options), {});
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of splitter!.pre_tokenize(normalizer!.normalize(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** The words whose characters are all among the `limit` most frequent. */
function knownWords(counts: ReadonlyMap<string, number>, limit: number): Map<string, number> {
  const frequency = new Map<string, number>();
  for (const [word, count] of counts) {
    for (const character of characters(word)) frequency.set(character, (frequency.get(character) ?? 0) + count);
  }
  const sorted = [...frequency].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const alphabet = new Set(sorted.slice(0, limit).map(([character]) => character));
  return new Map([...counts].filter(([word]) => characters(word).every((character) => alphabet.has(character))));
}
