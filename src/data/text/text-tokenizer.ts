import { join } from "node:path";
import type { EncodedText } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { writeFileAtomic } from "../../system/files.js";
import { assemble, outerTokens, type SequenceLayout, sequenceLayout, truncatedLengths } from "./sequence-layout.js";
import { type SpecialRole, type SpecialTokens, specialTokens, withSpecialTokens } from "./special-tokens.js";
import { createTokenizerEngine, type TokenizerEngine } from "./tokenizer-engine.js";
import type { TokenizerConfig, TokenizerJson } from "./tokenizer-files.js";

export interface EncodeOptions {
  /** A second text, for tasks on pairs of texts. */
  readonly pair?: string | undefined;
  /** Most tokens of the result, special tokens included; the tokenizer's `modelMaxLength` by default, and never more. */
  readonly maxLength?: number | undefined;
  /** Which end of a longer text is cut off; the tokenizer's own {@link TextTokenizer.truncationSide} by default. */
  readonly truncationSide?: TruncationSide | undefined;
}

/** The end of a text at which it is cut. */
export type TruncationSide = "left" | "right";

export interface TokenizerOptions {
  /** Whether encodings say which text of a pair a token is from. By default as `tokenizer_config.json` lets conclude. */
  readonly tokenTypeIds?: boolean | undefined;
  /** Most tokens that the model takes, where the tokenizer's own files allow more. */
  readonly maxLength?: number | undefined;
}

/** Tokenizer classes whose models tell the two texts of a pair apart. */
const classesWithTokenTypes = new Set([
  "Bert",
  "Albert",
  "Electra",
  "MobileBert",
  "ConvBert",
  "RoFormer",
  "SqueezeBert",
  "Deberta",
  "DebertaV2",
]);

/** Turns texts into token ids and back. Made by `loadTokenizer`, `tokenizerFromFiles` or `trainWordPiece`. */
export class TextTokenizer {
  /** One more than the highest token id: the rows that a word embedding needs. */
  readonly vocabSize: number;
  /** Most tokens that the model takes, special tokens included; `Infinity` where the files name no limit. */
  readonly modelMaxLength: number;
  /** Whether encodings have `tokenTypeIds`. */
  readonly hasTokenTypeIds: boolean;
  /** Which end of a text is cut off that is too long, as the files say; `"right"` where they do not. */
  readonly truncationSide: TruncationSide;
  readonly #engine: TokenizerEngine;
  readonly #json: TokenizerJson;
  readonly #config: TokenizerConfig;
  readonly #special: SpecialTokens;
  readonly #single: SequenceLayout;
  readonly #pair: SequenceLayout;
  #continuing: ReadonlySet<number> | undefined;
  #textsCut = 0;

