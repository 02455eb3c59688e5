import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactDuplicates } from "../../src/hygiene/exact-duplicates.js";

describe("exactDuplicates", () => {
  it("groups texts that read the same, by dataset index", () => {
    const texts = ["Pay my bill", "other", "pay  my bill ", "ＰＡＹ my\tbill", "pay my bills", "Other"];
    expect(exactDuplicates(texts)).toEqual([
      [0, 2, 3],
      [1, 5],
    ]);
    expect(exactDuplicates(texts, { indices: [90, 7, 60, 70, 8, 5] })).toEqual([
      [5, 7],
      [60, 70, 90],
    ]);
    expect(exactDuplicates([])).toEqual([]);
  });

  it("groups arrays by content, whatever buffer they lie in", () => {
    const buffer = Float32Array.of(9, 1, 2, 3);
    expect(exactDuplicates([Float32Array.of(1, 2, 3), buffer.subarray(1), Float32Array.of(1, 2, 4)])).toEqual([[0, 1]]);
  });

  it("takes a key of one's own for anything", () => {
    const rows = [{ id: 1 }, { id: 2 }, { id: 1 }];
    expect(exactDuplicates(rows, { key: ({ id }) => String(id) })).toEqual([[0, 2]]);
    expect(exactDuplicates(["a", "A"], { key: (text) => text })).toEqual([]);
  });

  it("is what comparing all pairs gives", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 20 }), (texts) => {
        const groups = [...new Set(texts)]
          .map((text) => texts.flatMap((other, i) => (other === text ? [i] : [])))
          .filter((group) => group.length > 1);
        expect(exactDuplicates(texts)).toEqual(groups);
      }),
    );
  });

  it("refuses indices that do not fit", () => {
    expect(() => exactDuplicates(["a"], { indices: [1, 2] })).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    expect(() => exactDuplicates(["a", "b"], { indices: [1, 1] })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
