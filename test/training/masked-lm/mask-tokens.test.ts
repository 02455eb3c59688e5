import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { type MaskTokensOptions, maskTokens } from "../../../src/training/masked-lm/mask-tokens.js";

const MASK = 4;
/** Tokens from 100 on go on with the word before them. */
const options: Omit<MaskTokensOptions, "random"> = {
  ...{ share: 0.15, unit: "word", maskTokenId: MASK, vocabSize: 200 },
  specialIds: new Set([0, 2, 3, MASK]),
  continuesWord: (id) => id >= 100,
};
const text = fc.array(fc.integer({ min: 5, max: 199 }), { maxLength: 30 }).map((ids) => Int32Array.from([2, ...ids, 3]));
const masked = (ids: Int32Array, seed: number, other: Partial<MaskTokensOptions> = {}) =>
  maskTokens(ids, { ...options, ...other, random: createRandom(seed) });

describe("maskTokens", () => {
  it("hides about the share, never the tokenizer's own tokens, and tells what was there", () => {
    fc.assert(
      fc.property(text, fc.integer(), fc.constantFrom("word" as const, "token" as const), (ids, seed, unit) => {
        const { inputIds, positions, targets } = masked(ids, seed, { unit });
        const tokens = ids.length - 2;
        expect(positions.length > 0).toBe(tokens > 0);
        if (unit === "token") expect(positions).toHaveLength(Math.min(tokens, Math.max(1, Math.round(0.15 * tokens))));
        expect(targets).toEqual(positions.map((position) => ids[position]));
        for (const [i, id] of ids.entries()) {
          if (!positions.includes(i)) expect(inputIds[i]).toBe(id);
          if (i === 0 || i === ids.length - 1) expect(positions).not.toContain(i);
        }
        expect(masked(ids, seed, { unit })).toEqual({ inputIds, positions, targets });
      }),
    );
  });

  it("masks whole words, or single tokens", () => {
    const ids = Int32Array.from([2, 10, 110, 120, 11, 12, 130, 3]);
    const words = [[1, 2, 3], [4], [5, 6]];
    let split = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { positions } = masked(ids, seed, { share: 0.5 });
      for (const word of words) expect([0, word.length]).toContain(word.filter((i) => positions.includes(i)).length);
      const single = masked(ids, seed, { share: 0.5, unit: "token" }).positions;
      split += Number([1, 2, 3].some((i) => single.includes(i)) && ![1, 2, 3].every((i) => single.includes(i)));
    }
    expect(split).toBeGreaterThan(100);
  });

  it("80 % become the mask token, 10 % a random one, 10 % stay", () => {
    const ids = Int32Array.from({ length: 1000 }, () => 50);
    const counts = { mask: 0, same: 0, other: 0 };
    for (let seed = 0; seed < 20; seed++) {
      const { inputIds, positions } = masked(ids, seed, { share: 0.5, unit: "token" });
      for (const position of positions)
        counts[inputIds[position] === MASK ? "mask" : inputIds[position] === 50 ? "same" : "other"] += 1;
    }
    // 10,000 masked tokens: four standard errors are 0.016 and 0.012; a random token is now and then the mask or the same.
    expect(Math.abs(counts.mask / 10_000 - 0.8005)).toBeLessThan(0.016);
    expect(Math.abs(counts.same / 10_000 - 0.1005)).toBeLessThan(0.012);
    expect(counts.mask + counts.same + counts.other).toBe(10_000);
  });
});
