import { Tokenizer } from "@huggingface/tokenizers";
import { BaalError, errorMessage } from "../../core/errors.js";
import { keepWordsWhole } from "./added-tokens.js";
import { engineJson } from "./engine-json.js";
import type { TokenizerConfig, TokenizerJson } from "./tokenizer-files.js";

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
    const engine: TokenizerEngine & Internals = new Tokenizer(engineJson(json, config), config);
    splitAtWords(engine, json);
    return withoutAddedPieces(engine, json);
  } catch (cause) {
    throw new BaalError("E_MODEL_FORMAT", `tokenizer.json describes no usable tokenizer: ${errorMessage(cause)}.`, { cause });
  }
}

/** What the engine cuts texts with, before and after their normalisation, and its vocabulary. */
interface Internals {
  readonly splitter_unnormalized: { split(text: string): string[] };
  readonly splitter_normalized: { split(text: string): string[] };
  readonly model: { readonly tokens_to_ids: Map<string, number> };
}

/** The engine takes added tokens into the vocabulary, where WordPiece would find them as the beginnings of words. */
function withoutAddedPieces(engine: TokenizerEngine & Internals, { model, added_tokens = [] }: TokenizerJson): TokenizerEngine {
  const { vocab, type = "WordPiece" } = model;
  if (type !== "WordPiece" || typeof vocab !== "object" || vocab === null) return engine;
  const added = added_tokens.filter(({ content }) => !Object.hasOwn(vocab, content));
  const ids = new Map(added.map(({ content, id }) => [content, id]));
  for (const content of ids.keys()) engine.model.tokens_to_ids.delete(content);
  const idOf = engine.token_to_id.bind(engine);
  engine.token_to_id = (token) => ids.get(token) ?? idOf(token);
  return engine;
}

/** The engine cuts at each added token; those that are whole words only are no tokens within another word. */
function splitAtWords(engine: TokenizerEngine & Internals, json: TokenizerJson): void {
  const added = json.added_tokens ?? [];
  const textsOf = (tokens: typeof added) =>
    new Set(tokens.flatMap(({ content }) => [content, engine.normalizer?.normalize(content) ?? content]));
  const rule = { tokens: textsOf(added), singleWords: textsOf(added.filter((token) => token.single_word)) };
  keepWordsWhole(engine.splitter_unnormalized, rule);
  keepWordsWhole(engine.splitter_normalized, rule);
}
