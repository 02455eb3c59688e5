import { describe, expect, it } from "vitest";
import { tfIdf } from "../../../src/data/text/tf-idf.js";

const cosine = ({ data, shape: [, width] }: ReturnType<typeof tfIdf>, a: number, b: number) =>
  data.subarray(a * width, (a + 1) * width).reduce((sum, value, d) => sum + value * data[b * width + d]!, 0);

describe("tfIdf", () => {
  it("gives the cosines of the weighted words and pairs of words, in any case and form of letters", () => {
    const texts = ["pay my bill", "Pay, pay MY bill!", "open the account", "ｐａｙ my bill"];
    const vectors = tfIdf(texts, { width: 1 << 16 });
    const rarity = (texts: number) => Math.log(5 / (1 + texts)) + 1;
    // pay, my, bill, "pay my" and "my bill" are in three texts, "pay pay" in one; pay is there twice in the second.
    const twice = 1 + Math.log(2);
    const [common, own] = [rarity(3), rarity(1)];
    const lengths = [Math.sqrt(5) * common, Math.hypot(2 * common, twice * common, own)];
    expect(cosine(vectors, 0, 1)).toBeCloseTo((common ** 2 * (4 + twice)) / (lengths[0]! * lengths[1]!), 5);
    expect(cosine(vectors, 0, 3)).toBeCloseTo(1, 6);
    expect(cosine(vectors, 0, 2)).toBeCloseTo(0, 6);
    expect(vectors).toMatchObject({ shape: [4, 1 << 16], indices: [0, 1, 2, 3] });
  });

  it("keeps cosines about right where words share places, and has vectors of length 1, or 0 for no words", () => {
    const words = Array.from({ length: 400 }, (_, n) => `word${n}`);
    const texts = Array.from({ length: 40 }, (_, n) => words.slice(n * 5, n * 5 + 20).join(" "));
    const [wide, narrow] = [tfIdf(texts, { width: 1 << 16 }), tfIdf([...texts, "!?"], { width: 512 })];
    for (let n = 1; n < 40; n++) expect(Math.abs(cosine(wide, 0, n) - cosine(narrow, 0, n))).toBeLessThan(0.25);
    for (let n = 0; n < 40; n++) expect(cosine(narrow, n, n)).toBeCloseTo(1, 5);
    expect(cosine(narrow, 40, 40)).toBe(0);
  });
});
