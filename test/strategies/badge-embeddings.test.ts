import { describe, expect, it } from "vitest";
import { type Features, features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { gradientEmbeddings, subtractPredicted } from "../../src/strategies/badge.js";

const random = createRandom(4);

function randomItems(N: number, C: number, D: number): { probs: number[][]; vectors: number[][] } {
  const probs = Array.from({ length: N }, () => {
    const weights = Array.from({ length: C }, () => Math.exp(2 * random.normal()));
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  });
  const vectors = Array.from({ length: N }, () => Array.from({ length: D }, () => Math.fround(random.normal())));
  return { probs, vectors };
}

/** The gradient of cross-entropy for the predicted class with regard to the last layer's weights, `[C D]`. */
function materialised(probs: readonly number[], vector: readonly number[]): number[] {
  const predicted = probs.indexOf(Math.max(...probs));
  return probs.flatMap((p, c) => vector.map((h) => (p - Number(c === predicted)) * h));
}

const squaredDistance = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);

const made = ({ probs, vectors }: { probs: number[][]; vectors: number[][] }) =>
  gradientEmbeddings(
    subtractPredicted(Float64Array.from(probs.flat()), probs[0]!.length),
    features([vectors.length, vectors[0]!.length], Float32Array.from(vectors.flat())),
  );

describe("gradientEmbeddings", () => {
  it.each([
    [20, 3, 5],
    [15, 10, 1],
    [10, 2, 17],
    [30, 7, 8],
  ])("has the norms and distances of the embeddings themselves: %i items, %i classes, %i features", (N, C, D) => {
    const items = randomItems(N, C, D);
    const whole = items.probs.map((probs, i) => materialised(probs, items.vectors[i]!));
    const { squaredNorms_N, shrinkTo } = made(items);
    const nothing = Array(C * D).fill(0);
    for (const [i, norm] of squaredNorms_N.entries()) expect(norm).toBeCloseTo(squaredDistance(whole[i]!, nothing), 10);

    const nearest = new Float64Array(N).fill(Infinity);
    for (const centres of [[3], [3, 0], [3, 0, 7], [3, 0, 7, 5]]) {
      shrinkTo(centres.at(-1)!, nearest);
      for (const [i, squared] of nearest.entries()) {
        const expected = Math.min(...centres.map((centre) => squaredDistance(whole[i]!, whole[centre]!)));
        expect(squared).toBeCloseTo(expected, 10);
      }
    }
  });

  it("puts items with the same numbers at a distance of exactly 0", () => {
    const { probs, vectors } = randomItems(10, 7, 33);
    const nearest = new Float64Array(20).fill(Infinity);
    made({ probs: [...probs, ...probs], vectors: [...vectors, ...vectors] }).shrinkTo(4, nearest);
    expect([...nearest.keys()].filter((item) => nearest[item] === 0)).toEqual([4, 14]);
  });

  it("has embeddings of length 0 where the model is certain", () => {
    expect(made({ probs: [[0, 1]], vectors: [[3, 4]] }).squaredNorms_N[0]).toBe(0);
  });

  it("refuses features that are not finite, naming the item", () => {
    const vectors: Features = { shape: [2, 1], data: Float32Array.of(1, Number.NaN), indices: [70, 71] };
    expect(() => gradientEmbeddings(Float64Array.of(0.5, 0.5, 0.5, 0.5), vectors)).toThrow(
      expect.objectContaining({ code: "E_NOT_FINITE", message: expect.stringContaining("item 71") }),
    );
  });
});
