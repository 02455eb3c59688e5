import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import native from "tokenizers";
import { describe, expect, it } from "vitest";
import { loadTokenizer } from "../../../src/data/text/load-tokenizer.js";
import { tokenizerFromFiles } from "../../../src/data/text/text-tokenizer.js";
import type { TokenizerConfig, TokenizerJson } from "../../../src/data/text/tokenizer-files.js";
import { bertTokens, wordPieceJson } from "../../../src/data/text/word-piece-json.js";
import { temporaryFolder } from "../../temporary-folder.js";

/** White space and control characters of all kinds. */
const ODD = [
  ...[0x00, 0x07, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1f, 0x20, 0x7f, 0x85, 0x8f, 0xa0, 0xad, 0x1680, 0x180e],
  ...[0x200b, 0x200d, 0x2028, 0x2029, 0x202f, 0x205f, 0x2581, 0x3000, 0xfeff, 0xfffd, 0xe000],
].map((code) => String.fromCharCode(code));
const TEXTS = ODD.flatMap((odd) => [`a${odd}b`, `${odd}a b${odd}`, `a ${odd} b!a`]);

/** Pieces of one character each: what is cut is seen, what is not stays a word of several pieces. */
const alphabet = [...new Set([...ODD, ..."ab!_1é中 "])];
const vocabulary = [...bertTokens, ...alphabet, ...alphabet.map((one) => `##${one}`)];

function json(parts: Partial<TokenizerJson>): TokenizerJson {
  return { ...wordPieceJson(vocabulary), decoder: null, post_processor: null, ...parts };
}

const ours = (given: TokenizerJson, text: string) => [...tokenizerFromFiles(given).encode(text).inputIds];

async function expectSame(given: TokenizerJson, texts: readonly string[]): Promise<void> {
  const tokenizer = native.Tokenizer.fromString(JSON.stringify(given));
  for (const text of texts) {
    const encoded = await tokenizer.encode(text, null, { addSpecialTokens: false });
    expect([text, ours(given, text)]).toEqual([text, encoded.getIds()]);
  }
}

const PRE_TOKENIZERS = ["BertPreTokenizer", "Whitespace", "WhitespaceSplit"].map((type) => ({ type }));
const NORMALIZERS = [
  null,
  { type: "Nmt" },
  { type: "Strip", strip_left: true, strip_right: true },
  { type: "Strip", strip_left: false, strip_right: true },
  { type: "Sequence", normalizers: [{ type: "Nmt" }, { type: "Lowercase" }] },
  { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
];

describe("white space and control characters are cut as the original tokenizer cuts them", () => {
  it.each(
    PRE_TOKENIZERS.flatMap((pre) =>
      NORMALIZERS.map((normalizer) => [pre.type, JSON.stringify(normalizer), pre, normalizer] as const),
    ),
  )("%s behind %s", async (_pre, _normalizer, pre_tokenizer, normalizer) => {
    await expectSame(json({ pre_tokenizer, normalizer }), TEXTS);
  });
});

describe("added tokens", () => {
  const token = (content: string, flags: object = {}) => ({
    ...{
      id: 500 + content.charCodeAt(0),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: false,
    },
    ...flags,
  });
  const withTokens = (tokens: ReturnType<typeof token>[]) =>
    json({ added_tokens: tokens.map((one, i) => ({ ...one, id: vocabulary.length + i })) });
  const texts = [
    "ab",
    "ab a",
    "a ab",
    "aab",
    "aba",
    "ab!",
    "!ab1",
    "1ab",
    "_ab_",
    "ab ab",
    "abab",
    "AB ab",
    "[x]a",
    "a[x]",
    "a [x] a",
    "éab",
    "ab中",
  ];

  it.each([
    ["a whole word", [token("ab", { single_word: true })]],
    ["a whole word, normalised", [token("ab", { single_word: true, normalized: true })]],
    ["any text", [token("ab")]],
    ["normalised", [token("AB", { normalized: true })]],
    ["with the space around it", [token("[x]", { lstrip: true, rstrip: true })]],
    ["several", [token("[x]"), token("ab", { single_word: true }), token("a!", { single_word: true })]],
  ])("are found as the original tokenizer finds them: %s", async (_kind, tokens) => {
    await expectSame(withTokens(tokens), texts);
  });

  const files = (more: Record<string, unknown>, config: object = {}) => {
    const folder = join(temporaryFolder(), "tokenizer");
    mkdirSync(folder);
    writeFileSync(join(folder, "vocab.txt"), [...bertTokens, "a", "refund", "[", "]", "user"].join("\n"));
    writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify({ tokenizer_class: "BertTokenizer", ...config }));
    for (const [name, content] of Object.entries(more)) writeFileSync(join(folder, name), JSON.stringify(content));
    return folder;
  };
  const idsOf = async (folder: string, text: string) => [...(await loadTokenizer(folder)).encode(text).inputIds].slice(1, -1);

  it("come from added_tokens.json, which slow tokenizers write", async () => {
    const folder = files({ "added_tokens.json": { "[USER]": 10, "<x>": 11 } }, { additional_special_tokens: ["<x>"] });
    expect(await idsOf(folder, "[USER] refund <x>[user]")).toEqual([10, 6, 11, 10]);
    expect((await loadTokenizer(folder)).vocabSize).toBe(12);
  });

  it("come from added_tokens_decoder, with their flags, and before added_tokens.json", async () => {
    const added_tokens_decoder = { 10: { content: "[USER]", normalized: false }, 11: { content: "a", single_word: true } };
    const folder = files({ "added_tokens.json": { "[USER]": 99 } }, { added_tokens_decoder });
    expect(await idsOf(folder, "[USER] a")).toEqual([10, 11]);
    expect(await idsOf(folder, "[user]")).toEqual([7, 9, 8]);
  });

  it("come beside a tokenizer.json as well, and are saved in it", async () => {
    const added_tokens_decoder = { [vocabulary.length]: { content: "ab", special: true } };
    const folder = files({ "tokenizer.json": json({}) }, { added_tokens_decoder });
    expect(await idsOf(folder, "ab")).toEqual([]);
    const tokenizer = await loadTokenizer(folder);
    expect([...tokenizer.encode("a ab").inputIds]).toEqual([vocabulary.indexOf("a"), vocabulary.length]);
    const saved = temporaryFolder();
    await tokenizer.save(saved);
    expect((await loadTokenizer(saved)).encode("a ab")).toEqual(tokenizer.encode("a ab"));
  });

  it("are refused by name where they cannot be read", async () => {
    await expect(loadTokenizer(files({ "added_tokens.json": { a: "b" } }))).rejects.toThrow(/added_tokens\.json cannot be read/);
    await expect(loadTokenizer(files({}, { added_tokens_decoder: { x: {} } }))).rejects.toThrow(
      /added_tokens_decoder cannot be read/,
    );
  });
});

