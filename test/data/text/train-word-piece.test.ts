import { describe, expect, it } from "vitest";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { wordPieceMerges } from "../../../src/data/text/word-piece-merges.js";

describe("learning merges", () => {
  it("merges the most frequent pair first, then pairs with the merged token", () => {
    const counts = new Map([
      ["low", 5],
      ["lower", 2],
      ["newest", 6],
    ]);
    const characters = ["##e", "##o", "##r", "##s", "##t", "##w", "l", "n"];
    // w+e stands in lower and newest, 8 times; l+o 7 times; then all pairs of newest 6 times, taken in order of their texts.
    expect(wordPieceMerges(counts, { size: 12, minFrequency: 1 })).toEqual([...characters, "##we", "lo", "##ewe", "##ewes"]);
  });

  it("merges repeated neighbours without overlap", () => {
    // a ##a ##a ##a: the pair ##a ##a is counted twice per word but merges once.
    expect(wordPieceMerges(new Map([["aaaa", 3]]), { size: 9, minFrequency: 1 })).toEqual(["##a", "a", "##aa", "##aaa", "aaaa"]);
  });

  it("breaks ties by the text of the pair and stops at the least frequency", () => {
    const counts = new Map([
      ["dc", 2],
      ["ab", 2],
      ["xy", 1],
    ]);
    expect(wordPieceMerges(counts, { size: 99, minFrequency: 2 }).slice(6)).toEqual(["ab", "dc"]);
  });
});

describe("training a tokenizer", () => {
  const texts = [
    "book a table for two",
    "book a flight",
    "cancel my flight",
    "cancel the table please",
    "what a flight, what a table!",
  ];

  it("gives the same vocabulary for the same texts in any order", () => {
    const [one, two] = [trainWordPiece(texts, { vocabSize: 60 }), trainWordPiece([...texts].reverse(), { vocabSize: 60 })];
    const tokens = (tokenizer: typeof one) =>
      Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.decode([id], { specialTokens: "keep" }));
    expect(tokens(one)).toEqual(tokens(two));
    expect(tokens(one).slice(0, 5)).toEqual(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]);
  });

  it("learns frequent words whole, keeps to the size and can encode every text", () => {
    const tokenizer = trainWordPiece(texts, { vocabSize: 60, modelMaxLength: 32 });
    expect(tokenizer.vocabSize).toBeLessThanOrEqual(60);
    expect(tokenizer.tokenId("flight")).toBeDefined();
    expect(tokenizer.modelMaxLength).toBe(32);
    for (const text of texts) {
      const { inputIds } = tokenizer.encode(text);
      expect([...inputIds]).not.toContain(tokenizer.unkTokenId);
      expect(tokenizer.decode(inputIds).replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }
    expect([...tokenizer.encode("Ω").inputIds]).toEqual([tokenizer.clsTokenId, tokenizer.unkTokenId, tokenizer.sepTokenId]);
  });

  it("keeps case and accents when told so", () => {
    const cased = trainWordPiece(["Été Été été"], { vocabSize: 30, lowercase: false });
    expect(cased.tokenId("Été")).toBeDefined();
    expect(trainWordPiece(["Été Été été"], { vocabSize: 30 }).tokenId("ete")).toBeDefined();
  });

  it("leaves out words with rare characters", () => {
    const tokenizer = trainWordPiece(["aa aa aa ab", "aa zz"], { vocabSize: 50, alphabetLimit: 2, minFrequency: 1 });
    expect(tokenizer.tokenId("aa")).toBeDefined();
    expect(tokenizer.tokenId("##b")).toBeUndefined();
  });

  it("says when there is nothing to learn from, or no room", () => {
    expect(() => trainWordPiece([" ", ""], { vocabSize: 100 })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(() => trainWordPiece(texts, { vocabSize: 12 })).toThrow(/vocabSize 12 .* characters/);
  });
});
