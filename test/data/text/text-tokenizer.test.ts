import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import native from "tokenizers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byteLevelJson } from "../../../src/data/text/byte-level-json.js";
import { loadTokenizer } from "../../../src/data/text/load-tokenizer.js";
import { type TextTokenizer, tokenizerFromFiles } from "../../../src/data/text/text-tokenizer.js";
import type { TokenizerJson } from "../../../src/data/text/tokenizer-files.js";
import { bertTokens, wordPieceJson } from "../../../src/data/text/word-piece-json.js";
import { itShared, sharedPath } from "../../shared.js";

const words = ["the", "cat", "sat", "on", "mat", "##s", "##ting", "dog", "?", "a", "b", "##b", "é", "e", "中"];
const vocabulary = [...bertTokens, ...words];
const ids = (...tokens: string[]) => tokens.map((token) => vocabulary.indexOf(token));

/** A small RoBERTa: every byte, and a few merges. */
function roberta(options: { addPrefixSpace?: boolean } = {}): TokenizerJson {
  const merges = ["Ġ t", "h e", "Ġt he", "c a", "Ġ ca", "Ġca t", "ca t", "Ã ©"];
  const tokens = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    ...native.byteLevelAlphabet().sort(),
    ...merges.map((line) => line.replace(" ", "")),
    "<mask>",
  ];
  return byteLevelJson(Object.fromEntries(tokens.map((token, id) => [token, id])), ["#version: 0.2", ...merges, ""], options);
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baaljs-tokenizer-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function folderWith(files: Record<string, string | object>): Promise<string> {
  const path = await mkdtemp(join(folder, "model-"));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(path, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return path;
}

describe("encoding with a BERT vocabulary", () => {
  const tokenizer = tokenizerFromFiles(wordPieceJson(vocabulary), {}, { tokenTypeIds: true });

  it("puts the special tokens around a text", () => {
    const { inputIds, tokenTypeIds } = tokenizer.encode("The CATS sat?");
    expect(inputIds).toEqual(Int32Array.from(ids("[CLS]", "the", "cat", "##s", "sat", "?", "[SEP]")));
    expect(tokenTypeIds).toEqual(new Int32Array(7));
  });

  it("marks the second text of a pair", () => {
    const { inputIds, tokenTypeIds } = tokenizer.encode("the cat", { pair: "a dog" });
    expect([...inputIds]).toEqual(ids("[CLS]", "the", "cat", "[SEP]", "a", "dog", "[SEP]"));
    expect([...tokenTypeIds!]).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });

  it("keeps the place of an empty second text", () => {
    expect([...tokenizer.encode("cat", { pair: "" }).inputIds]).toEqual(ids("[CLS]", "cat", "[SEP]", "[SEP]"));
  });

  it("cuts a text before its closing token", () => {
    expect([...tokenizer.encode("the cat sat on the mat", { maxLength: 4 }).inputIds]).toEqual(
      ids("[CLS]", "the", "cat", "[SEP]"),
    );
    expect([...tokenizer.encode("cat", { maxLength: 2 }).inputIds]).toEqual(ids("[CLS]", "[SEP]"));
  });

  it("cuts the longer text of a pair first", () => {
    const cut = (maxLength: number) => [...tokenizer.encode("the cat sat on", { pair: "dog", maxLength }).inputIds];
    expect(cut(6)).toEqual(ids("[CLS]", "the", "cat", "[SEP]", "dog", "[SEP]"));
    expect(cut(5)).toEqual(ids("[CLS]", "the", "[SEP]", "dog", "[SEP]"));
  });

  it("has no token types unless the model has them", () => {
    const plain = tokenizerFromFiles(wordPieceJson(vocabulary));
    expect(plain.encode("cat")).toEqual({ inputIds: Int32Array.from(ids("[CLS]", "cat", "[SEP]")) });
  });

  it("knows its special tokens and sizes", () => {
    expect([
      tokenizer.padTokenId,
      tokenizer.unkTokenId,
      tokenizer.clsTokenId,
      tokenizer.sepTokenId,
      tokenizer.maskTokenId,
    ]).toEqual([0, 1, 2, 3, 4]);
    expect(tokenizer.vocabSize).toBe(vocabulary.length);
    expect(tokenizer.modelMaxLength).toBe(Number.POSITIVE_INFINITY);
    expect(tokenizer.tokenId("cat")).toBe(vocabulary.indexOf("cat"));
  });

  it("decodes, with and without special tokens", () => {
    const { inputIds } = tokenizer.encode("the cats?");
    expect(tokenizer.decode(inputIds)).toBe("the cats?");
    expect(tokenizer.decode(inputIds, { specialTokens: "keep" })).toBe("[CLS] the cats? [SEP]");
    expect(tokenizer.decode([])).toBe("");
  });

  it("follows the limit of the model", () => {
    const limited = tokenizerFromFiles(wordPieceJson(vocabulary), { model_max_length: 3 });
    expect(limited.encode("the cat sat").inputIds.length).toBe(3);
    expect(limited.encode("the cat sat", { maxLength: 99 }).inputIds.length).toBe(3);
    expect(tokenizerFromFiles(wordPieceJson(vocabulary), { model_max_length: 1e30 }).modelMaxLength).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it("encodes batches, with a second text for some", () => {
    const [first, second] = tokenizer.encodeBatch(["cat", "dog"], { pairs: [undefined, "mat"] });
    expect([...first!.inputIds]).toEqual(ids("[CLS]", "cat", "[SEP]"));
    expect([...second!.inputIds]).toEqual(ids("[CLS]", "dog", "[SEP]", "mat", "[SEP]"));
    expect(() => tokenizer.encodeBatch(["cat"], { pairs: [] })).toThrow(/1 texts came with 0/);
  });

  it("refuses what it cannot encode", () => {
    expect(() => tokenizer.encode("cat", { maxLength: 1 })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(() => tokenizer.encode(undefined as unknown as string)).toThrow(expect.objectContaining({ code: "E_DATA" }));
    expect(() => tokenizerFromFiles({ model: { type: "Nonsense" } })).toThrow(
      expect.objectContaining({ code: "E_MODEL_FORMAT" }),
    );
    const noPad = tokenizerFromFiles(wordPieceJson(["[UNK]", "[CLS]", "[SEP]", "cat"]));
    expect(() => noPad.padTokenId).toThrow(/pad_token/);
    expect(noPad.maskTokenId).toBeUndefined();
  });
});

describe("the same ids as Hugging Face's native tokenizer", () => {
  const odd = [
    "İstanbul naïve café ﬁ ½ 你好 world",
    "a\u0000b\u200bc\u00add",
    "[CLS] hi [MASK] there [SEP] <mask> x",
    "x".repeat(150),
    "😀👍🏽 emoji!!",
    "  lead & trail \n\t ",
    "don't won't 3.14 $5",
    "Straße ΑΒΓς",
    "e\u0301 \u1e9e",
    "한국어",
    "",
    "the cat",
  ];

  async function nativeIds(json: TokenizerJson, text: string, pair: string | null, maxLength?: number): Promise<number[]> {
    const tokenizer = native.Tokenizer.fromString(JSON.stringify(json));
    if (maxLength !== undefined) tokenizer.setTruncation(maxLength);
    return (await tokenizer.encode(text, pair)).getIds();
  }

  it.each([
    ["WordPiece, lower case", wordPieceJson(vocabulary)],
    ["WordPiece, cased", wordPieceJson(vocabulary, { lowercase: false, splitChinese: false })],
    ["RoBERTa", roberta()],
    ["RoBERTa with a space first", roberta({ addPrefixSpace: true })],
  ])("%s", async (_name, json) => {
    const tokenizer = tokenizerFromFiles(json);
    for (const text of odd) expect([...tokenizer.encode(text).inputIds], text).toEqual(await nativeIds(json, text, null));
  });

  it("cuts pairs of all lengths alike", async () => {
    const text = (length: number) => Array.from({ length }, (_, i) => words[i % 5]!).join(" ");
    for (const json of [wordPieceJson([...bertTokens, ...words]), roberta()]) {
      const tokenizer = tokenizerFromFiles(json);
      for (const [a, b, maxLength] of [
        [3, 9, 9],
        [9, 3, 9],
        [8, 8, 10],
        [8, 8, 11],
        [7, 8, 10],
        [8, 7, 10],
        [1, 20, 5],
        [20, 1, 5],
        [5, 5, 4],
        [2, 2, 20],
      ] as const) {
        const got = [...tokenizer.encode(text(a), { pair: text(b), maxLength }).inputIds];
        expect(got, `${a}, ${b} to ${maxLength}`).toEqual(await nativeIds(json, text(a), text(b), maxLength));
      }
    }
  });

  itShared("distilbert-base-uncased on the CLINC texts", async () => {
    const source = sharedPath("data", "tokenizers", "distilbert-base-uncased");
    const tokenizer = await loadTokenizer(source);
    const splits = JSON.parse(await readFile(sharedPath("data", "clinc_oos", "data_small.json"), "utf8")) as Record<
      string,
      [string, string][]
    >;
    const texts = Object.values(splits)
      .flat()
      .map(([text]) => text);
    const reference = await native.Tokenizer.fromFile(join(source, "tokenizer.json")).encodeBatch(texts);
    const encoded = tokenizer.encodeBatch(texts);
    const different = texts.filter((_, i) => reference[i]!.getIds().join() !== encoded[i]!.inputIds.join());
    expect(texts.length).toBeGreaterThan(10_000);
    expect(different).toEqual([]);
  });
});

describe("tokenizer folders", () => {
  const expected = ids("[CLS]", "the", "cat", "##s", "[SEP]");
  const check = (tokenizer: TextTokenizer) => expect([...tokenizer.encode("the cats").inputIds]).toEqual(expected);

  it("reads tokenizer.json with its configuration", async () => {
    const path = await folderWith({
      "tokenizer.json": wordPieceJson(vocabulary),
      "tokenizer_config.json": { model_max_length: 77 },
    });
    const tokenizer = await loadTokenizer(path);
    check(tokenizer);
    expect(tokenizer.modelMaxLength).toBe(77);
    expect(tokenizer.hasTokenTypeIds).toBe(false);
  });

  it("builds a tokenizer from BERT's vocab.txt alone", async () => {
    const uncased = await loadTokenizer(await folderWith({ "vocab.txt": `${vocabulary.join("\n")}\n` }));
    check(uncased);
    expect(uncased.vocabSize).toBe(vocabulary.length);
    const cased = await loadTokenizer(
      await folderWith({ "vocab.txt": vocabulary.join("\r\n"), "tokenizer_config.json": { do_lower_case: false } }),
    );
    expect([...cased.encode("The cat").inputIds]).toEqual(ids("[CLS]", "[UNK]", "cat", "[SEP]"));
  });

  it("builds a tokenizer from RoBERTa's vocab.json and merges.txt", async () => {
    const model = roberta().model as unknown as { vocab: object; merges: string[] };
    const path = await folderWith({ "vocab.json": model.vocab, "merges.txt": `#version: 0.2\n${model.merges.join("\n")}\n` });
    const tokenizer = await loadTokenizer(path);
    expect(tokenizer.encode("the cat <mask>é")).toEqual(tokenizerFromFiles(roberta()).encode("the cat <mask>é"));
    expect(tokenizer.decode(tokenizer.encode("the cat é").inputIds)).toBe("the cat é");
    expect([tokenizer.clsTokenId, tokenizer.padTokenId, tokenizer.sepTokenId]).toEqual([0, 1, 2]);
  });

  it.each([
    ["a BERT model", { model_type: "bert", type_vocab_size: 2 }, {}, true],
    ["an old BERT model", { model_type: "bert" }, {}, true],
    ["a DistilBERT model with BERT's tokenizer", { model_type: "distilbert" }, { tokenizer_class: "BertTokenizer" }, false],
    ["a RoBERTa model", { model_type: "roberta", type_vocab_size: 1 }, {}, false],
    ["a BERT tokenizer without a model", undefined, { tokenizer_class: "BertTokenizerFast" }, true],
    [
      "a tokenizer that lists its outputs",
      undefined,
      { tokenizer_class: "BertTokenizer", model_input_names: ["input_ids"] },
      false,
    ],
    ["nothing said", undefined, {}, false],
  ])("decides about token types: %s", async (_name, model, config, tokenTypes) => {
    const files = { "vocab.txt": vocabulary.join("\n"), "tokenizer_config.json": config };
    const path = await folderWith(model === undefined ? files : { ...files, "config.json": model });
    expect((await loadTokenizer(path)).hasTokenTypeIds).toBe(tokenTypes);
  });

  it("takes special tokens from special_tokens_map.json, as objects too", async () => {
    const unusual = [...vocabulary.slice(1), "PADDING"];
    const path = await folderWith({
      "vocab.txt": unusual.join("\n"),
      "special_tokens_map.json": { pad_token: { content: "PADDING", lstrip: false } },
    });
    expect((await loadTokenizer(path)).padTokenId).toBe(unusual.length - 1);
  });

  it("names the folder and the files it looked for", async () => {
    const empty = await folderWith({});
    await expect(loadTokenizer(empty)).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    await expect(loadTokenizer(empty)).rejects.toThrow(new RegExp(`${empty}.*tokenizer\\.json, vocab\\.txt`));
    await expect(loadTokenizer(await folderWith({ "tokenizer.json": "{" }))).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
    await expect(loadTokenizer(await folderWith({ "vocab.txt": "cat\ndog" }))).rejects.toThrow(/\[UNK\]|\[CLS\]|\[SEP\]/);
    await expect(loadTokenizer(await folderWith({ "vocab.json": {}, "merges.txt": "" }))).rejects.toThrow(/<s>/);
  });

  it("saves what loads back the same", async () => {
    const target = join(folder, "saved");
    const original = tokenizerFromFiles(wordPieceJson(vocabulary), { model_max_length: 64 }, { tokenTypeIds: true });
    await original.save(target);
    const again = await loadTokenizer(target);
    expect(again.encode("the cats sat", { pair: "dog" })).toEqual(original.encode("the cats sat", { pair: "dog" }));
    expect(again.modelMaxLength).toBe(64);
    expect(JSON.parse(await readFile(join(target, "tokenizer_config.json"), "utf8"))).toMatchObject({
      tokenizer_class: "BertTokenizer",
      pad_token: "[PAD]",
    });
  });

  itShared("completes distilbert-base-uncased so that transformers.js can pad", async () => {
    const source = join(folder, "distilbert-base-uncased");
    await cp(sharedPath("data", "tokenizers", "distilbert-base-uncased"), source, { recursive: true });
    const tokenizer = await loadTokenizer(source);
    expect([tokenizer.padTokenId, tokenizer.clsTokenId, tokenizer.maskTokenId, tokenizer.vocabSize]).toEqual([
      0, 101, 103, 30522,
    ]);
    const saved = join(folder, "distilbert-saved");
    await tokenizer.save(saved);
    const { AutoTokenizer } = await import("@huggingface/transformers");
    const theirs = await AutoTokenizer.from_pretrained(saved, { local_files_only: true });
    const batch = theirs(["what is the rate", "hi"], { padding: true, return_tensor: false }) as { input_ids: number[][] };
    expect(batch.input_ids[0]).toEqual([...tokenizer.encode("what is the rate").inputIds]);
    expect(batch.input_ids[1]).toEqual([...tokenizer.encode("hi").inputIds, 0, 0, 0]);
  });
});
