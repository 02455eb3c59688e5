import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";
import { withAddedTokens } from "./added-tokens.js";
import { byteLevelJson } from "./byte-level-json.js";
import { TextTokenizer } from "./text-tokenizer.js";
import type { TokenizerConfig, TokenizerJson } from "./tokenizer-files.js";
import { wordPieceJson } from "./word-piece-json.js";

/**
 * The tokenizer of a model folder: from `tokenizer.json`, or from a bare vocabulary as old repositories have it (BERT's `vocab.txt`,
 * RoBERTa's `vocab.json` and `merges.txt`). `tokenizer_config.json`, `special_tokens_map.json`, `added_tokens.json` and the model's
 * `config.json` are read where they are; the last decides whether the model has token types (`type_vocab_size`).
 *
 * Throws `E_FILE_NOT_FOUND` when there are no tokenizer files, `E_MODEL_FORMAT` when they cannot be used.
 */
export async function loadTokenizer(folder: string): Promise<TextTokenizer> {
  const special = await readJson(folder, "special_tokens_map.json");
  const config: TokenizerConfig = { ...special, ...(await readJson(folder, "tokenizer_config.json")) };
  const found =
    ((await readJson(folder, "tokenizer.json")) as TokenizerJson | undefined) ?? (await fromVocabulary(folder, config));
  const addedTokens = await readJson(folder, "added_tokens.json");
  const whole = withAddedTokens(found, { addedTokens, config, source: folder });
  const json = (await wantsLowerCase(folder)) ? lowerCased(whole) : whole;
  const model = await readJson(folder, "config.json");
  return new TextTokenizer(json, config, { tokenTypeIds: hasTokenTypes(model) });
}

/** Files in which sentence-transformers says that texts are put in lower case in front of the tokenizer. */
const SENTENCE_CONFIGS = ["sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json"];

async function wantsLowerCase(folder: string): Promise<boolean> {
  for (const name of SENTENCE_CONFIGS) {
    const config = await readJson(folder, name);
    if (config !== undefined) return config["do_lower_case"] === true;
  }
  return false;
}

/** The same tokenizer of texts in lower case. */
function lowerCased(json: TokenizerJson): TokenizerJson {
  const { normalizer } = json;
  const normalizers = [{ type: "Lowercase" }, ...(normalizer == null ? [] : [normalizer])];
  return { ...json, normalizer: { type: "Sequence", normalizers } };
}

/** Whether a folder has a tokenizer of its own. */
export function hasTokenizer(folder: string): boolean {
  return ["tokenizer.json", "vocab.txt", "vocab.json"].some((name) => existsSync(join(folder, name)));
}

async function fromVocabulary(folder: string, config: TokenizerConfig): Promise<TokenizerJson> {
  const words = await readLines(folder, "vocab.txt");
  if (words !== undefined) {
    const { do_lower_case: lowercase, strip_accents: stripAccents, tokenize_chinese_chars: splitChinese } = config;
    return wordPieceJson(words, { lowercase, stripAccents, splitChinese });
  }
  const [vocabulary, merges] = [await readJson(folder, "vocab.json"), await readLines(folder, "merges.txt")];
  if (vocabulary !== undefined && merges !== undefined) {
    return byteLevelJson(vocabulary as Record<string, number>, merges, { addPrefixSpace: config.add_prefix_space });
  }
  throw new BaalError(
    "E_FILE_NOT_FOUND",
    `${folder} has no tokenizer: looked for tokenizer.json, vocab.txt, and vocab.json with merges.txt. ` +
      "Copy the tokenizer of the model there; from other formats (SentencePiece) Python's AutoTokenizer writes a tokenizer.json.",
  );
}

/** Undefined when the folder has no model configuration, which leaves the decision to the tokenizer's own. */
function hasTokenTypes(model: Record<string, unknown> | undefined): boolean | undefined {
  if (model?.["model_type"] === undefined) return undefined;
  // BERT's own default is 2, and its oldest configurations leave it out.
  const types = model["type_vocab_size"] ?? (model["model_type"] === "bert" ? 2 : 1);
  return Number(types) > 1;
}

async function readLines(folder: string, name: string): Promise<string[] | undefined> {
  const path = join(folder, name);
  if (!existsSync(path)) return undefined;
  const lines = (await readFile(path, "utf8")).split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

async function readJson(folder: string, name: string): Promise<Record<string, unknown> | undefined> {
  const path = join(folder, name);
  if (!existsSync(path)) return undefined;
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new BaalError("E_MODEL_FORMAT", `${path} is not JSON: ${errorMessage(cause)}.`, { cause });
  }
  throw new BaalError("E_MODEL_FORMAT", `${path} holds no JSON object.`);
}
