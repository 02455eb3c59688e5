import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { perturbTokens } from "../../../src/training/semi-supervised/unlabelled-batches.js";

const text = (length: number) => ({ inputIds: Int32Array.from({ length }, (_, i) => 100 + i) });

describe("perturbTokens", () => {
  it("deletes tokens at the rate asked for, never the first or last, and keeps the rest in order", () => {
    const random = createRandom(1);
    const perturb = perturbTokens({ share: 0.3 });
    let kept = 0;
    for (let i = 0; i < 400; i++) {
      const { inputIds } = perturb(text(52), random);
      expect([inputIds[0], inputIds.at(-1)]).toEqual([100, 151]);
      expect([...inputIds]).toEqual([...new Set(inputIds)].sort((a, b) => a - b));
      kept += inputIds.length - 2;
    }
    // 20,000 tokens, each kept with probability 0.7: three and a half deviations.
    expect(Math.abs(kept / 20000 - 0.7)).toBeLessThan(3.5 * Math.sqrt(0.21 / 20000));
  });

  it("masks instead where a mask token is given, and leaves the text's own arrays alone", () => {
    const input = { ...text(30), tokenTypeIds: new Int32Array(30) };
    const { inputIds, tokenTypeIds } = perturbTokens({ share: 0.5, maskTokenId: 7 })(input, createRandom(2));
    expect(inputIds).toHaveLength(30);
    expect(tokenTypeIds).toEqual(input.tokenTypeIds);
    const masked = [...inputIds].filter((id) => id === 7).length;
    expect(masked).toBeGreaterThan(5);
    expect([...inputIds].filter((id, i) => id !== 7 && id !== 100 + i)).toEqual([]);
    expect(input.inputIds).toEqual(text(30).inputIds);
  });

  it("deletes the token types along with the tokens", () => {
    const inputIds = Int32Array.from([1, 5, 5, 5, 6, 6, 6, 2]);
    const tokenTypeIds = Int32Array.from([0, 0, 0, 0, 1, 1, 1, 1]);
    const changed = perturbTokens({ share: 0.5 })({ inputIds, tokenTypeIds }, createRandom(3));
    expect(changed.inputIds.length).toBeLessThan(8);
    const typeOf = new Map([1, 5, 6, 2].map((id) => [id, id === 6 || id === 2 ? 1 : 0]));
    expect([...changed.tokenTypeIds!]).toEqual(Array.from(changed.inputIds, (id) => typeOf.get(id)));
  });

  it("always leaves a token between the ends, and short texts as they are", () => {
    const random = createRandom(4);
    const perturb = perturbTokens({ share: 0.95 });
    for (let i = 0; i < 100; i++) expect(perturb(text(6), random).inputIds.length).toBeGreaterThanOrEqual(3);
    expect(perturb(text(3), random)).toEqual(text(3));
  });

  it.each([0, 1, Number.NaN])("refuses a share of %d", (share) => {
    expect(() => perturbTokens({ share })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("refuses a mask token that is none", () => {
    expect(() => perturbTokens({ maskTokenId: -1 })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
