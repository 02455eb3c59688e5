import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDataset } from "../../src/core/dataset-view.js";
import { crossValidate, foldsOf, isBetter } from "../../src/training/cross-validate.js";

const datasetOf = (classes: readonly number[]) =>
  createDataset(classes.length, (n) => ({ index: 100 + n, input: undefined, target: classes[n]! }));
const orderOf = (length: number) => Array.from({ length }, (_, n) => length - 1 - n);
const indicesOf = (part: ReturnType<typeof datasetOf>) => Array.from({ length: part.length }, (_, n) => part.at(n).index);

describe("foldsOf", () => {
  it("parts few items so that each is held out once, and every class can be learned from", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 60 }), (classes) => {
        const dataset = datasetOf(classes);
        const folds = foldsOf(dataset, orderOf(classes.length));
        const countOf = (target: number) => classes.filter((other) => other === target).length;
        const held = folds.flatMap((fold) => indicesOf(fold.held)).sort((a, b) => a - b);
        expect(held).toEqual(indicesOf(dataset).filter((_, n) => countOf(classes[n]!) > 1));
        for (const fold of folds) {
          expect([...indicesOf(fold.kept), ...indicesOf(fold.held)].sort((a, b) => a - b)).toEqual(indicesOf(dataset));
          expect(new Set(indicesOf(fold.kept).map((index) => classes[index - 100]))).toEqual(new Set(classes));
        }
        const sizes = folds.map((fold) => fold.held.length);
        if (sizes.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("holds a fifth of many out once, and 500 at most", () => {
    const many = (items: number) => foldsOf(datasetOf(orderOf(items).map((n) => n % 10)), orderOf(items));
    expect(many(1000)).toHaveLength(2);
    const [single, ...others] = many(2000);
    expect(others).toEqual([]);
    expect([single!.held.length, single!.kept.length]).toEqual([1000, 1000]);
    expect(many(2010)[0]!.held).toHaveLength(400);
    expect(many(10_000)[0]!.held).toHaveLength(500);
  });
});

describe("crossValidate", () => {
  it("weighs folds by their items; training is kept for a lower loss with no more mistakes", async () => {
    const folds = foldsOf(datasetOf([0, 0, 0, 1, 1]), orderOf(5));
    const result = await crossValidate(folds, async ({ held }) => ({
      solvedHead: { loss: 1, accuracy: held.length / 10 },
      fineTuned: { loss: held.length, accuracy: 1 },
    }));
    expect(result).toMatchObject({ items: 5, folds: 2, fineTuned: { accuracy: 1 } });
    expect(result.solvedHead["accuracy"]).toBeCloseTo((0.3 * 3 + 0.2 * 2) / 5, 10);
    expect(result.fineTuned["loss"]).toBeCloseTo((9 + 4) / 5, 10);
  });

  it.each([
    [{ loss: 0.9, accuracy: 0.8 }, true],
    [{ loss: 0.9, accuracy: 0.9 }, true],
    [{ loss: 0.9, accuracy: 0.79 }, false],
    [{ loss: 1.1, accuracy: 0.9 }, false],
    [{ loss: 1, accuracy: 0.8 }, false],
    [{ loss: Number.NaN, accuracy: 0.8 }, false],
  ])("%o: %s", (fineTuned, kept) => {
    expect(isBetter({ items: 100, solvedHead: { loss: 1, accuracy: 0.8 }, fineTuned, judgedBy: "accuracy" })).toBe(kept);
  });

  // Two standard errors of 0.8 of 100 are 0.08.
  it.each([
    [{ loss: 9, calibratedLoss: 0.9, accuracy: 0.73 }, true],
    [{ loss: 0.1, calibratedLoss: 0.9, accuracy: 0.71 }, false],
    [{ loss: 0.1, calibratedLoss: 1.1, accuracy: 0.9 }, false],
    [{ loss: 9, calibratedLoss: 0.9, accuracy: 1 }, true],
  ])("at its best temperature %o: %s", (fineTuned, kept) => {
    const solvedHead = { loss: 2, calibratedLoss: 1, accuracy: 0.8 };
    expect(isBetter({ items: 100, solvedHead, fineTuned, judgedBy: "accuracy" })).toBe(kept);
  });
});
