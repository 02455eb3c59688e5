import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { banding, jaccard, minHash, shingles } from "../../src/hygiene/near-duplicate-texts.js";

const set = (from: number, to: number) => {
  const random = createRandom(17);
  const all = Array.from({ length: 2000 }, () => random.integer(0, 0xffffffff));
  return Uint32Array.from(all.slice(from, to)).sort();
};

describe("shingles", () => {
  it("are the distinct runs of characters, ascending", () => {
    expect(shingles("abcabc", 3)).toHaveLength(3);
    const found = shingles("the cat sat on the cat", 4);
    expect([...found]).toEqual([...new Set(found)].sort((a, b) => a - b));
    expect(found).toHaveLength(15);
    expect(shingles("ab", 5)).toEqual(shingles("ab", 9));
    expect(shingles("", 5)).toHaveLength(1);
  });

  it("have a Jaccard similarity", () => {
    expect(jaccard(set(0, 100), set(50, 150))).toBe(50 / 150);
    expect(jaccard(set(0, 100), set(100, 150))).toBe(0);
    expect(jaccard(set(0, 100), set(0, 100))).toBe(1);
    expect(jaccard(set(0, 100), set(0, 25))).toBe(0.25);
  });
});

describe("minHash", () => {
  it.each([
    [50, 1 / 3],
    [11, 89 / 111],
    [100, 0],
  ])("estimates the similarity of sets shifted by %d", (shift, similarity) => {
    // Over many seeds the estimate's mean is the similarity, and its variance s (1 - s) / n.
    const n = 200 * 64;
    let equal = 0;
    for (let seed = 0; seed < 200; seed++) {
      const hash = minHash(64, seed);
      const [a, b] = [new Uint32Array(64), new Uint32Array(64)];
      hash(set(0, 100), a);
      hash(set(shift, 100 + shift), b);
      equal += a.filter((value, i) => value === b[i]).length;
    }
    const deviation = Math.sqrt((similarity * (1 - similarity)) / n);
    expect(Math.abs(equal / n - similarity)).toBeLessThanOrEqual(4 * deviation);
  });
});

describe("banding", () => {
  it("takes the most rows that find a pair at the threshold", () => {
    expect(banding(128, 0.8, 0.98)).toEqual({ bands: 18, rows: 7 });
    const found = (rows: number) => 1 - (1 - 0.8 ** rows) ** Math.floor(128 / rows);
    expect(found(7)).toBeGreaterThan(0.98);
    expect(found(8)).toBeLessThan(0.98);
    expect(banding(16, 0.05, 0.98)).toEqual({ bands: 16, rows: 1 });
    expect(banding(16, 1, 0.98)).toEqual({ bands: 1, rows: 16 });
  });
});