  /** Throws `E_MODEL_FORMAT` when the files describe no tokenizer that the engine knows. */
  constructor(json: TokenizerJson, config: TokenizerConfig = {}, options: TokenizerOptions = {}) {
    this.#engine = createTokenizerEngine(json, config);
    this.#json = json;
    this.#config = config;
    this.#single = sequenceLayout(this.#engine, "single");
    this.#pair = sequenceLayout(this.#engine, "pair");
    this.#special = specialTokens(
      json,
      config,
      outerTokens(this.#single),
      (token) => this.#engine.token_to_id(token) !== undefined,
    );
    this.hasTokenTypeIds = options.tokenTypeIds ?? expectsTokenTypes(config);
    this.vocabSize = [...this.#engine.get_vocab().values()].reduce((highest, id) => Math.max(highest, id), -1) + 1;
    this.truncationSide = truncationSide(config.truncation_side ?? json.truncation?.direction);
    const limit = config.model_max_length ?? json.truncation?.max_length ?? Number.POSITIVE_INFINITY;
    // Python writes "no limit" as 10^30.
    this.modelMaxLength = Math.min(limit < 1e9 ? limit : Number.POSITIVE_INFINITY, options.maxLength ?? Number.POSITIVE_INFINITY);
  }

  /** The same tokenizer for a model that takes fewer tokens; itself where it has that limit already. */
  limitedTo(maxLength: number): TextTokenizer {
    if (maxLength >= this.modelMaxLength) return this;
    return new TextTokenizer(this.#json, this.#config, { tokenTypeIds: this.hasTokenTypeIds, maxLength });
  }

  /** How many texts (or pairs) {@link encode} has cut so far, since they were too long. */
  get textsCut(): number {
    return this.#textsCut;
  }

  /**
   * The tokens of a text (or of a pair) between their special tokens, cut to `maxLength`. The special tokens always stay; of
   * a pair the longer text is cut first.
   * Throws `E_ARGUMENT` for a `maxLength` below the number of special tokens, `E_DATA` for a text that is not a string
   * or has a character that the vocabulary cannot express.
   */
  encode(text: string, options: EncodeOptions = {}): EncodedText {
    const { pair, truncationSide: side = this.truncationSide } = options;
    const layout = pair === undefined ? this.#single : this.#pair;
    const room = this.#room(layout, options.maxLength);
    const first = this.#ids(text);
    const second = pair === undefined ? [] : this.#ids(pair);
    const [firstLength, secondLength] = truncatedLengths(first.length, second.length, room);
    if (firstLength < first.length || secondLength < second.length) this.#textsCut++;
    const texts = { first: cut(first, firstLength, side), second: cut(second, secondLength, side) };
    return assemble(layout, texts, { tokenTypeIds: this.hasTokenTypeIds });
  }

  /** Encodes many texts; `pairs` has the second text of each where there is one. Throws as `encode` does. */
  encodeBatch(
    texts: readonly string[],
    options: { readonly pairs?: readonly (string | undefined)[] | undefined; readonly maxLength?: number | undefined } = {},
  ): EncodedText[] {
    const { pairs, maxLength } = options;
    if (pairs !== undefined && pairs.length !== texts.length) {
      throw new BaalError(
        "E_ARGUMENT",
        `${texts.length} texts came with ${pairs.length} second texts; give one (or undefined) for each.`,
      );
    }
    return texts.map((text, i) => this.encode(text, { pair: pairs?.[i], maxLength }));
  }

  /** The text of token ids; special tokens are left out unless `specialTokens` is `"keep"`. */
  decode(ids: ArrayLike<number>, options: { readonly specialTokens?: "skip" | "keep" | undefined } = {}): string {
    if (ids.length === 0) return "";
    return this.#engine.decode(Array.from(ids), { skip_special_tokens: options.specialTokens !== "keep" });
  }

  /** The id that fills up shorter sequences of a batch. Throws `E_MODEL_FORMAT` when the tokenizer has none. */
  get padTokenId(): number {
    const id = this.#idOf("pad");
    if (id !== undefined) return id;
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The tokenizer has no padding token in its vocabulary. Name one as "pad_token" in tokenizer_config.json.`,
    );
  }

  get maskTokenId(): number | undefined {
    return this.#idOf("mask");
  }

  get clsTokenId(): number | undefined {
    return this.#idOf("cls");
  }

  get sepTokenId(): number | undefined {
    return this.#idOf("sep");
  }

  get unkTokenId(): number | undefined {
    return this.#idOf("unk");
  }

  /** Whether a token goes on with the word before it, as WordPiece marks it ("##ing"); never for tokenizers without such marks. */
  continuesWord(id: number): boolean {
    this.#continuing ??= continuingTokens(this.#json, this.#engine);
    return this.#continuing.has(id);
  }

  /** The id of a token of the vocabulary, by its text. */
  tokenId(token: string): number | undefined {
    return this.#engine.token_to_id(token);
  }

  /**
   * Writes `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json`. The configuration names the special
   * tokens even where the original left them out, because other libraries cannot pad without.
   */
  async save(folder: string): Promise<void> {
    const limit = Number.isFinite(this.modelMaxLength) ? { model_max_length: this.modelMaxLength } : {};
    const tokenizerClass = this.#config.tokenizer_class ?? this.#inferredClass();
    const config = { ...withSpecialTokens(this.#config, this.#special), ...limit, tokenizer_class: tokenizerClass };
    await writeFileAtomic(join(folder, "tokenizer.json"), JSON.stringify(this.#json));
    await writeFileAtomic(join(folder, "tokenizer_config.json"), `${JSON.stringify(config, null, 2)}\n`);
    await writeFileAtomic(
      join(folder, "special_tokens_map.json"),
      `${JSON.stringify(withSpecialTokens({}, this.#special), null, 2)}\n`,
    );
  }

  #idOf(role: SpecialRole): number | undefined {
    const token = this.#special[role];
    return token === undefined ? undefined : this.#engine.token_to_id(token);
  }

  #room(layout: SequenceLayout, maxLength = this.modelMaxLength): number {
    const room = Math.min(maxLength, this.modelMaxLength) - layout.overhead;
    if (room >= 0) return room;
    throw new BaalError(
      "E_ARGUMENT",
      `maxLength ${maxLength} leaves no place for the ${layout.overhead} special tokens; give at least that many.`,
    );
  }

  #ids(text: string): readonly number[] {
    if (typeof text !== "string")
      throw new BaalError("E_DATA", `A text to tokenize must be a string; ${text === null ? "null" : typeof text} came.`);
    const { ids, tokens } = this.#engine.encode(text, { add_special_tokens: false });
    if (!ids.includes(undefined)) return ids as number[];
    throw new BaalError(
      "E_DATA",
      `The vocabulary has no token for "${tokens[ids.indexOf(undefined)]}" in "${text.slice(0, 60)}", and no unknown token to put in its place.`,
    );
  }

  #inferredClass(): string {
    if (this.#json.model.type === "BPE" && this.#special.cls !== undefined) return "RobertaTokenizer";
    if (this.#special.cls !== "[CLS]") return "PreTrainedTokenizer";
    return this.hasTokenTypeIds ? "BertTokenizer" : "DistilBertTokenizer";
  }
}

/** A tokenizer from the parsed `tokenizer.json` and `tokenizer_config.json`. Throws `E_MODEL_FORMAT`. */
export function tokenizerFromFiles(
  json: TokenizerJson,
  config: TokenizerConfig = {},
  options: TokenizerOptions = {},
): TextTokenizer {
  return new TextTokenizer(json, config, options);
}

function truncationSide(named: string | undefined): TruncationSide {
  return named?.toLowerCase() === "left" ? "left" : "right";
}

function cut(ids: readonly number[], length: number, side: TruncationSide): readonly number[] {
  return side === "left" ? ids.slice(ids.length - length) : ids.slice(0, length);
}

function continuingTokens({ model }: TokenizerJson, engine: TokenizerEngine): ReadonlySet<number> {
  if (model.type !== "WordPiece") return new Set();
  const prefix = String(model["continuing_subword_prefix"] ?? "##");
  return new Set([...engine.get_vocab()].filter(([token]) => token.startsWith(prefix)).map(([, id]) => id));
}

function expectsTokenTypes(config: TokenizerConfig): boolean {
  if (Array.isArray(config.model_input_names)) return config.model_input_names.includes("token_type_ids");
  return classesWithTokenTypes.has((config.tokenizer_class ?? "").replace(/Tokenizer(Fast)?$/, ""));
}

/** The part of a tokenizer that a data set needs: token ids with the special tokens, cut off at `maxLength`, not padded. */
export interface TokenizerLike {
  encode(text: string, options: TokenizeOptions): EncodedText;
}

export interface TokenizeOptions {
  /** The second text of a pair. */
  readonly pair?: string | undefined;
  /** Most tokens, special ones included. */
  readonly maxLength: number;
}