describe("the settings of tokenizer_config.json", () => {
  const bert = wordPieceJson([...bertTokens, "a", "A", "e", "é", "中", "b", "##b"]);
  const tokens = (config: TokenizerConfig, text: string) => {
    const tokenizer = tokenizerFromFiles(bert, config);
    return [...tokenizer.encode(text).inputIds].slice(1, -1).map((id) => tokenizer.decode([id], { specialTokens: "keep" }));
  };

  it("stand over those of a BERT normalizer, for the classes that read them", () => {
    expect(tokens({ tokenizer_class: "BertTokenizer" }, "A é")).toEqual(["a", "e"]);
    expect(tokens({ tokenizer_class: "BertTokenizer", do_lower_case: false }, "A é")).toEqual(["A", "é"]);
    expect(tokens({ tokenizer_class: "DistilBertTokenizerFast", strip_accents: false }, "A é")).toEqual(["a", "é"]);
    expect(tokens({ tokenizer_class: "ElectraTokenizer", tokenize_chinese_chars: false }, "中b")).toEqual(["中", "##b"]);
    expect(tokens({ tokenizer_class: "PreTrainedTokenizerFast", do_lower_case: false }, "A é")).toEqual(["a", "e"]);
  });

  it.each([
    ["tokenizer_config.json", {}, { truncation_side: "left" }],
    ["tokenizer.json", { truncation: { direction: "Left", max_length: 512, strategy: "LongestFirst", stride: 0 } }, {}],
    ["the first of both", { truncation: { direction: "Right", max_length: 512 } }, { truncation_side: "left" }],
  ])("cut the beginning of a text by %s, of single texts and of pairs", (_where, parts, config) => {
    const words = ["a", "A", "e", "b"];
    const tokenizer = tokenizerFromFiles({ ...bert, ...parts, normalizer: null }, config);
    const read = (...given: Parameters<typeof tokenizer.encode>) =>
      tokenizer.decode(tokenizer.encode(...given).inputIds, { specialTokens: "keep" });
    expect(tokenizer.truncationSide).toBe("left");
    expect(read(words.join(" "), { maxLength: 4 })).toBe("[CLS] e b [SEP]");
    expect(read(words.join(" "), { maxLength: 2 })).toBe("[CLS] [SEP]");
    expect(read(words.join(" "), { maxLength: 9 })).toBe("[CLS] a A e b [SEP]");
    expect(read("a A e b", { pair: "b e", maxLength: 7 })).toBe("[CLS] e b [SEP] b e [SEP]");
    expect(read(words.join(" "), { maxLength: 4, truncationSide: "right" })).toBe("[CLS] a A [SEP]");
  });

  it("put texts in lower case where sentence-transformers says so, and keep it when saved", async () => {
    const folder = temporaryFolder();
    const cased = { ...bert, normalizer: null };
    writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(cased));
    expect([...(await loadTokenizer(folder)).encode("A").inputIds][1]).toBe(6);
    writeFileSync(join(folder, "sentence_bert_config.json"), JSON.stringify({ max_seq_length: 9, do_lower_case: true }));
    const lower = await loadTokenizer(folder);
    expect([...lower.encode("A").inputIds][1]).toBe(5);
    const saved = temporaryFolder();
    await lower.save(saved);
    expect([...(await loadTokenizer(saved)).encode("A").inputIds][1]).toBe(5);
  });
});
