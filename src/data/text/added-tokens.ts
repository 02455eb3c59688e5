import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import type { TokenizerConfig, TokenizerJson } from "./tokenizer-files.js";

type AddedToken = NonNullable<TokenizerJson["added_tokens"]>[number];

const flag = z.boolean().optional();
const decoderSchema = z.record(
  z.string().regex(/^\d+$/, "a token's number"),
  z.looseObject({ content: z.string(), lstrip: flag, rstrip: flag, normalized: flag, single_word: flag, special: flag }),
);
const fileSchema = z.record(z.string(), z.int().min(0));

/** The tokens that a folder has beside its vocabulary, in the two forms that tokenizers of old write. */
export interface AddedTokenFiles {
  /** Content of `added_tokens.json`: numbers by text. */
  readonly addedTokens: unknown;
  readonly config: TokenizerConfig;
  /** Where it comes from, for messages. */
  readonly source: string;
}

/**
 * A `tokenizer.json` with the tokens of `tokenizer_config.json`'s `added_tokens_decoder`, or else of `added_tokens.json`. A token that is there
 * already gets the flags of the configuration. Throws `E_MODEL_FORMAT`.
 */
export function withAddedTokens(json: TokenizerJson, { addedTokens, config, source }: AddedTokenFiles): TokenizerJson {
  const decoder = config["added_tokens_decoder"];
  const found =
    decoder != null
      ? ofDecoder(checked(decoderSchema, decoder, `${source}, added_tokens_decoder`))
      : addedTokens == null
        ? []
        : ofFile(checked(fileSchema, addedTokens, `${source}, added_tokens.json`), specialTexts(config));
  if (found.length === 0) return json;
  const texts = new Set(found.map(({ content }) => content));
  const others = (json.added_tokens ?? []).filter(({ content }) => !texts.has(content));
  return { ...json, added_tokens: [...others, ...found].sort((a, b) => a.id - b.id) };
}

function ofDecoder(decoder: z.infer<typeof decoderSchema>): AddedToken[] {
  return Object.entries(decoder).map(([id, { special = false, ...token }]) => {
    const { content, lstrip = false, rstrip = false, single_word = false, normalized = !special } = token;
    return { id: Number(id), content, single_word, lstrip, rstrip, normalized, special };
  });
}

function ofFile(numbers: Readonly<Record<string, number>>, special: ReadonlySet<string>): AddedToken[] {
  return Object.entries(numbers).map(([content, id]) => {
    const isSpecial = special.has(content);
    return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: !isSpecial, special: isSpecial };
  });
}

/** The texts of all special tokens that a configuration names. */
function specialTexts(config: TokenizerConfig): ReadonlySet<string> {
  const named = Object.entries(config).filter(([key]) => /_tokens?$/.test(key));
  return new Set(
    named
      .flatMap(([, value]) => value)
      .flatMap((value) => (typeof value === "string" ? value : ((value as { content?: string } | null)?.content ?? []))),
  );
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new BaalError("E_MODEL_FORMAT", `${where} cannot be read: ${z.prettifyError(result.error)}`, { cause: result.error });
}

/** Cuts a text at the added tokens in it. */
interface Splitter {
  split(text: string): string[];
}

const ENDS_WITH_WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u;
const STARTS_WITH_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

/**
 * Makes a splitter leave tokens alone that are meant as whole words (`single_word`) where they stand within one. `tokens` are all that it
 * cuts at.
 */
export function keepWordsWhole(
  splitter: Splitter,
  { tokens, singleWords }: { readonly tokens: ReadonlySet<string>; readonly singleWords: ReadonlySet<string> },
): void {
  if (singleWords.size === 0) return;
  const split = splitter.split.bind(splitter);
  splitter.split = (text) => {
    const parts: string[] = [];
    let isOpen = false;
    let at = 0;
    for (const part of split(text)) {
      const [before, after] = [text.slice(0, at), text.slice(at + part.length)];
      at += part.length;
      const isWithinWord = singleWords.has(part) && (ENDS_WITH_WORD.test(before) || STARTS_WITH_WORD.test(after));
      const isText = isWithinWord || !tokens.has(part);
      if (isText && isOpen) parts[parts.length - 1] += part;
      else parts.push(part);
      isOpen = isText;
    }
    return parts;
  };
}
